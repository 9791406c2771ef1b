"""The one way to a cluster, over a kubectl that is a script of the test: flags, errors, time limits, files."""

import json
import sys
from pathlib import Path

import pytest

from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.errors import KubectlFailedError, KubectlUnavailableError, UnexpectedAnswerError
from myapp.cli.todo.kubectl import Kubectl
from myapp.cli.todo.kubectl_cluster import KubectlCluster
from myapp.cli.todo.main import main
from myapp.cli.todo.rights import Ask


class ScriptedKubectl:
    """Puts a program called kubectl first on the PATH; it keeps its arguments and runs the test's Python lines."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._log = folder / "calls"
        monkeypatch.setenv("PATH", str(folder))

    def does(self, lines: str) -> None:
        program = self._folder / "kubectl"
        program.write_text(
            f"#!{sys.executable}\nimport json, sys, time\n"
            f"open({str(self._log)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n{lines}\n"
        )
        program.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedKubectl:
    return ScriptedKubectl(tmp_path, monkeypatch)


def test_global_flags_reach_every_kubectl_from_either_side(kubectl: ScriptedKubectl) -> None:
    """Flags before and after the command are passed on; the later wins; a request gets a time limit by itself."""
    kubectl.does("print('{}')")

    before, after = ["--context=a", "-n", "x"], ["--namespace", "shop", "--as=oncall", "--as-group=a", "--as-group=b"]
    assert main([*before, "list", *after]) == 0

    for call in kubectl.calls:
        assert call[:2] == ["get", "todos.todo.myapp.dev"]
        flags = call[2:]
        assert {"--context=a", "--namespace=shop", "--as=oncall", "--as-group=a", "--as-group=b"} <= set(flags)
        assert "--namespace=x" not in flags
        assert "--request-timeout=30s" in flags


def test_selection_becomes_flags_of_kubectl(kubectl: ScriptedKubectl) -> None:
    """All namespaces and both kinds of selector are kubectl's own."""
    kubectl.does("print(json.dumps({'items': []}))")

    KubectlCluster(Kubectl([])).todos(Selection(all_namespaces=True, labels="app=web", fields="status.phase=Active"))

    assert kubectl.calls == [
        [
            "get",
            "todos.todo.myapp.dev",
            "--all-namespaces",
            "--selector=app=web",
            "--field-selector=status.phase=Active",
            "--output=json",
        ]
    ]


def test_error_of_kubectl_keeps_its_words_and_reason(kubectl: ScriptedKubectl) -> None:
    """The stderr of kubectl is the message; the API's reason can be told from it."""
    kubectl.does("sys.exit('Error from server (Forbidden): no, you may not')")

    with pytest.raises(KubectlFailedError) as failure:
        Kubectl([]).json("get", "todos")

    assert failure.value.reason == "Forbidden"
    assert failure.value.stderr == "Error from server (Forbidden): no, you may not\n"


def test_warnings_of_kubectl_are_seen(kubectl: ScriptedKubectl, capsys: pytest.CaptureFixture[str]) -> None:
    """What the API server warns of on success is not swallowed."""
    kubectl.does("print('Warning: old version', file=sys.stderr); print('{}')")

    Kubectl([]).json("get", "todos")

    assert capsys.readouterr().err == "Warning: old version\n"


def test_manifest_is_handed_over_in_a_private_file_that_is_gone_afterwards(kubectl: ScriptedKubectl) -> None:
    """Not on stdin, which a log-in plug-in may need; only the user can read it; nothing is left behind."""
    kubectl.does(
        "import os, stat\n"
        "name = sys.argv[2].removeprefix('--filename=')\n"
        "print(json.dumps({'mode': stat.S_IMODE(os.stat(name).st_mode), 'file': name, 'was': json.load(open(name))}))"
    )

    answer = Kubectl([]).create({"kind": "TodoDecision"})

    assert (answer["was"], answer["mode"]) == ({"kind": "TodoDecision"}, 0o600)
    assert not Path(answer["file"]).exists()


@pytest.mark.parametrize(
    ("script", "allowed"),
    [
        pytest.param("print('yes')", True, id="yes"),
        pytest.param("print('no - no RBAC policy matched'); sys.exit(1)", False, id="no"),
        pytest.param("print('Warning: verb is new', file=sys.stderr); print('no'); sys.exit(1)", False, id="warned"),
    ],
)
def test_no_is_an_answer_and_not_a_failure(kubectl: ScriptedKubectl, script: str, *, allowed: bool) -> None:
    """`kubectl auth can-i` answers by its exit code too."""
    kubectl.does(script)

    assert KubectlCluster(Kubectl([])).may_create_todos() is allowed
    assert kubectl.calls[0][:4] == ["auth", "can-i", "create", "todos.todo.myapp.dev"]


def test_unreachable_server_is_no_answer(kubectl: ScriptedKubectl) -> None:
    """A kubectl that could not ask is not taken for a `no`."""
    kubectl.does("sys.exit('The connection to the server was refused')")

    with pytest.raises(KubectlFailedError, match="refused"):
        KubectlCluster(Kubectl([])).may_create_todos()


def test_hanging_kubectl_is_stopped(kubectl: ScriptedKubectl) -> None:
    """A kubectl that never ends does not hang the person's terminal for ever."""
    kubectl.does("time.sleep(60)")

    with pytest.raises(KubectlUnavailableError, match="did not end within 1 s"):
        Kubectl([], longest_run=1).json("get", "todos")


def test_missing_kubectl_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without kubectl on the PATH the person reads which PATH, and where to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(KubectlUnavailableError, match=f"not on the PATH \\({tmp_path}\\)"):
        Kubectl([]).json("get", "todos")


@pytest.mark.parametrize("printed", ["hello", "[1]"])
def test_another_program_called_kubectl_is_told(kubectl: ScriptedKubectl, printed: str) -> None:
    """What is no JSON object is refused with what was found."""
    kubectl.does(f"print({printed!r})")

    with pytest.raises(UnexpectedAnswerError, match="kubectl get printed"):
        Kubectl([]).json("get", "todos")


def test_review_without_a_user_is_refused(kubectl: ScriptedKubectl) -> None:
    """No decision is ever made in the name of nobody."""
    kubectl.does("print(json.dumps({'status': {'userInfo': {}}}))")

    with pytest.raises(UnexpectedAnswerError, match="names no user"):
        KubectlCluster(Kubectl([])).person()


def test_one_kubectl_asks_who_we_are_and_what_we_may(kubectl: ScriptedKubectl) -> None:
    """A SelfSubjectReview and the SelfSubjectAccessReviews, in one list."""
    kubectl.does(
        "items = json.load(open(sys.argv[2].partition('=')[2]))['items']\n"
        "print(json.dumps({'kind': items[0]['kind'], 'status': {'userInfo': {'username': 'oncall'}}}))\n"
        "for item in items[1:]:\n"
        "    verb = item['spec']['resourceAttributes']['verb']\n"
        "    print(json.dumps({'kind': item['kind'], 'status': {'allowed': verb == 'approve'}}, indent=4))"
    )

    asks = (Ask("approve", "shop", "rollout"), Ask("create", "shop", resource="tododecisions"))
    person, granted = KubectlCluster(Kubectl([])).introduce(asks)

    assert (person.username, granted) == ("oncall", [True, False])
    assert len(kubectl.calls) == 1


def test_errors_do_not_name_the_file_that_the_object_was_handed_over_in(kubectl: ScriptedKubectl) -> None:
    """It is the plug-in's own, gone before anybody could look."""
    kubectl.does(
        "file = sys.argv[2].partition('=')[2]\n"
        "sys.exit(f'Error from server (Forbidden): error when creating \"{file}\": no')"
    )

    with pytest.raises(KubectlFailedError) as raised:
        KubectlCluster(Kubectl([])).create_todo({}, "none", "")

    assert raised.value.stderr == "Error from server (Forbidden): no\n"


def test_decisions_that_wait_are_told_with_what_the_guard_says(kubectl: ScriptedKubectl) -> None:
    """One question; of several decisions on a Todo whichever has been told why it waits; other reasons are not it."""
    decisions = [
        {"spec": {"target": {"uid": "a"}}, "status": {"reason": "GuardNotProven", "message": "the policy is gone"}},
        {"spec": {"target": {"uid": "a"}}},
        {"spec": {"target": {"uid": "b"}}},
        {"spec": {"target": {"uid": "c"}}, "status": {"reason": "Other", "message": "of a later version"}},
    ]
    kubectl.does(f"print(json.dumps({{'items': {decisions}}}))")

    assert KubectlCluster(Kubectl([])).unjudged("shop") == {"a": "the policy is gone", "b": "", "c": ""}
    (call,) = kubectl.calls
    assert call[1].endswith("/namespaces/shop/tododecisions?fieldSelector=status.outcome%3D")

    kubectl.does("print(json.dumps({'items': []}))")
    assert KubectlCluster(Kubectl([])).unjudged("shop") == {}


def test_who_may_not_read_decisions_is_told_nothing_about_them(kubectl: ScriptedKubectl) -> None:
    """Explaining goes on without; any other failure is told."""
    kubectl.does("sys.exit('Error from server (Forbidden): this is forbidden')")
    assert KubectlCluster(Kubectl([])).unjudged("shop") == {}

    kubectl.does("sys.exit('Error from server (InternalError): this is broken')")
    with pytest.raises(KubectlFailedError, match="this is broken"):
        KubectlCluster(Kubectl([])).unjudged("shop")


def test_one_sentence_for_reviews_that_are_all_refused(kubectl: ScriptedKubectl) -> None:
    """kubectl says the same once for each."""
    kubectl.does(
        "file = sys.argv[2].partition('=')[2]\n"
        "sys.exit(2 * f'Error from server (Forbidden): error when creating \"{file}\": no\\n')"
    )

    with pytest.raises(KubectlFailedError) as raised:
        KubectlCluster(Kubectl([])).introduce([Ask("approve")])

    assert raised.value.stderr == "Error from server (Forbidden): no"
