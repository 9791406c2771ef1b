"""How the command line's words become values; what does not is refused with what is allowed."""

from datetime import timedelta

import click

from myapp.cli.todo.decision_request import API_GROUP
from myapp.domain.duration import parse_duration

_TODO_PREFIXES = frozenset({"todo", "todos", "td", f"todo.{API_GROUP}", f"todos.{API_GROUP}"})


class TodoName(click.ParamType):
    """`NAME`, or `todo/NAME` as `-o name` prints it."""

    name = "NAME"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        kind, slash, name = value.rpartition("/")
        if slash and kind not in _TODO_PREFIXES:
            self.fail(f"found {value!r}, allowed is NAME or todo/NAME", param, ctx)
        if not name or name.startswith("-"):
            self.fail(f"found {value!r}, which names no todo", param, ctx)
        return name


class Duration(click.ParamType):
    """Go's notation, as everywhere in Kubernetes; a bare 0 is taken as kubectl takes it."""

    name = "DURATION"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration("0s" if value == "0" else value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
