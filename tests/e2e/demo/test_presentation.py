"""What the demo shows, from values alone: order, wording, and the verdict at the end."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from deploy.demo.api_writes import OperatorWrites, operator_writes
from deploy.demo.errors import DemoError
from deploy.demo.narrator import PlainNarrator
from deploy.demo.options import parse_options
from deploy.demo.people import Said
from deploy.demo.release_todo import ReleaseTodo, rows_of
from deploy.demo.summary import check_end, summary
from deploy.demo.view import live_view, progress_line

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def release_todo(name: str, *, phase: str = "Succeeded") -> ReleaseTodo:
    """A todo that was active for three seconds, or is since three seconds."""
    return ReleaseTodo(
        name=name,
        phase=phase,
        reason="AwaitingDecision" if phase == "Active" else "Completed",
        message="",
        waits_for=("group sre",),
        decided_by=(),
        created=NOW - timedelta(seconds=5),
        started=NOW - timedelta(seconds=3),
        ended_at=None if phase == "Active" else NOW,
    )


def drawn(content: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=120, record=True)
    console.print(content)
    return console.export_text()


def test_rows_follow_the_work() -> None:
    """In the order of the template: a row for each item, for a step without a Todo what the run says of it."""
    steps = [
        {"name": "build"},
        {"name": "ask", "phase": "Active"},
        {"name": "later", "phase": "Pending", "reason": "X"},
    ]
    names = ("run.ask", "run.build.1", "run.build.0")
    created = {"creationTimestamp": "2026-12-01T08:00:00Z"}
    todos = [{"metadata": {"name": name, **created}, "spec": {}} for name in names]

    rows = rows_of({"metadata": {"name": "run"}, "status": {"steps": steps}}, todos)

    assert [(row.name, row.todo, row.phase) for row in rows] == [
        ("build.0", "run.build.0", ""),
        ("build.1", "run.build.1", ""),
        ("ask", "run.ask", ""),
        ("later", "", "Pending"),
    ]


def test_who_is_waited_for_is_said() -> None:
    """The line above the table tells the user whose turn it is."""
    todos = [release_todo("build"), release_todo("approve", phase="Active")]

    assert progress_line(todos) == "1 of 2 steps have ended, 0 at work, approve waits for group sre"
    shown = drawn(live_view(todos, NOW))
    assert "3.0s" in shown
    assert "group sre" in shown


def test_summary_names_the_decider_and_the_writes() -> None:
    """Who decided, how long it took, and what it cost."""
    todos = [replace(release_todo("approve"), decided_by=("oncall",), message="completed by oncall")]

    writes = OperatorWrites(
        Counter({"todos": 2, "todos/status": 3, "todoworkflows/status": 4, "tododecisions/status": 1}),
        {"deployer": Counter({"create jobs": 2})},
    )

    shown = drawn(summary(todos, ["customers: it is out"], writes, NOW))

    assert "approve was completed by oncall" in shown
    assert "5 s from the creation of the first to the end of the last" in shown
    assert "the chat was told: customers: it is out" in shown
    assert "2 todos created, their status 3 (1.5 each), the run's status 4, decisions 1" in " ".join(shown.split())
    assert "what it did as deployer: 2 x create jobs" in shown


def test_summary_tells_why_something_failed_and_what_a_build_gave() -> None:
    """In one line each; what is meant to fail is told so."""
    todos = [
        replace(release_todo("build"), outputs={"digest": "abc", "size": 1}),
        replace(release_todo("test", phase="Failed"), message="answers 500"),
        replace(release_todo("tell-partners", phase="Failed"), message="answers 404"),
    ]

    shown = drawn(summary(todos, [], None, NOW))

    assert "build gave digest=abc, size=1" in shown
    assert "test failed: answers 500" in shown
    assert "tell-partners failed, to show what that looks like: answers 404" in shown


@pytest.mark.parametrize(
    ("todos", "deciders", "words"),
    [
        pytest.param([release_todo("announce"), release_todo("x", phase="Failed")], None, "x Failed", id="failed"),
        pytest.param([release_todo("announce", phase="Skipped")], None, "announce Skipped", id="not-announced"),
        pytest.param([release_todo("announce"), release_todo("tell-partners")], None, "tell-partners", id="too-good"),
        pytest.param(
            [release_todo("announce")], {"oncall"}, r"expected decisions of \['oncall'\], found none", id="undecided"
        ),
    ],
)
def test_wrong_end_is_an_error(todos: list[ReleaseTodo], deciders: set[str] | None, words: str) -> None:
    """The demo ends with 0 only when the release went as the examples say."""
    with pytest.raises(DemoError, match=words):
        check_end(todos, deciders)


def test_plain_lines_tell_each_change_once() -> None:
    """Without a terminal nothing moves: a change is one line, no change is none."""
    console = Console(file=io.StringIO(), width=120, record=True)
    narrator = PlainNarrator(console)
    todos = [release_todo("build", phase="Active")]

    narrator.show(todos)
    narrator.show(todos)
    narrator.quote(Said("oncall", "kubectl todo complete build", "error: no\nask somebody", succeeded=False))

    lines = [line[9:].rstrip() for line in console.export_text().splitlines()]
    assert [line.split()[0] for line in lines] == ["build", "0", "oncall$", "error:", "ask"]


def test_without_terminal_nobody_is_asked() -> None:
    """`--auto` is implied where there is nobody to ask, and not where there is somebody."""
    assert parse_options([], terminal=False).auto
    assert not parse_options([], terminal=True).auto


def test_only_successful_writes_of_the_operator_count(tmp_path: Path) -> None:
    """Reads, failures, dry runs, other users and other namespaces are left out; accounts acted as are told apart."""
    ours = {
        "user": {"username": "system:serviceaccount:myapp-system:myapp"},
        "verb": "patch",
        "objectRef": {"resource": "todos", "subresource": "status", "namespace": "shop"},
        "responseStatus": {"code": 200},
        "requestURI": "/apis/todo.myapp.dev/v1alpha1/namespaces/shop/todos/a/status",
    }
    others = [
        {**ours, "verb": "list"},
        {**ours, "responseStatus": {"code": 409}},
        {**ours, "user": {"username": "oncall"}},
        {**ours, "objectRef": {"resource": "todos", "namespace": "other"}},
        {**ours, "requestURI": "/apis/apps/v1/namespaces/shop/deployments?dryRun=All"},
    ]
    lent = {**ours, "impersonatedUser": {"username": "system:serviceaccount:shop:deployer"}, "verb": "create"}
    log = tmp_path / "audit.log"
    log.write_text("".join(f"{json.dumps(event)}\n" for event in [ours, *others, lent]))

    assert operator_writes(log, "shop") == OperatorWrites(
        Counter({"todos/status": 1}), {"deployer": Counter({"create todos/status": 1})}
    )
