"""Very many decisions on one todo, and two of the same name: each is answered, none is lost, nothing passes by them."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from deploy.local import LocalCluster
from myapp.domain.counted_decisions import KEPT
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1500)]

SENDERS = 4
PAGE = 500
#: Of an eager person: what each is answered once she has voted.
EAGER = (
    ("Approve", ("Refused", "AlreadyVoted", "oncall has voted already")),
    ("Comment", ("Counted", "Applied", "applied")),
    ("Complete", ("Refused", "NotForPeople", "it cannot be completed: has 1 of 2 approvals, lacks 1")),
    ("Skip", ("Refused", "NotForPeople", "an approval cannot be skipped: reject it or cancel it")),
)
MORE = pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])


def all_decisions(api: ApiServer, namespace: str) -> Iterator[JsonObject]:
    """Every decision of the namespace, in pages."""
    following = ""
    while True:
        answer = api.get(f"{decisions_path(namespace)}?limit={PAGE}&continue={following}")
        assert answer.accepted, answer.message
        yield from answer.body["items"]
        following = answer.body["metadata"].get("continue", "")
        if not following:
            return


def flood(cluster: LocalCluster, todo: JsonObject, count: int) -> None:
    """Oncall decides so often, by several connections, each with all of EAGER in turn.

    Returns in a later second than the last of them: those of one second are judged in no particular order.
    """
    path = decisions_path(todo["metadata"]["namespace"])

    def send(numbers: range) -> datetime:
        client, last = ApiServer(cluster.kubeconfig("oncall")), datetime.min.replace(tzinfo=UTC)
        for number in numbers:
            action, _ = EAGER[number % len(EAGER)]
            manifest = decision_manifest(todo, username="oncall", name=f"many-{number}", action=action)
            answer = client.create(path, manifest)
            assert answer.accepted, answer.message
            last = datetime.fromisoformat(answer.body["metadata"]["creationTimestamp"])
        client.close()
        return last

    share = count // SENDERS
    with ThreadPoolExecutor(SENDERS) as senders:
        latest = max(senders.map(send, [range(first, first + share) for first in range(0, count, share)]))
    while datetime.now(UTC) < latest + timedelta(seconds=1):
        time.sleep(0.05)


@MORE
def test_each_of_very_many_is_answered_and_the_last_still_counts(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, count: int
) -> None:
    """One clear sentence for each; who is waited for decides all the same, and other todos do not wait for them."""
    todo = todos.create("deploy", approval={"minApprovals": 2})
    todos.wait("deploy", "Active", "AwaitingDecision")
    assert todos.judged(todos.decide(todo, "Approve"))["outcome"] == "Counted"
    flood(cluster, todo, count)
    last = todos.decide(todo, "Approve", user="release-lead")
    neighbour = todos.decide(todos.create("neighbour"))

    assert todos.judged(neighbour)["outcome"] == "Counted"
    assert todos.judged(last, timeout=1200)["outcome"] == "Counted"

    api = ApiServer(cluster.kubeconfig("admin"))
    answers = Counter[tuple[str, str, str]]()
    for decision in all_decisions(api, todos.namespace):
        if decision["metadata"]["name"].startswith("many-"):
            judged = decision["status"]
            answers[judged["outcome"], judged["reason"], judged["message"]] += 1
    api.close()
    assert answers == {answer: count // len(EAGER) for _, answer in EAGER}
    status = todos.status("deploy")
    assert (status["phase"], status["message"]) == ("Succeeded", "approved by oncall, release-lead")
    approvers = [made["username"] for made in status["decisions"] if made["action"] == "Approve"]
    assert approvers == ["oncall", "release-lead"]
    assert len(status["decisions"]) <= KEPT
    assert len(json.dumps(status)) < 32 * 1024
    assert operator.alive


def test_a_name_that_is_taken_changes_nothing(operator: OperatorProcess, cluster: LocalCluster, todos: Todos) -> None:
    """The second decision of a name is refused by the API server in a sentence, the first stays and is judged."""
    assert operator.alive
    todo = todos.create("deploy", approval={"minApprovals": 2})
    todos.wait("deploy", "Active", "AwaitingDecision")
    first = todos.decide(todo, "Approve")
    lead = ApiServer(cluster.kubeconfig("release-lead"))

    second = lead.create(
        decisions_path(todos.namespace), decision_manifest(todo, username="release-lead", name=first, action="Reject")
    )
    lead.close()

    assert (second.code, second.body["reason"]) == (409, "AlreadyExists")
    assert second.message == f'tododecisions.todo.myapp.dev "{first}" already exists'
    assert todos.judged(first)["outcome"] == "Counted"
    status = todos.wait("deploy", "Active", "AwaitingDecision")
    assert [(made["username"], made["action"]) for made in status["decisions"]] == [("oncall", "Approve")]
