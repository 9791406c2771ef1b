"""How the command line's words become values (callbacks of click's parameters), or are refused with what is allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from myapp.cli.todo.kind import Kind
from myapp.domain.duration import NOTATION, parse_duration
from myapp.domain.moment import format_moment

Callback = Callable[[click.Context, click.Parameter, str], Any]


@dataclass(frozen=True, slots=True)
class Named:
    """An object by its kind and name."""

    kind: Kind
    name: str
    kind_given: bool = False
    """Whether the kind was written, as in KIND/NAME."""


def name_of(*kinds: Kind) -> Callback:
    """The callback for `NAME`, which is of the first kind, or `KIND/NAME` as `-o name` prints it: it yields `Named`."""

    def named(_context: click.Context, _parameter: click.Parameter, value: str) -> Named:
        prefix, slash, name = value.rpartition("/")
        for kind in kinds:
            if name and (prefix in kind.prefixes or not slash):
                return Named(kind, name, kind_given=bool(slash))
        allowed = ", ".join(f"{kind.noun}/NAME" for kind in kinds)
        raise click.BadParameter(f"found {value!r}, allowed is NAME or {allowed}")

    return named


def todo_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The name of a Todo, written `NAME` or `todo/NAME`."""
    return str(name_of(Kind.TODO)(context, parameter, value).name)


def duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    """Go's notation, as everywhere in Kubernetes; a bare 0 is taken as kubectl takes it."""
    try:
        return parse_duration("0s" if value == "0" else value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def values(_context: click.Context, _parameter: click.Parameter, pairs: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE`, each name once; the value may hold anything, `=` included."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise click.BadParameter(f"found {pair!r}, allowed is NAME=VALUE")
        if name in found:
            raise click.BadParameter(f"{name} is given twice")
        found[name] = value
    return found


def words(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> list[str]:
    """Lists in kubectl's way: the flag repeated, or commas."""
    return [word for text in given for word in text.split(",") if word]


def subjects(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> list[dict[str, Any]]:
    """`user:NAME`, `group:NAME` or `serviceaccount:NAME`; a name may hold colons itself."""
    kinds = {"user": "User", "group": "Group"}
    if parameter.name == "assignees":
        kinds["serviceaccount"] = "ServiceAccount"
    found = []
    for text in words(context, parameter, given):
        kind, _, name = text.partition(":")
        if kind.lower() not in kinds or not name:
            allowed = " or ".join(f"{word}:NAME" for word in kinds)
            raise click.BadParameter(f"found {text!r}, allowed is {allowed}")
        found.append({"kind": kinds[kind.lower()], "name": name})
    return found


def duration_text(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A duration as the API takes it, or nothing."""
    if value:
        duration(context, parameter, value)
    return value


def moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """A time with its zone, or a duration from now; as the API takes it."""
    if not value:
        return None
    try:
        if value[:1].isdigit() and "T" not in value:
            return format_moment((datetime.now(UTC) + parse_duration(value)).replace(microsecond=0))
        found = datetime.fromisoformat(value)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter(f"found {value!r}, allowed is a time such as 2026-12-01T18:00:00Z, or {NOTATION}")
    return format_moment(found)
