"""kubectl's global flags as this call was given them: `kubectl_flags.py` has kept them in click's context."""

import click

KEY = "myapp.kubectl_flags"
SECONDS_TO_ANSWER = "30s"


def given_flags(context: click.Context) -> list[str]:
    """The flags as kubectl takes them. A request gets a time limit even where the user gave none."""
    flags = {"--request-timeout": [f"--request-timeout={SECONDS_TO_ANSWER}"]} | context.meta.get(KEY, {})
    return [flag for group in flags.values() for flag in group]


def given_namespace(context: click.Context) -> str:
    """The namespace that the user has named; "" where none is."""
    named = context.meta.get(KEY, {}).get("--namespace", ("",))
    return str(named[0]).removeprefix("--namespace=")
