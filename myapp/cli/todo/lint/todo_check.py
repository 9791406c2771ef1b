"""What the operator would object to a Todo: its fields, and every expression in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem
from myapp.domain.outputs import compiled_outputs
from myapp.domain.wanted import compiled_when
from myapp.infrastructure.mapping.todo_mapper import to_snapshot

_NOT_YET_STORED = {
    "namespace": "unknown",
    "uid": "unknown",
    "resourceVersion": "0",
    "generation": 1,
    "creationTimestamp": "1970-01-01T00:00:00Z",
}


def todo_problems(manifest: Mapping[str, Any], compiler: ExpressionCompiler) -> Iterator[str]:
    """Each in a sentence that begins with the field."""
    metadata = {"name": "unknown", **(manifest.get("metadata") or {}), **_NOT_YET_STORED}
    snapshot = to_snapshot({"metadata": metadata, "spec": manifest["spec"]})
    if not isinstance(snapshot, TodoSnapshot):
        yield snapshot.problem
        return
    todo = snapshot.todo
    found = {"when": compiled_when(todo, compiler)}
    found |= {f"outputs.{name}": rule for name, rule in compiled_outputs(todo.outputs, compiler).items()}
    yield from (f"{field}: {problem}" for field, problem in found.items() if isinstance(problem, ExpressionProblem))
    if wrong := todo.action.expressions.problem(compiler):
        yield wrong
