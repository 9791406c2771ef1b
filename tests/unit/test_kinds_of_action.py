"""Whoever names kinds of action names them all, and CONTRIBUTING.md says where a new one goes, in files that exist."""

import re

import pytest

from deploy.local.layout import POLICIES, PROJECT_ROOT
from myapp.cli.todo.act import ACTS
from myapp.cli.todo.todo_view import todo_view
from myapp.domain.actions.action import Action
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.decision import DecisionAction
from myapp.domain.workflow.expression_fields import EXPRESSION_FIELDS
from myapp.infrastructure.crd.structural_schema import structural_schema
from myapp.infrastructure.crd.todo_spec import TodoSpec
from tests.unit.domain.builders import todo

SMALLEST: dict[str, object] = {
    "approval": {},
    "http": {"url": "http://example.com/"},
    "job": {"template": {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}}},
    "manual": {},
    "resource": {
        "operation": "Wait",
        "manifest": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}},
    },
    "wait": {"duration": "1s"},
}
_HEADINGS = ("**A kind of action**", "**A rule**")
_ROOTS = ("", "myapp", "myapp/infrastructure")


def action(kind: str) -> Action:
    """The smallest of that kind."""
    return todo("a", needs=(), **{kind: SMALLEST[kind]}).action


def test_the_smallest_of_each_kind_is_known() -> None:
    """A new kind adds its line."""
    assert set(SMALLEST) == set(ACTIONS)


@pytest.mark.parametrize("kind", ACTIONS)
def test_the_plug_in_knows_each_kind(kind: str) -> None:
    """Under its own name, and whether people may skip and retry it."""
    manifest = {"metadata": {"name": "a", "namespace": "ns", "uid": "u"}, "spec": {"content": "x", kind: {}}}
    on = {act.action: act.on or frozenset() for act in ACTS}

    assert todo_view(manifest).action == kind
    assert (kind in on[DecisionAction.SKIP]) is action(kind).may_be_skipped
    assert (kind in on[DecisionAction.RETRY]) is action(kind).may_be_retried


@pytest.mark.parametrize("kind", ACTIONS)
def test_the_policy_asks_about_each_kind_with_an_effect(kind: str) -> None:
    """Else whoever may write a todo would borrow its account's power."""
    policy = (POLICIES / "automation.yaml").read_text(encoding="utf-8")

    assert (f"has(object.spec.{kind})" in policy) is action(kind).has_effect


def test_what_contributing_names_exists() -> None:
    """Each file of the way that a new kind takes, and what is to be edited in it."""
    page = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    begin, end = (page.index(heading) for heading in _HEADINGS)
    named = [name for name in re.findall(r"`([^`\s]+)`", page[begin:end]) if "/" in name]

    assert len(named) > 10
    assert [name for name in named if not any((PROJECT_ROOT / root / name).exists() for root in _ROOTS)] == []


@pytest.mark.parametrize("kind", ACTIONS)
def test_nothing_is_put_into_an_expression_as_text(kind: str) -> None:
    """Each field of each kind that is evaluated is known where the values of steps are put in."""
    asked = [name for name in structural_schema(TodoSpec)["properties"][kind].get("properties", ()) if "When" in name]
    given: dict[str, object] = {re.sub("W", "_w", name): "true" for name in asked}
    smallest = SMALLEST[kind]
    assert isinstance(smallest, dict)
    evaluated = todo("a", needs=(), **{kind: smallest | given}).action.expressions

    known = {f"spec.{field}": root for field, root in EXPRESSION_FIELDS.items() if field.startswith(f"{kind}.")}
    assert dict.fromkeys(evaluated.texts, evaluated.root) == known
