"""A name that no Todo has may be that of a run: whoever left the kind out is told how to name it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from myapp.cli.todo.errors import KubectlFailedError, PluginError
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.parameters import Named
from myapp.cli.todo.session import workflows_of


@contextmanager
def hinting_at_a_run(context: click.Context, named: Named) -> Iterator[None]:
    """Around what looks for ``named``. Nothing is done to the run in the Todo's place: the name may be a mistake."""
    try:
        yield
    except KubectlFailedError as failure:
        if failure.reason != "NotFound" or named.kind is not Kind.TODO or named.kind_given:
            raise
        try:
            workflows_of(context).run(named.name)
        except PluginError:
            raise failure from None
        raise PluginError(f'there is no todo "{named.name}", but a run: name it workflow/{named.name}') from failure
