"""What the operator would object to a decision, foreseen with its own rules from the Todo as it stands.

Only what concerns the action: who may vote, a second vote, a claim, the form. It is a courtesy; what cannot be read
here (a newer CRD) is left to the operator.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from myapp.cli.todo.act import Act
from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.actions.action import Action
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.actions.manual import Manual
from myapp.domain.control import objection_to_claim
from myapp.domain.decision import CountedDecision, Decision, DecisionAction
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.situation import Related, Situation
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import UNPROVEN, TodoStatus

_LONGEST_VALUE = 4096  # the CRD's bound
_FIELDS = {
    "minApprovals": "min_approvals",
    "allowSelfApproval": "allow_self_approval",
    "minLength": "min_length",
    "maxLength": "max_length",
}


def objection(act: Act, todo: TodoView, person: Person, values: Mapping[str, str], now: datetime) -> str:
    """Why this decision would be refused, in the operator's words; "" where nothing is known against it."""
    if act.anytime or act.revives:
        return ""
    if long := next((name for name, text in values.items() if len(text) > _LONGEST_VALUE), None):
        return f"{long}: found {len(values[long])} characters, allowed are {_LONGEST_VALUE}"
    now = max(now, todo.started or now)  # this machine's clock may be behind
    try:
        situation = _situation(todo, now)
    except (InvalidTodoError, LookupError, TypeError, ValueError):
        return ""
    key = situation.todo.key
    decision = Decision("", key, key, todo.uid, act.action, person.username, "", now, person.groups, values)
    found = objection_to_claim(situation, decision) or situation.todo.action.objection(situation.view, decision)
    return found.message if found else ""


def _situation(todo: TodoView, now: datetime) -> Situation:
    counted = tuple(
        CountedDecision(
            made.get("uid", ""),
            DecisionAction(made["action"]),
            made["username"],
            now,
            "",
            tuple(made.get("groups") or ()),
        )
        for made in todo.status.get("decisions") or ()
    )
    requester = todo.status.get("requester", "")
    entry = TodoEntry(
        todo.uid,
        TodoKey(todo.namespace, todo.name),
        now,
        0,
        todo.title,
        _action(todo),
        requester="" if requester == UNPROVEN else requester,
    )
    status = TodoStatus(phase=Phase.ACTIVE, start_time=todo.started, decisions=counted)
    return Situation(entry, status, Related(), counted, now)


def _action(todo: TodoView) -> Action:
    spec = todo.spec.get(todo.action)
    if not spec:
        return ACTIONS[todo.action](EntryFields({})) if todo.action != "manual" else Manual()
    fields = {_FIELDS.get(name, name): value for name, value in spec.items()}
    if "form" in fields:
        form = fields["form"]
        fields["form"] = form | {"properties": {name: _named(entry) for name, entry in form["properties"].items()}}
    if "approvers" in fields:
        fields["approvers"] = [_named(entry) for entry in fields["approvers"]]
    return ACTIONS[todo.action](EntryFields(fields, f"spec.{todo.action}"))


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry by the domain's names."""
    return {_FIELDS.get(name, name): value for name, value in entry.items()}
