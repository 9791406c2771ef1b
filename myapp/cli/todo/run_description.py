"""One run in words, in the form of `kubectl describe`. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime

from myapp.cli.todo.age import age
from myapp.cli.todo.cluster import DecisionRecord
from myapp.cli.todo.description import conditions, decided, facts, history, moment, section
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.table import table
from myapp.domain.decision import DecisionOutcome

_TIMES = (("Started", "startTime"), ("Deadline", "deadline"), ("Next change", "nextTransitionTime"))


def describe_run(run: RunView, decisions: Sequence[DecisionRecord], now: datetime) -> list[str]:
    """The lines."""
    status = run.status
    return [
        *facts(
            ("Name", run.name),
            ("Namespace", run.namespace),
            ("State", run.state),
            ("Progress", f"{run.progress} steps have ended" if run.progress else ""),
            ("Template", run.template),
            ("Definition", f"controllerrevision/{status['definition']}" if status.get("definition") else ""),
            ("Account", status.get("serviceAccountName", "")),
            ("Requester", status.get("requestedBy", "")),
            ("Rerun of", run.spec.get("rerunOf", "")),
            ("Retried", f"{status['revision']} times" if status.get("revision") else ""),
            ("Cancel mode", status.get("cancelMode", "")),
            ("Timeout", run.spec.get("timeout", "")),
            *((title, moment(status.get(name), now)) for title, name in _TIMES),
            ("Ended", moment(status.get("completionTime"), now)),
            ("Age", age(run.created, now)),
        ),
        *section("Params", [f"{name}: {json.dumps(value)}" for name, value in (run.spec.get("params") or {}).items()]),
        *section("Conditions", conditions(status, now)),
        *section("Steps", _steps(run)),
        *section("Outputs", [f"{name}: {json.dumps(value)}" for name, value in (status.get("outputs") or {}).items()]),
        *section("History", history(run, status.get("requestedBy", ""))),
        *section("Not judged yet", decided([made for made in decisions if not made.outcome])),
        *section("Refused decisions", decided([made for made in decisions if made.outcome == DecisionOutcome.REFUSED])),
    ]


def _steps(run: RunView) -> list[str]:
    rows = [[step.name, step.phase, step.reason, step.todo, step.message] for step in run.steps]
    return table(["NAME", "PHASE", "REASON", "TODO", "MESSAGE"], rows) if rows else []
