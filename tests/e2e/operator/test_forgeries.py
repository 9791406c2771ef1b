"""More than a thousand forged decisions, as people without the right and people who overreach would send them."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(300)]

FORGERIES = 1200
SEED = 20_261_124
ACTIONS = ("Approve", "Reject", "Complete", "Skip", "Cancel", "Suspend", "Claim")
OTHERS = ("admin", "release-lead", "system:admin", "system:serviceaccount:myapp-system:myapp", "ONCALL", " oncall", "x")
FOREIGN = (["release-managers"], ["system:masters"], ["sre", "board"], ["SRE"])

Forgery = Callable[[JsonObject, random.Random], None]


def _another_name(decision: JsonObject, dice: random.Random) -> None:
    decision["spec"]["user"]["username"] = dice.choice(OTHERS)


def _foreign_groups(decision: JsonObject, dice: random.Random) -> None:
    decision["spec"]["user"]["groups"] = list(dice.choice(FOREIGN))


def _no_owner(decision: JsonObject, _dice: random.Random) -> None:
    decision["metadata"]["ownerReferences"] = []


def _another_owner(decision: JsonObject, dice: random.Random) -> None:
    decision["metadata"]["ownerReferences"][0] |= dice.choice(
        [{"uid": "0"}, {"name": "other"}, {"kind": "ConfigMap", "apiVersion": "v1"}, {"blockOwnerDeletion": True}]
    )


def _two_owners(decision: JsonObject, _dice: random.Random) -> None:
    owner = decision["metadata"]["ownerReferences"][0]
    decision["metadata"]["ownerReferences"].append({**owner, "uid": "0"})


def _a_todo_of_before(decision: JsonObject, dice: random.Random) -> None:
    """Admitted, since a policy cannot know what exists; it must not count for the Todo that has the name now."""
    uid = f"{dice.getrandbits(32):08x}-0000-4000-8000-000000000000"
    decision["spec"]["target"]["uid"] = decision["metadata"]["ownerReferences"][0]["uid"] = uid


def _a_judgement_of_its_own(decision: JsonObject, dice: random.Random) -> None:
    """Written into the status on creation, which the API server drops; and in another's name, so that it is refused."""
    decision["status"] = {"outcome": "Counted", "reason": "Applied"}
    _another_name(decision, dice)


FORGED: tuple[Forgery, ...] = (
    _another_name,
    _foreign_groups,
    _no_owner,
    _another_owner,
    _two_owners,
    _a_todo_of_before,
    _a_judgement_of_its_own,
)


def test_none_of_them_counts(cluster: LocalCluster, todos: Todos) -> None:
    """Two kinds of Todo stay as they were, whoever sends what; an honest decision counts afterwards all the same."""
    approval, manual = todos.create("approval", approval={}), todos.create("manual")
    before = {name: todos.wait(name, "Active", "AwaitingDecision") for name in ("approval", "manual")}
    dice, told = random.Random(SEED), Counter[str]()  # noqa: S311 - reproducible, not secret
    clients = {user: ApiServer(cluster.kubeconfig(user)) for user in ("oncall", "developer", "pipeline")}
    for number in range(FORGERIES):
        user = dice.choice(["oncall", "oncall", "oncall", "developer", "pipeline"])
        name = "system:serviceaccount:gitops:pipeline" if user == "pipeline" else user
        decision = decision_manifest(
            dice.choice([approval, manual]), username=name, name=f"forged-{number}", action=dice.choice(ACTIONS)
        )
        for forge in dice.sample(FORGED, dice.choice([1, 1, 2])):
            if decision["metadata"]["ownerReferences"]:
                forge(decision, dice)
        answer = clients[user].create(decisions_path(todos.namespace), decision)
        told["admitted" if answer.accepted else f"refused with {answer.code}"] += 1
    for client in clients.values():
        client.close()

    assert told.total() == FORGERIES
    assert set(told) <= {"admitted", "refused with 403", "refused with 422"}
    assert told["refused with 403"] > FORGERIES / 2
    honest = todos.judged(todos.decide(approval, "Comment", message="nothing has happened yet"), timeout=60)
    assert honest["outcome"] == "Counted"
    after = {name: todos.status(name) for name in before}
    assert [made["action"] for made in after["approval"].pop("decisions")] == ["Comment"]
    assert after == before
    assert "decisions" not in after["manual"]
