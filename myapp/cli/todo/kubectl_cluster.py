"""The cluster as kubectl shows it: the port `Cluster` in kubectl's commands.

Resources are named in full (`todos.todo.myapp.dev`), because a cluster may have other todos.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from myapp.cli.todo.cluster import Change, DecisionRecord, Judgement, Selection
from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.errors import KubectlFailedError, UnexpectedAnswerError
from myapp.cli.todo.fit import Target
from myapp.cli.todo.kind import API_GROUP, API_VERSION
from myapp.cli.todo.kubectl import Kubectl
from myapp.cli.todo.pod_view import TODO_LABEL, PodView, pod_view
from myapp.cli.todo.rights import Ask, Rights, read_rights, rules_review
from myapp.cli.todo.todo_view import TodoView, todo_view
from myapp.domain.decision import DecisionReason

TODOS = f"todos.{API_GROUP}"
DECISIONS = f"tododecisions.{API_GROUP}"
_AWAITING = "fieldSelector=status.reason%3DAwaitingDecision"
_QUIET = 0.2
#: How many names the API server may generate for a decision. It tries eight itself, before Kubernetes 1.31 only one.
_NAMES_TO_TRY = 4
_WHO_AM_I = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


class KubectlCluster:
    """Implements `Cluster`."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl

    def todo(self, name: str) -> TodoView:
        return todo_view(self._kubectl.json("get", TODOS, name))

    def todos(self, selection: Selection) -> Sequence[TodoView]:
        return [todo_view(item) for item in self._kubectl.json("get", TODOS, *selecting(selection)).get("items", [])]

    def person(self) -> Person:
        return _person(self._kubectl.json("auth", "whoami"))

    def may_create_todos(self) -> bool:
        return self._kubectl.answer("auth", "can-i", "create", TODOS).startswith("yes")

    def create_decision(self, manifest: dict[str, Any]) -> Judgement:
        for _ in range(_NAMES_TO_TRY - 1):
            try:
                return _judgement(self._kubectl.create(manifest))
            except KubectlFailedError as failure:
                if failure.reason != "AlreadyExists":  # then nothing was stored, and the next name is another
                    raise
        return _judgement(self._kubectl.create(manifest))

    def judgement(self, decision: Judgement) -> Judgement:
        return _judgement(self._kubectl.json("get", DECISIONS, decision.name, f"--namespace={decision.namespace}"))

    def print_todos(self, selection: Selection, output: str) -> None:
        self._kubectl.show("get", TODOS, *selecting(selection), *([f"--output={output}"] if output else []))

    def print_decision(self, decision: Judgement, output: str) -> None:
        flags = [f"--namespace={decision.namespace}", *([f"--output={output}"] if output else [])]
        self._kubectl.show("get", DECISIONS, decision.name, *flags)

    def print_todo(self, name: str, output: str) -> None:
        self._kubectl.show("get", TODOS, name, f"--output={output}")

    def neighbours(self, todo: TodoView) -> Sequence[TodoView]:
        return [todo_view(item) for item in self._kubectl.raw(_path(todo.namespace)).get("items", [])]

    def dependencies(self, todo: TodoView) -> Mapping[str, TodoView]:
        if not todo.dependencies:
            return {}
        found = self._kubectl.output(
            *("get", TODOS, *todo.dependencies, "--ignore-not-found", f"--namespace={todo.namespace}", "--output=json")
        )
        answer = json.loads(found) if found.strip() else {}
        items = answer.get("items", [answer] if answer else [])
        return {view.name: view for view in map(todo_view, items)}

    def decisions_on(self, target: Target) -> Sequence[DecisionRecord]:
        listed = self._kubectl.json(
            *("get", DECISIONS, f"--namespace={target.namespace}", f"--field-selector=spec.target.name={target.name}")
        )
        made = [item for item in listed.get("items", []) if item["spec"]["target"].get("uid") == target.uid]
        return sorted(map(_record, made), key=lambda record: record.time)

    def unjudged(self, namespace: str) -> Mapping[str, str]:
        try:
            made = self._kubectl.raw(f"{_path(namespace, 'tododecisions')}?fieldSelector=status.outcome%3D")
        except KubectlFailedError as failure:
            if failure.reason != "Forbidden":
                raise
            return {}
        waiting: dict[str, str] = {}
        for decision in made.get("items") or ():
            uid, told = str(decision["spec"]["target"]["uid"]), _by_the_guard(decision.get("status") or {})
            waiting[uid] = waiting.get(uid) or told
        return waiting

    def pods_of(self, todo: TodoView) -> Sequence[PodView]:
        selector = f"--selector={TODO_LABEL}={todo.uid}"
        listed = self._kubectl.json("get", "pods", selector, f"--namespace={todo.namespace}")
        return [pod_view(item) for item in listed.get("items", [])]

    def print_log(self, pod: PodView, flags: Sequence[str], *, follow: bool) -> None:
        call = ("logs", pod.name, f"--namespace={pod.namespace}", *flags)
        if follow:
            self._kubectl.stream(*call, "--follow")
        else:
            self._kubectl.show(*call)

    def create_todo(self, manifest: dict[str, Any], dry_run: str, output: str) -> None:
        flags = [f"--dry-run={dry_run}", *([f"--output={output}"] if output else [])]
        self._kubectl.create_and_show(manifest, *flags)

    def awaiting_people(self, namespace: str) -> tuple[Sequence[TodoView], str]:
        listed = self._kubectl.raw(f"{_path(namespace)}?{_AWAITING}")
        return [todo_view(item) for item in listed.get("items", [])], listed["metadata"]["resourceVersion"]

    def changes(self, namespace: str, version: str) -> Iterator[Change | None]:
        path = f"{_path(namespace)}?{_AWAITING}&watch=1&resourceVersion={version}"
        for line in self._kubectl.lines(path, _QUIET):
            if line is None:
                yield None
                continue
            event = json.loads(line)
            if event["type"] == "ERROR":  # the version is too old: the caller lists anew
                return
            yield Change(todo_view(event["object"]), gone=event["type"] == "DELETED")

    def introduce(self, asks: Sequence[Ask]) -> tuple[Person, Sequence[bool]]:
        me, *answers = self._kubectl.review([_WHO_AM_I, *(ask.review() for ask in asks)])
        return _person(me), [_allowed(answer) for answer in answers]

    def rights(self, namespaces: Sequence[str]) -> Mapping[str, Rights]:
        if not namespaces:
            return {}
        answers = self._kubectl.review([rules_review(namespace) for namespace in namespaces])
        return dict(zip(namespaces, map(read_rights, answers), strict=True))

    def grants(self, asks: Sequence[Ask]) -> Sequence[bool]:
        return [_allowed(answer) for answer in self._kubectl.review([ask.review() for ask in asks])] if asks else []

    def namespaces(self) -> Sequence[str]:
        try:
            return [name.rpartition("/")[2] for name in self._kubectl.output("get", "namespaces", "-o=name").split()]
        except KubectlFailedError as failure:
            if failure.reason != "Forbidden":
                raise
        return [self._kubectl.output("config", "view", "--minify", "-o=jsonpath={..namespace}").strip() or "default"]

    def configured(self, what: str) -> Sequence[str]:
        return self._kubectl.output("config", "view", f"-o=jsonpath={{.{what}[*].name}}").split()


def _path(namespace: str, resource: str = "todos") -> str:
    return f"/apis/{API_VERSION}/{f'namespaces/{namespace}/' if namespace else ''}{resource}"


def _person(review: dict[str, Any]) -> Person:
    user = review.get("status", {}).get("userInfo", {})
    if not user.get("username"):
        raise UnexpectedAnswerError(f"the API server names no user: {review}")
    return Person(username=user["username"], groups=tuple(user.get("groups") or ()))


def _allowed(review: dict[str, Any]) -> bool:
    return bool(review.get("status", {}).get("allowed"))


def _by_the_guard(status: Mapping[str, Any]) -> str:
    """Why a decision waits, if that is because nothing proves who made it."""
    return str(status.get("message", "")) if status.get("reason") == DecisionReason.GUARD_NOT_PROVEN else ""


def _record(manifest: dict[str, Any]) -> DecisionRecord:
    spec, status = manifest["spec"], manifest.get("status") or {}
    return DecisionRecord(
        username=spec["user"]["username"],
        action=spec["action"],
        time=manifest["metadata"]["creationTimestamp"],
        message=spec.get("message", ""),
        outcome=status.get("outcome", ""),
        reason=status.get("reason", ""),
        answer=status.get("message", ""),
    )


def selecting(selection: Selection) -> list[str]:
    """The flags of kubectl get."""
    return [
        *(["--all-namespaces"] if selection.all_namespaces else []),
        *([f"--selector={selection.labels}"] if selection.labels else []),
        *([f"--field-selector={selection.fields}"] if selection.fields else []),
    ]


def _judgement(manifest: dict[str, Any]) -> Judgement:
    metadata, status = manifest["metadata"], manifest.get("status") or {}
    return Judgement(
        name=metadata["name"],
        namespace=metadata["namespace"],
        outcome=status.get("outcome", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
    )
