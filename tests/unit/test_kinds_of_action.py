"""Whoever names kinds of action names them all, and CONTRIBUTING.md says where a new one goes, in files that exist."""

import re

import pytest

from deploy.local.layout import POLICIES, PROJECT_ROOT
from myapp.cli.todo.act import ACTS
from myapp.cli.todo.todo_view import todo_view
from myapp.domain.actions.action import Action
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.decision import DecisionAction
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
