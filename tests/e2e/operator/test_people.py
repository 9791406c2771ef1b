"""What people decide, with their own credentials, and what becomes of it."""

import json

import pytest

from deploy.local import LocalCluster
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.todos import Todos, holds, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

MANAGERS_AND_SRE = {
    "minApprovals": 2,
    "approvers": [{"kind": "Group", "name": "release-managers", "minApprovals": 1}, {"kind": "Group", "name": "sre"}],
}


def test_two_people_approve(todos: Todos, writes: AuditedWrites) -> None:
    """Of the right groups, each once; what depends on it goes on. Active, one vote, Approved: three writes."""
    todos.create("rollout", approval=MANAGERS_AND_SRE)
    todos.create("deploy", depends_on=["rollout"], wait={"duration": "0s"})
    shown = todos.wait("rollout", "Active", "AwaitingDecision")
    assert shown["message"] == "has 0 of 2 approvals, lacks 1 of group release-managers"
    assert shown["requester"] == "admin"
    rollout = todos.get("rollout")

    answers = [
        todos.judged(todos.decide(rollout, action, user=user, groups=groups))["reason"]
        for action, user, groups in (
            ("Approve", "oncall", ["sre"]),
            ("Approve", "oncall", ["sre"]),
            ("Complete", "oncall", []),
            ("Skip", "oncall", []),
            ("Approve", "release-lead", ["release-managers", "sre"]),
        )
    ]

    assert answers == ["Applied", "AlreadyVoted", "NotForPeople", "NotForPeople", "Applied"]
    status = todos.wait("rollout", "Succeeded", "Approved")
    assert [(made["username"], made["groups"]) for made in status["decisions"]] == [
        ("oncall", ["sre"]),
        ("release-lead", ["release-managers", "sre"]),
    ]
    todos.wait("deploy", "Succeeded")
    writes.settled()
    assert writes.per_object()["rollout"] == 3


def test_c12_who_asked_for_it_does_not_approve_it(cluster: LocalCluster, todos: Todos) -> None:
    """Whether they say who they are or not, since the API server says it; a machine's request is nobody's."""
    todos.create("own", approval={})
    pipelines = json.dumps(manifest("pipelines", approval={}))
    cluster.kubectl("create", "-n", todos.namespace, "--filename=-", user="pipeline", stdin=pipelines)
    requesters = {name: todos.wait(name, "Active")["requester"] for name in ("own", "pipelines")}

    refused = todos.judged(todos.decide(todos.get("own"), "Approve", user="admin", groups=[]))
    todos.decide(todos.get("own"), "Approve", user="release-lead", groups=[])
    todos.decide(todos.get("pipelines"), "Approve", user="admin", groups=[])

    assert requesters == {"own": "admin", "pipelines": "unproven"}
    assert (refused["outcome"], refused["reason"]) == ("Refused", "SelfApproval")
    todos.wait("own", "Succeeded", "Approved")
    todos.wait("pipelines", "Succeeded", "Approved")


def test_one_rejection_ends_it(todos: Todos) -> None:
    """As Failed, with who and why; a vote in nobody's group counts for nothing."""
    rollout = todos.create("rollout", approval=MANAGERS_AND_SRE)
    todos.wait("rollout", "Active")

    stranger = todos.judged(todos.decide(rollout, "Approve", user="oncall"))
    todos.decide(rollout, "Reject", user="release-lead", groups=["sre"], message="not before the freeze ends")

    assert (stranger["outcome"], stranger["reason"]) == ("Refused", "NotAnApprover")
    status = todos.wait("rollout", "Failed", "Rejected")
    assert status["message"] == "rejected by release-lead: not before the freeze ends"
    assert holds(status, "Failed")


def test_a_form_is_filled_in(todos: Todos) -> None:
    """Values that do not fit are answered with what is allowed; those that do become outputs."""
    form = {"properties": {"ticket": {"minLength": 3}, "count": {"type": "integer"}}, "required": ["ticket"]}
    todo = todos.create("ask", manual={"form": form})
    todos.wait("ask", "Active")

    wrong = todos.judged(todos.decide(todo, values={"ticket": "x"}))
    right = todos.judged(todos.decide(todo, values={"ticket": "T-4711", "count": "3"}))

    assert wrong["reason"] == "InvalidValues"
    assert wrong["message"] == "ticket: found 'x', allowed is at least 3 characters"
    assert right["outcome"] == "Counted"
    assert todos.wait("ask", "Succeeded")["outputs"] == {"ticket": "T-4711", "count": 3}


def test_a_todo_is_claimed_held_and_ended(todos: Todos) -> None:
    """Each act meets the todo as the one before has left it, and the status says who did what."""
    todo = todos.create("check", timeout="1h")
    todos.create("after", depends_on=[], wait={"duration": "0s"}, dependsOn=[{"name": "check", "on": ["Skipped"]}])
    todos.wait("check", "Active")

    def act(action: str, user: str = "oncall") -> str:
        return str(todos.judged(todos.decide(todo, action, user=user, message="because"))["reason"])

    assert act("Claim") == "Applied"
    assert act("Claim", "release-lead") == "AlreadyClaimed"
    assert todos.status("check")["claimedBy"] == "oncall"
    assert act("Release", "release-lead") == "NotClaimedByYou"
    assert act("Release") == "Applied"
    assert "claimedBy" not in todos.status("check")
    assert act("Resume") == "NotSuspended"
    assert act("Suspend") == "Applied"
    held = todos.wait("check", "Active", "Suspended")
    assert held["message"] == "suspended by oncall: because"
    assert "deadline" not in held
    assert act("Complete") == "TargetSuspended"
    assert act("Comment") == "Applied"
    assert act("Resume", "release-lead") == "Applied"
    assert "deadline" in todos.wait("check", "Active", "AwaitingDecision")
    assert act("Skip") == "Applied"

    status = todos.wait("check", "Skipped", "SkippedByDecision")
    assert status["message"] == "skipped by oncall: because"
    actions = [made["action"] for made in status["decisions"]]
    assert actions == ["Claim", "Release", "Suspend", "Comment", "Resume", "Skip"]
    todos.wait("after", "Succeeded")


def test_spec_suspend_is_gits_and_outlasts_a_resume(todos: Todos) -> None:
    """The person is told where to change it."""
    todo = todos.create("held", suspend=True)
    todos.wait("held", "Pending", "Suspended")

    answer = todos.judged(todos.decide(todo, "Resume"))

    assert answer["reason"] == "SuspendedBySpec"
    assert answer["message"] == "spec.suspend is true: set it to false where it is kept"


def test_what_waits_can_be_cancelled(todos: Todos) -> None:
    """A member of a loop, too; its dependents do not run."""
    todos.create("a", depends_on=["b"])
    todos.create("b", depends_on=["a"])
    todos.wait("a", "Pending", "DependencyCycle")

    todos.decide(todos.get("a"), "Cancel")

    todos.wait("a", "Cancelled", "CancelledByDecision")
    todos.wait("b", "Skipped", "DependencyFailed")


def test_a_vote_from_before_it_was_open_does_not_count(todos: Todos) -> None:
    """What was shown to the voter may have been edited since: vote again."""
    gate = todos.create("gate")
    todos.create("rollout", depends_on=["gate"], approval={})
    todos.wait("rollout", "Pending", "WaitingForDependency")

    early = todos.judged(todos.decide(todos.get("rollout"), "Approve"))
    todos.decide(gate)
    todos.wait("rollout", "Active")

    assert early["reason"] == "TargetNotActive"
    assert todos.judged(todos.decide(todos.get("rollout"), "Approve"))["reason"] == "Applied"
    todos.wait("rollout", "Succeeded", "Approved")
