"""kubectl's global flags, taken before or after the command and passed on to every kubectl, unread.

All of kubectl's but those for its own profiling and logs' files. The namespace is one of them: kubectl knows the
context's default.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from myapp.cli.todo.candidates import configured, namespaces
from myapp.cli.todo.given_flags import KEY, SECONDS_TO_ANSWER

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

_COMMON: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("-n", "--namespace"),
        {"metavar": "NAME", "help": "the namespace; default: the context's", "shell_complete": namespaces},
    ),
    (
        ("--context",),
        {"metavar": "NAME", "help": "the kubeconfig context", "shell_complete": configured("contexts")},
    ),
    (("--kubeconfig",), {"metavar": "FILE", "help": "path of the kubeconfig"}),
    (("--as", "as_"), {"metavar": "USER", "help": "act as this user (impersonation)"}),
    (("--as-group",), {"metavar": "GROUP", "multiple": True, "help": "and in this group; may be repeated"}),
    (
        ("--request-timeout",),
        {"metavar": "DURATION", "help": f"for one request; 0 for ever; default {SECONDS_TO_ANSWER}"},
    ),
)
_RARE: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--as-uid",), {"metavar": "UID", "help": "the uid to impersonate"}),
    (("--as-user-extra",), {"metavar": "KEY=VALUE", "multiple": True, "help": "extra of the impersonated user"}),
    (
        ("--cluster",),
        {"metavar": "NAME", "help": "the kubeconfig cluster", "shell_complete": configured("clusters")},
    ),
    (("--user",), {"metavar": "NAME", "help": "the kubeconfig user", "shell_complete": configured("users")}),
    (("-s", "--server"), {"metavar": "URL", "help": "address of the API server"}),
    (("--token",), {"metavar": "TOKEN", "help": "bearer token for the API server"}),
    (("--certificate-authority",), {"metavar": "FILE", "help": "who signed the API server's certificate"}),
    (("--tls-server-name",), {"metavar": "NAME", "help": "the name in the API server's certificate"}),
    (("--insecure-skip-tls-verify",), {"is_flag": True, "help": "do not verify the API server's certificate"}),
    (("--client-certificate",), {"metavar": "FILE", "help": "client certificate for TLS"}),
    (("--client-key",), {"metavar": "FILE", "help": "its key"}),
    (("--username",), {"metavar": "NAME", "help": "for basic authentication"}),
    (("--password",), {"metavar": "PASSWORD", "help": "for basic authentication"}),
    (("--proxy-url",), {"metavar": "URL", "help": "proxy for requests to the API server"}),
    (("--disable-compression",), {"is_flag": True, "help": "answers are not to be compressed"}),
    (("--match-server-version",), {"is_flag": True, "help": "refuse a server of another version"}),
    (("--warnings-as-errors",), {"is_flag": True, "help": "the server's warnings are errors"}),
    (("--cache-dir",), {"metavar": "DIRECTORY", "help": "kubectl's cache"}),
    (("--kuberc",), {"metavar": "FILE", "help": "kubectl's preferences"}),
    (("-v", "--v"), {"metavar": "LEVEL", "help": "how much kubectl logs"}),
    (("--vmodule",), {"metavar": "PATTERNS", "help": "how much single files of kubectl log"}),
)


_FLAG_WITH_TRUTH = re.compile(r"(--[a-z][a-z-]*)=(true|false)")
_SHORT_WITH_EQUALS = re.compile(r"(-[a-zA-Z])=(.+)", re.DOTALL)
_SWITCHES = frozenset(
    {
        *(names[0] for names, attributes in _RARE if attributes.get("is_flag")),
        "--all-containers",
        "--all-namespaces",
        "--approval",
        "--follow",
        "--no-headers",
        "--suspend",
        "--timestamps",
        "--watch",
    }
)


def as_click_takes_them(arguments: Sequence[str]) -> list[str]:
    """kubectl's ways to write a flag that click does not know: `--watch=true`, `--watch=false`, `-n=shop`."""
    found: list[str] = []
    for position, argument in enumerate(arguments):
        if argument == "--":
            return [*found, *arguments[position:]]
        truth, short = _FLAG_WITH_TRUTH.fullmatch(argument), _SHORT_WITH_EQUALS.fullmatch(argument)
        if truth and truth[1] in _SWITCHES:
            found += [truth[1]] if truth[2] == "true" else []
        else:
            found.append(f"{short[1]}{short[2]}" if short else argument)
    return found


def kubectl_flags(command: _Decorated) -> _Decorated:
    """Decorates a command: it takes all flags, and its help shows the common ones."""
    return _decorate(command, hide_rare=True)


def kubectl_flags_in_full(group: _Decorated) -> _Decorated:
    """Decorates the group, whose help shows all flags."""
    return _decorate(group, hide_rare=False)


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
    context.meta.setdefault(KEY, {})[name] = [f"{name}={one}" for one in values]
