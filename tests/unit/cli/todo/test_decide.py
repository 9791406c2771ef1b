"""The use case behind `kubectl todo complete`: what is refused early, what is sent, how the answer is awaited."""

from datetime import timedelta

import pytest

from myapp.cli.todo.act import ACTS, Act
from myapp.cli.todo.decide import Alarm, Counted, Outcome, Recorded, Refused, decide
from myapp.cli.todo.decision_request import Person, Words
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.todo_view import TodoView
from tests.unit.cli.todo.fake_cluster import FakeCluster, active_todo, todo

BY_COMMAND = {act.command: act for act in ACTS}
COMPLETE = BY_COMMAND["complete"]


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    def alarm(self) -> Alarm:
        return Alarm(now=lambda: self.seconds, sleep=self.sleep)


def complete(cluster: FakeCluster, time: FakeTime | None = None, *, message: str = "", seconds: int = 10) -> Outcome:
    alarm = (time or FakeTime()).alarm()
    return decide(
        COMPLETE,
        cluster.todo("approve"),
        Words(message),
        cluster=cluster,
        alarm=alarm,
        patience=timedelta(seconds=seconds),
    )


def test_decision_names_person_and_target_exactly() -> None:
    """The decision carries the API server's view of the person, and is owned by nothing but its target."""
    cluster = FakeCluster([active_todo()], answers=[("Counted", "Applied", "done")])

    outcome = complete(cluster, message="error rate is flat")

    assert isinstance(outcome, Counted)
    assert cluster.created == [
        {
            "apiVersion": "todo.myapp.dev/v1alpha1",
            "kind": "TodoDecision",
            "metadata": {
                "generateName": "approve-complete-",
                "namespace": "shop",
                "ownerReferences": [
                    {
                        "apiVersion": "todo.myapp.dev/v1alpha1",
                        "kind": "Todo",
                        "name": "approve",
                        "uid": "uid-of-approve",
                    }
                ],
            },
            "spec": {
                "target": {"kind": "Todo", "name": "approve", "uid": "uid-of-approve"},
                "action": "Complete",
                "user": {"username": "oncall", "groups": ["sre", "system:authenticated"]},
                "message": "error rate is flat",
            },
        }
    ]


def test_no_message_leaves_the_field_out() -> None:
    """An empty message is no message: the field is absent, not empty."""
    cluster = FakeCluster([active_todo()], answers=[("Counted", "Applied", "")])

    complete(cluster)

    assert "message" not in cluster.created[0]["spec"]


def test_more_groups_than_fit_keep_those_that_are_asked() -> None:
    """Somebody in hundreds of groups can still decide, and in the name of the group that is asked."""
    asked = todo(spec={"assignees": [{"kind": "Group", "name": "sre"}]}, phase="Active", reason="AwaitingDecision")
    user = Person("oncall", (*(f"team-{number}" for number in range(300)), "sre"))
    cluster = FakeCluster([asked], user=user, answers=[("Counted", "Applied", "")])

    complete(cluster)

    groups = cluster.created[0]["spec"]["user"]["groups"]
    assert (groups[0], groups[1], len(groups)) == ("sre", "team-0", 256)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(todo(phase="Succeeded", reason="Completed"), "ended already: Succeeded (Completed)", id="ended"),
        pytest.param(todo(phase="Skipped", reason="DependencyFailed"), "ended already: Skipped", id="skipped"),
        pytest.param(todo(spec={"wait": {"duration": "1h"}}), "its action is 'wait', allowed is 'manual'", id="timer"),
        pytest.param(
            todo(phase="Pending", reason="WaitingForDependency", message="waits for build"),
            "it is Pending (WaitingForDependency), waits for build",
            id="pending",
        ),
        pytest.param(todo(phase="Active", reason="Suspended"), "it can be completed once it goes on", id="suspended"),
    ],
)
def test_what_cannot_succeed_is_refused_before_creation(found: TodoView, words: str) -> None:
    """A Todo that nobody can complete as it stands leaves no decision behind, and the person reads why."""
    cluster = FakeCluster([found])

    outcome = complete(cluster)

    assert isinstance(outcome, Refused)
    assert words in outcome.why
    assert cluster.created == []


def test_todo_the_operator_has_not_seen_may_be_completed() -> None:
    """Without status nothing speaks against it: decisions are taken while the operator is down."""
    cluster = FakeCluster([todo()], answers=[("Counted", "Applied", "")])

    assert isinstance(complete(cluster), Counted)


@pytest.mark.parametrize("act", [act for act in ACTS if act.anytime], ids=lambda act: act.command)
def test_some_acts_fit_at_any_time(act: Act) -> None:
    """A todo that waits or is suspended can be commented on, held, let go on and ended."""
    for found in (
        todo(phase="Pending", reason="WaitingForDependency"),
        todo(phase="Active", reason="Suspended", message="suspended by spec.suspend"),
    ):
        cluster = FakeCluster([found], verbs=frozenset({act.verb}), answers=[("Counted", "Applied", "")])
        alarm = FakeTime().alarm()

        outcome = decide(
            act, cluster.todo("approve"), Words("why"), cluster=cluster, alarm=alarm, patience=timedelta(seconds=1)
        )

        assert isinstance(outcome, Counted)
        assert cluster.created[0]["spec"]["action"] == act.action


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (active_todo(), "cannot be retried: it has not failed, it is Active"),
        (todo(phase="Succeeded", reason="Completed"), "has ended already: Succeeded (Completed)"),
        (todo(phase="Failed", reason="Rejected", spec={"approval": {}}), "its action is 'approval'"),
    ],
    ids=["active", "succeeded", "an approval"],
)
def test_what_has_not_failed_is_not_tried_again(found: TodoView, words: str) -> None:
    """Nor is an approval, however it ended."""
    alarm, cluster = FakeTime().alarm(), FakeCluster([found], verbs=frozenset({"control"}))

    outcome = decide(
        BY_COMMAND["retry"], cluster.todo("approve"), Words(), cluster=cluster, alarm=alarm, patience=timedelta()
    )

    assert isinstance(outcome, Refused)
    assert words in outcome.why
    assert cluster.created == []


def test_a_failed_todo_can_be_tried_again() -> None:
    """The one decision that a finished todo takes."""
    failed = todo(phase="Failed", reason="TimedOut")
    cluster = FakeCluster([failed], verbs=frozenset({"control"}), answers=[("Counted", "Applied", "")])

    alarm = FakeTime().alarm()
    outcome = decide(
        BY_COMMAND["retry"],
        cluster.todo("approve"),
        Words(),
        cluster=cluster,
        alarm=alarm,
        patience=timedelta(seconds=1),
    )

    assert isinstance(outcome, Counted)
    assert cluster.created[0]["spec"]["action"] == "Retry"


def test_an_approval_takes_votes_and_neither_completion_nor_skipping() -> None:
    """What cannot fit is refused before anything is created."""
    approval = todo(spec={"approval": {}}, phase="Active", reason="AwaitingDecision")
    outcomes = {}
    for act in ACTS:
        cluster = FakeCluster([approval], verbs=frozenset({act.verb}), answers=[("Counted", "Applied", "")])
        alarm = FakeTime().alarm()
        outcomes[act.command] = decide(
            act, cluster.todo("approve"), Words(), cluster=cluster, alarm=alarm, patience=timedelta(seconds=1)
        )

    refused = {command: outcome.why for command, outcome in outcomes.items() if isinstance(outcome, Refused)}

    assert set(refused) == {"complete", "skip", "retry", "release"}  # nobody has claimed it
    assert "its action is 'approval'" in refused["skip"]


def test_missing_verb_is_refused_with_the_way_to_get_it() -> None:
    """Who lacks the verb reads which, on what, and the commands that grant it; nothing is created."""
    cluster = FakeCluster([active_todo()], verbs=frozenset())

    outcome = complete(cluster)

    assert isinstance(outcome, Refused)
    assert 'user "oncall" may not complete todo "approve" in namespace "shop"' in outcome.why
    assert "rolebinding complete-todos -n shop --clusterrole=myapp-completer --user=oncall" in outcome.why
    assert "resourceNames [approve]" in outcome.why
    assert cluster.created == []


def test_unknown_todo_keeps_the_words_of_kubectl() -> None:
    """kubectl's NotFound is not rephrased."""
    with pytest.raises(KubectlFailedError, match="NotFound"):
        complete(FakeCluster([]))


def test_refusal_by_the_operator_is_told() -> None:
    """The judgement's reason and message reach the person."""
    cluster = FakeCluster([active_todo()], answers=[("Refused", "TargetFinished", "approve has ended")])

    outcome = complete(cluster)

    assert isinstance(outcome, Refused)
    assert outcome.why == "the decision was refused: approve has ended (TargetFinished)"
    assert outcome.decision is not None


def test_answer_is_awaited_in_growing_pauses_until_patience_ends() -> None:
    """No answer is no failure: the decision stays recorded, and waiting neither hammers the server nor overruns."""
    time = FakeTime()

    outcome = complete(FakeCluster([active_todo()]), time, seconds=3)

    assert isinstance(outcome, Recorded)
    assert "has not answered within 3s" in outcome.why
    assert "kubectl get tododecisions approve-complete-x7k2p -n shop" in outcome.why
    assert time.pauses[:3] == [0.05, 0.1, 0.2]
    assert max(time.pauses) <= 1.0
    assert sum(time.pauses) == pytest.approx(3.0)


def test_no_patience_does_not_wait() -> None:
    """--timeout=0 records the decision and returns at once."""
    time = FakeTime()

    outcome = complete(FakeCluster([active_todo()]), time, seconds=0)

    assert isinstance(outcome, Recorded)
    assert time.pauses == []


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        pytest.param("Error from server (NotFound): gone", "its target has been deleted", id="deleted"),
        pytest.param("Error from server (Forbidden): no get", "cannot be read: Error from server", id="forbidden"),
    ],
)
def test_decision_that_cannot_be_read_is_still_recorded(stderr: str, words: str) -> None:
    """Once stored, no failure to read the decision is told as a failure to decide."""
    cluster = FakeCluster([active_todo()], answers=[KubectlFailedError(stderr, 1)])

    outcome = complete(cluster)

    assert isinstance(outcome, Recorded)
    assert words in outcome.why
