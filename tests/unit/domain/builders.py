"""Todos, statuses and decisions; every argument has a plain default, so that a test names only what it is about."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from myapp.domain.decide import decide
from myapp.domain.decision import CountedDecision, Decision, DecisionAction
from myapp.domain.dependency import DependencyState
from myapp.domain.effect import News
from myapp.domain.expression import Expression, ExpressionProblem
from myapp.domain.outputs import compiled_outputs
from myapp.domain.plan import Plan
from myapp.domain.situation import Related, Situation
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.domain.wanted import compiled_when
from myapp.infrastructure.cel.cel_compiler import CelCompiler

T0 = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
SKIPPED_BY_DEPENDENCY = DependencyState(Phase.SKIPPED, skipped_by_dependency=True)
ALONE = Related()
UNSEEN = TodoStatus()


def at(seconds: float) -> datetime:
    """So many seconds after T0."""
    return T0 + timedelta(seconds=seconds)


def fields(name: str = "a", /, **spec: object) -> dict[str, object]:
    """What ``TodoEntry.create_from_dict`` takes: the least that it accepts, and ``spec``."""
    least = {"id": f"uid-{name}", "namespace": "shop", "name": name, "created_at": T0, "generation": 1, "content": name}
    return {**least, **spec}


def todo(name: str = "a", /, *, needs: Iterable[str] | Mapping[str, Iterable[str]] = (), **spec: object) -> TodoEntry:
    """A todo; ``needs`` are names of dependencies, or a mapping from name to the phases that are accepted."""
    depends_on = (
        [{"name": other, "on": list(on)} for other, on in needs.items()]
        if isinstance(needs, Mapping)
        else [{"name": other} for other in needs]
    )
    return TodoEntry.create_from_dict(fields(name, depends_on=depends_on, **spec))


def sees(
    states: Mapping[str, Phase | DependencyState], *, loop: tuple[str, ...] = (), awaited: bool = False
) -> Related:
    """What a todo sees of others."""
    seen = {
        name: state if isinstance(state, DependencyState) else DependencyState(state) for name, state in states.items()
    }
    return Related(seen, loop, awaited)


def decision(
    number: int = 1,
    seconds: float = 5,
    *,
    action: str = "Complete",
    username: str = "ann",
    groups: Iterable[str] = (),
    values: Mapping[str, str] | None = None,
    target: str = "a",
    target_id: str = "",
) -> Decision:
    """A decision on a todo, made so many seconds after T0."""
    return Decision(
        id=f"decision-{number}",
        key=TodoKey("shop", f"complete-{target}-{number}"),
        target=TodoKey("shop", target),
        target_id=target_id or f"uid-{target}",
        action=DecisionAction(action),
        username=username,
        message="done",
        created_at=at(seconds),
        groups=tuple(groups),
        values=values or {},
    )


def counted(number: int = 1, seconds: float = 5, *, username: str = "ann") -> CountedDecision:
    """What a status keeps of ``decision(number, seconds)``."""
    return CountedDecision(f"decision-{number}", DecisionAction.COMPLETE, username, at(seconds), "done")


def plan(
    entry: TodoEntry,
    status: TodoStatus = UNSEEN,
    *,
    seconds: float = 0,
    related: Related = ALONE,
    decisions: Iterable[Decision] = (),
    news: News | None = None,
) -> Plan:
    """The plan so many seconds after T0."""
    outputs = compiled_outputs(entry.outputs, CelCompiler())
    return decide(entry, status, related, decisions, at(seconds), news=news, when=_compiled(entry), outputs=outputs)


def active(entry: TodoEntry, *, seconds: float = 0) -> TodoStatus:
    """The status of a todo that became active so many seconds after T0."""
    status = plan(entry, seconds=seconds).status
    assert status.phase is Phase.ACTIVE, f"{entry.key} is {status.phase}({status.reason}): {status.message}"
    return status


def ended(phase: Phase, reason: Reason = Reason.COMPLETED, *, seconds: float = 0) -> TodoStatus:
    """A final status that was reached so many seconds after T0."""
    return TodoStatus(1, phase, reason, "it is over", 1, start_time=T0, completion_time=at(seconds))


def situation(
    entry: TodoEntry, status: TodoStatus = UNSEEN, *, seconds: float = 0, related: Related = ALONE
) -> Situation:
    """What rules and judgement look at, so many seconds after T0."""
    return Situation(entry, status, related, status.decisions, at(seconds), when=_compiled(entry))


def _compiled(entry: TodoEntry) -> Expression | None:
    when = compiled_when(entry, CelCompiler())
    assert not isinstance(when, ExpressionProblem), when
    return when
