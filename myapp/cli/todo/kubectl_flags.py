"""kubectl's global flags, taken before or after the command and passed on to every kubectl, unread.

Only those that say where the cluster is and who asks. The namespace is one of them: kubectl knows the context's
default.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])
_KEY = "myapp.kubectl_flags"
_SECONDS_TO_ANSWER = "30s"

_COMMON: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("-n", "--namespace"), {"metavar": "NAME", "help": "the namespace; default: the context's"}),
    (("--context",), {"metavar": "NAME", "help": "the kubeconfig context"}),
    (("--kubeconfig",), {"metavar": "FILE", "help": "path of the kubeconfig"}),
    (("--as", "as_"), {"metavar": "USER", "help": "act as this user (impersonation)"}),
    (("--as-group",), {"metavar": "GROUP", "multiple": True, "help": "and in this group; may be repeated"}),
    (
        ("--request-timeout",),
        {"metavar": "DURATION", "help": f"for one request; 0 for ever; default {_SECONDS_TO_ANSWER}"},
    ),
)
_RARE: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--as-uid",), {"metavar": "UID", "help": "the uid to impersonate"}),
    (("--cluster",), {"metavar": "NAME", "help": "the kubeconfig cluster"}),
    (("--user",), {"metavar": "NAME", "help": "the kubeconfig user"}),
    (("-s", "--server"), {"metavar": "URL", "help": "address of the API server"}),
    (("--token",), {"metavar": "TOKEN", "help": "bearer token for the API server"}),
    (("--certificate-authority",), {"metavar": "FILE", "help": "who signed the API server's certificate"}),
    (("--tls-server-name",), {"metavar": "NAME", "help": "the name in the API server's certificate"}),
    (("--insecure-skip-tls-verify",), {"is_flag": True, "help": "do not verify the API server's certificate"}),
    (("--cache-dir",), {"metavar": "DIRECTORY", "help": "kubectl's cache"}),
)


def kubectl_flags(command: _Decorated) -> _Decorated:
    """Decorates a command: it takes all flags, and its help shows the common ones."""
    return _decorate(command, hide_rare=True)


def kubectl_flags_in_full(group: _Decorated) -> _Decorated:
    """Decorates the group, whose help shows all flags."""
    return _decorate(group, hide_rare=False)


def given_flags(context: click.Context) -> list[str]:
    """The flags as kubectl takes them. A request gets a time limit even where the user gave none."""
    flags = {"--request-timeout": [f"--request-timeout={_SECONDS_TO_ANSWER}"]} | context.meta.get(_KEY, {})
    return [flag for group in flags.values() for flag in group]


def given_namespace(context: click.Context) -> str:
    """The namespace that the user has named; "" where none is."""
    named = context.meta.get(_KEY, {}).get("--namespace", ("",))
    return str(named[0]).removeprefix("--namespace=")


def _decorate(command: _Decorated, *, hide_rare: bool) -> _Decorated:
    options = [(*option, False) for option in _COMMON] + [(*option, hide_rare) for option in _RARE]
    for names, attributes, hidden in reversed(options):
        command = click.option(*names, **attributes, hidden=hidden, expose_value=False, callback=_remember)(command)
    return command


def _remember(context: click.Context, parameter: click.Parameter, value: str | tuple[str, ...] | bool | None) -> None:
    """A flag after the command wins over the same flag before it, as in kubectl the last one does."""
    if not value:
        return
    name = max(parameter.opts, key=len)
    values = value if isinstance(value, tuple) else ("true" if value is True else value,)
    context.meta.setdefault(_KEY, {})[name] = [f"{name}={one}" for one in values]
