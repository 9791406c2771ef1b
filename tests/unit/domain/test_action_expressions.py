"""What each kind of action says in expressions, and how the first wrong one is told."""

from typing import Any

import pytest

from myapp.domain.action_expressions import NO_EXPRESSIONS, ActionExpressions
from myapp.domain.actions.catalog import ACTIONS
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.unit.domain.builders import todo

MANIFEST = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
TEMPLATE = {"spec": {"template": {"spec": {"containers": [{"name": "main"}]}}}}
CONDITIONS = {"success_when": "true", "failure_when": "false"}
SPECS: dict[str, dict[str, Any]] = {
    "approval": {"min_approvals": 1},
    "http": {"url": "https://a/", **CONDITIONS},
    "job": {"template": TEMPLATE},
    "manual": {},
    "resource": {"operation": "Wait", "manifest": MANIFEST, **CONDITIONS},
    "wait": {"duration": "1m"},
}
SAID = {
    "http": ActionExpressions("response", {"spec.http.successWhen": "true", "spec.http.failureWhen": "false"}),
    "resource": ActionExpressions(
        "object", {"spec.resource.successWhen": "true", "spec.resource.failureWhen": "false"}
    ),
}


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_what_each_kind_says(kind: str) -> None:
    """By the field as its author wrote it."""
    assert todo(**{kind: SPECS[kind]}).action.expressions == SAID.get(kind, NO_EXPRESSIONS)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"http": {"url": "https://a/"}}, ""),
        ({"http": {"url": "https://a/", "success_when": "response.status == 200"}}, ""),
        ({"http": {"url": "https://a/", "failure_when": "1 +"}}, "spec.http.failureWhen: line 1, column 4: "),
        ({"http": {"url": "https://a/", "success_when": "object.a"}}, "spec.http.successWhen: line 1, column 7: "),
        (
            {"resource": {"operation": "Wait", "manifest": MANIFEST, "success_when": "response.a"}},
            "spec.resource.successWhen: line 1, column 9: ",
        ),
    ],
)
def test_a_problem_names_the_field_and_the_place(spec: dict[str, Any], problem: str) -> None:
    """An expression sees what its own action has to show, and nothing else."""
    found = todo(**spec).action.expressions.problem(CelCompiler())
    assert found.startswith(problem)
    assert bool(found) == bool(problem)
