"""kubectl's global flags, taken before or after the command and passed on to every kubectl, unread.

Only those that say where the cluster is and who asks; --namespace is one of them, since kubectl knows the context's default.
"""

from collections.abc import Callable
from typing import TypeVar

import click

_COMMAND = TypeVar("_COMMAND", bound=Callable[..., object])
_KEY = "myapp.kubectl_flags"
_SECONDS_TO_ANSWER = "30s"

_VALUES = (
    (("-n", "--namespace"), "NAME", "the namespace; default: the context's"),
    (("--context",), "NAME", "the kubeconfig context"),
    (("--kubeconfig",), "FILE", "path of the kubeconfig"),
    (("--as", "as_"), "USER", "act as this user (impersonation)"),
    (("--as-uid",), "UID", "the uid to impersonate"),
    (("--cluster",), "NAME", "the kubeconfig cluster"),
    (("--user",), "NAME", "the kubeconfig user"),
    (("-s", "--server"), "URL", "address of the API server"),
    (("--token",), "TOKEN", "bearer token for the API server"),
    (("--certificate-authority",), "FILE", "the API server's certificate authority"),
    (("--tls-server-name",), "NAME", "the name to expect in the server's certificate"),
    (("--cache-dir",), "DIRECTORY", "kubectl's cache"),
    (("--request-timeout",), "DURATION", f"how long one request may take; 0 for ever; default {_SECONDS_TO_ANSWER}"),
)


def kubectl_flags(command: _COMMAND) -> _COMMAND:
    """Decorates a command (or the group: flags are taken in either place) with kubectl's global flags."""
    options = [
        *(
            click.option(*names, metavar=metavar, help=text, expose_value=False, callback=_remember)
            for names, metavar, text in _VALUES
        ),
        click.option(
            "--as-group",
            metavar="GROUP",
            multiple=True,
            help="act as a member of this group; may be repeated",
            expose_value=False,
            callback=_remember,
        ),
        click.option(
            "--insecure-skip-tls-verify",
            is_flag=True,
            help="do not verify the API server's certificate",
            expose_value=False,
            callback=_remember,
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def given_flags(context: click.Context) -> list[str]:
    """The flags as kubectl takes them. A request gets a time limit even where the user gave none."""
    flags: dict[str, list[str]] = {"--request-timeout": [f"--request-timeout={_SECONDS_TO_ANSWER}"]}
    flags |= context.meta.get(_KEY, {})
    return [flag for group in flags.values() for flag in group]


def _remember(context: click.Context, parameter: click.Parameter, value: str | tuple[str, ...] | bool | None) -> None:
    """A flag after the command wins over the same flag before it, as in kubectl the last one does."""
    if not value:
        return
    name = max(parameter.opts, key=len)
    values = value if isinstance(value, tuple) else (str(value).lower() if value is True else value,)
    context.meta.setdefault(_KEY, {})[name] = [f"{name}={one}" for one in values]
