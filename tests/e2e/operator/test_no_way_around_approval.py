"""C11: who lacks the verb approve makes no approval succeed, by any field, verb, decision or timeout.

The tables name every field that the CRDs have: a new one fails here until somebody has thought of what it could do.
"""

import json
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from myapp.domain.decision import DecisionAction
from tests.api_server import ApiServer, JsonObject
from tests.e2e.operator.approval_attempts import GATE, MEDDLER, METADATA, SPEC, STATUS, fields_of
from tests.manifests import decision_manifest, decisions_path, todos_path
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(300)]

#: All that there is but approve, with which others may be meant: on todos and their subresources, and on decisions.
RIGHTS = [
    {
        "apiGroups": ["todo.myapp.dev"],
        "resources": ["todos", "todos/status", "todos/finalizers", "todoworkflows", "todoworkflows/status"],
        "verbs": [
            *("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
            *("claim", "complete", "comment", "control", "run"),
        ],
    },
    {
        "apiGroups": ["todo.myapp.dev"],
        "resources": ["todos"],
        "verbs": ["approve"],
        "resourceNames": ["own"],
    },
    {"apiGroups": ["todo.myapp.dev"], "resources": ["tododecisions", "tododecisions/status"], "verbs": ["*"]},
]


class Meddler:
    """A person with every right but approve, and an approval that something waits for."""

    def __init__(self, api: ApiServer, todos: Todos) -> None:
        self.api = api
        self.todos = todos
        self._gates = 0

    def gate(self, **spec: object) -> JsonObject:
        """Another approval, which others have created and which is open unless the spec says otherwise."""
        self._gates += 1
        name = f"gate-{self._gates}"
        created = self.todos.create(name, **(GATE | spec))
        self.todos.create(f"behind-{name}", depends_on=[name])
        self.todos.wait_until(name, lambda status: status.get("reason") is not None, "seen")
        return created

    def approve(self, gate: JsonObject, **spec: object) -> str:
        """Say yes to it in one's own name, or as the spec says; what the API server has against it."""
        manifest = decision_manifest(gate, username=MEDDLER, name=f"{gate['metadata']['name']}-yes", action="Approve")
        manifest["spec"] |= spec
        answer = self.api.create(decisions_path(self.todos.namespace), manifest)
        return "" if answer.accepted else answer.message

    def has_not_passed(self, name: str) -> None:
        """The operator has seen all that was done to the gate, which did not succeed, and nobody went through.

        Whoever may edit its owner references may have the garbage collector delete it: that opens nothing either.
        """
        generation = self.todos.get(name)["metadata"]["generation"]

        def is_settled(status: JsonObject) -> bool:
            going = "deletionTimestamp" in self.todos.get(name)["metadata"]
            return going or bool(status.get("observedGeneration") == generation)

        status = self.todos.wait_until(name, is_settled, f"seen in generation {generation}")
        assert status["phase"] != "Succeeded", status
        behind = self.todos.status(f"behind-{name}")
        assert behind.get("phase") in (None, "Pending", "Skipped"), behind
        assert not [made for made in status.get("decisions", ()) if made["action"] == "Approve"]


@pytest.fixture
def meddler(cluster: LocalCluster, todos: Todos) -> Iterator[Meddler]:
    """Bound in the test's namespace."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": RIGHTS}
    metadata = {"name": MEDDLER, "namespace": todos.namespace}
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**role, "metadata": metadata}))
    cluster.kubectl(
        "create", "rolebinding", MEDDLER, f"--role={MEDDLER}", f"--user={MEDDLER}", f"--namespace={todos.namespace}"
    )
    api = ApiServer(cluster.kubeconfig("admin"), impersonate=MEDDLER)
    todos.create("done", wait={"duration": "0s"})
    todos.create("never")
    yield Meddler(api, todos)
    api.close()


def test_the_tables_are_complete() -> None:
    """Each field of the shipped CRD is tried."""
    assert set(SPEC) == set(fields_of("todos", "spec"))
    assert set(STATUS) == set(fields_of("todos", "status"))
    assert set(fields_of("tododecisions", "spec")) == {"target", "action", "mode", "user", "message", "values"}


@pytest.mark.parametrize("before", [{}, {"dependsOn": [{"name": "never"}]}], ids=["active", "pending"])
def test_c11_no_field_of_the_spec(meddler: Meddler, before: JsonObject) -> None:
    """Neither once it is open nor before, when more may be edited: one's own approval is refused afterwards as well."""
    accepted = []
    for field, attempts in SPEC.items():
        for attempt in attempts:
            gate = meddler.gate(**before)
            name = gate["metadata"]["name"]
            if meddler.api.patch(f"{todos_path(meddler.todos.namespace)}/{name}", {"spec": attempt}).accepted:
                accepted.append(field)
            refusal = meddler.approve(meddler.todos.get(name))
            assert f'user "{MEDDLER}" may not approve Todo "{name}"' in refusal, refusal
            meddler.has_not_passed(name)

    assert {"priority", "timeout", "suspend"} <= set(accepted), "an edit must get through for this to say anything"
    last = meddler.todos.get("gate-1" if not before else meddler.gate()["metadata"]["name"])
    assert meddler.todos.judged(meddler.todos.decide(last, "Approve", groups=["sre"]))["outcome"] == "Counted"
    meddler.todos.wait(f"behind-{last['metadata']['name']}", "Active")


def test_c11_no_field_of_the_status_or_of_the_metadata(meddler: Meddler) -> None:
    """RBAC grants the status here, and the policy refuses it; whatever becomes of metadata opens nothing."""
    gate = meddler.gate()
    name = gate["metadata"]["name"]
    path = f"{todos_path(meddler.todos.namespace)}/{name}"
    before = meddler.todos.status(name)

    for status in [*({field: value} for field, value in STATUS.items()), STATUS]:
        answer = meddler.api.patch(f"{path}/status", {"status": status})
        assert answer.code == 403, (status, answer.body)
        assert f'user "{MEDDLER}" may not write the status of todos' in answer.message, answer.message
    assert meddler.todos.status(name) == before
    for metadata in METADATA:
        other = meddler.gate()["metadata"]["name"]
        held = {"finalizers": ["example.com/meddler"]}  # else the garbage collector might be quicker than a look
        meddler.api.patch(f"{todos_path(meddler.todos.namespace)}/{other}", {"metadata": held | metadata})
        meddler.has_not_passed(other)
        meddler.api.patch(f"{todos_path(meddler.todos.namespace)}/{other}", {"metadata": {"finalizers": None}})


@pytest.mark.parametrize("action", [action for action in DecisionAction if action.value not in ("Approve", "Reject")])
def test_c11_no_decision(meddler: Meddler, action: DecisionAction) -> None:
    """Whatever else people may decide about it: admitted, judged, and the gate is as shut as before."""
    gate = meddler.gate()
    manifest = decision_manifest(gate, username=MEDDLER, name="other", action=action.value)
    answer = meddler.api.create(decisions_path(meddler.todos.namespace), manifest)
    assert answer.accepted, answer.message

    meddler.todos.judged("other")

    meddler.has_not_passed(gate["metadata"]["name"])


def test_c11_no_field_of_a_decision(meddler: Meddler) -> None:
    """A yes is refused whatever it says; one that was given for another todo is not turned into one for this."""
    gate, own = meddler.gate(), meddler.todos.create("own", **GATE)
    name, path = gate["metadata"]["name"], decisions_path(meddler.todos.namespace)
    target = {"kind": "Todo", "name": name, "uid": gate["metadata"]["uid"]}
    to_own = {**target, "name": "own"}
    fields: list[JsonObject] = [
        {"message": "approved"},
        {"action": "Reject"},
        {"user": {"username": "oncall"}},
        {"user": {"username": MEDDLER, "groups": ["sre"]}},
        {"target": to_own},
        {"target": {**target, "uid": own["metadata"]["uid"]}},
        {"target": {**target, "kind": "TodoWorkflow"}},
        {"mode": "Terminate"},
        {"values": {"approved": "true"}},
    ]
    for spec in fields:
        assert meddler.approve(gate, **spec), f"admitted: {spec}"

    # The verb on `own` admits a decision on that name; its uid is another todo's, so the garbage collector is held off.
    disguised = decision_manifest(gate, username=MEDDLER, name="disguised", action="Approve", target=to_own)
    disguised["metadata"]["ownerReferences"][0]["name"] = "own"
    disguised["metadata"]["finalizers"] = ["todo.myapp.dev/kept-by-a-test"]
    assert meddler.api.create(path, disguised).accepted
    honest = decision_manifest(gate, username=MEDDLER, name="comment", action="Comment")
    assert meddler.api.create(path, honest).accepted
    assert meddler.todos.judged("comment")["outcome"] == "Counted"
    for change in ({"action": "Approve"}, {"user": {"username": "oncall"}}):
        assert meddler.api.patch(f"{path}/comment", {"spec": change}).code == 422
    assert meddler.api.patch(f"{path}/comment/status", {"status": {"outcome": "Counted"}}).code == 403

    assert meddler.todos.judged("disguised")["reason"] == "TargetReplaced"
    meddler.api.patch(f"{path}/disguised", {"metadata": {"finalizers": None}})
    meddler.has_not_passed(name)


@pytest.mark.parametrize("on_timeout", ["Succeed", "Skip"])
def test_c11_no_timeout(meddler: Meddler, on_timeout: str) -> None:
    """An approval with such an end cannot be created; one whose time is cut short fails."""
    todo = manifest("hasty", **GATE, timeout="1s", onTimeout=on_timeout)
    answer = meddler.api.create(todos_path(meddler.todos.namespace), todo)
    assert (answer.code, "silence is no consent" in answer.message) == (422, True)
    gate = meddler.gate()
    name = gate["metadata"]["name"]

    meddler.api.patch(f"{todos_path(meddler.todos.namespace)}/{name}", {"spec": {"timeout": "1s"}})

    meddler.todos.wait(name, "Failed", "TimedOut")
    meddler.todos.wait(f"behind-{name}", "Skipped", "DependencyFailed")


@pytest.mark.parametrize("verb", ["claim", "complete", "comment", "control", "run", "update", "patch", "delete"])
def test_c11_no_other_verb(cluster: LocalCluster, meddler: Meddler, verb: str) -> None:
    """One verb at a time, with the right to create decisions: a yes is refused, and the refusal names what lacks."""
    gate, namespace = meddler.gate(), meddler.todos.namespace
    one = [f"--verb={verb}", "--resource=todos.todo.myapp.dev", f"--namespace={namespace}"]
    cluster.kubectl("create", "role", "one-verb", *one)
    creates = ["--verb=create", "--resource=tododecisions.todo.myapp.dev", f"--namespace={namespace}"]
    cluster.kubectl("create", "role", "decides", *creates)
    for role in ("one-verb", "decides"):
        cluster.kubectl("create", "rolebinding", role, f"--role={role}", "--user=single", f"--namespace={namespace}")
    api = ApiServer(cluster.kubeconfig("admin"), impersonate="single")

    yes = decision_manifest(gate, username="single", name="yes", action="Approve")
    answer = api.create(decisions_path(namespace), yes)
    api.close()

    assert answer.code == 403
    assert "approve" in answer.message
    meddler.has_not_passed(gate["metadata"]["name"])
