"""How the command line's words become values (callbacks of click's parameters), or are refused with what is allowed."""

from datetime import timedelta

import click

from myapp.cli.todo.decision_request import API_GROUP
from myapp.domain.duration import parse_duration

_TODO_PREFIXES = frozenset({"todo", "todos", "td", f"todo.{API_GROUP}", f"todos.{API_GROUP}"})


def todo_name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """`NAME`, or `todo/NAME` as `-o name` prints it."""
    kind, slash, name = value.rpartition("/")
    if not name or (slash and kind not in _TODO_PREFIXES):
        raise click.BadParameter(f"found {value!r}, allowed is NAME or todo/NAME")
    return name


def duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    """Go's notation, as everywhere in Kubernetes; a bare 0 is taken as kubectl takes it."""
    try:
        return parse_duration("0s" if value == "0" else value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
