"""What is to be done about a todo, as values: the domain proposes, the application acts."""

from dataclasses import dataclass
from datetime import datetime

from myapp.domain.decision import Answer
from myapp.domain.todo_status import TodoStatus


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a Kubernetes Event of type Warning: a todo got into a state that somebody should look at."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The status that a todo should have, and what else follows.

    The order of acting is fixed: first the status, with which decisions count; then the answers; then notices; the
    deletion last.
    """

    status: TodoStatus
    answers: tuple[Answer, ...] = ()
    notices: tuple[Notice, ...] = ()
    look_again_at: datetime | None = None
    delete: bool = False
