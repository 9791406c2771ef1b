"""One attempt of an operation on one object, as all who take part in it see it, and what they tell on the way."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from myapp.application.effect import Effect
from myapp.application.errors import ApiUnavailableError
from myapp.domain.actions.resource import Resource
from myapp.domain.effect import Underway, Unsuccessful
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_refusal import Request

#: References that the status records: which object, its version before a patch, and whether it was done.
UID, VERSION, DONE = "uid", "resourceVersion", "done"
#: Seconds after which the status says what is waited for. Most need not wait so long, and are spared a write.
FIRST_WORD = 20.0
_LONGEST_SILENCE = 600.0


@dataclass(frozen=True, slots=True)
class ObjectEffect:
    """What is to be done to which object, as whom."""

    effect: Effect
    action: Resource
    place: ObjectPlace
    acting_as: str
    request: Request

    @property
    def todo(self) -> TodoEntry:
        """Whose effect it is."""
        return self.effect.todo

    @property
    def references(self) -> Mapping[str, str]:
        """What was recorded before."""
        return self.effect.references

    @property
    def done_before(self) -> bool:
        """Whether the status says that the API server has done it."""
        return self.references.get(DONE) == "true"

    def conflict(self, answer: ApiAnswer, now: datetime) -> Unsuccessful:
        """A conflict that lasts. Raises ApiUnavailableError for one that passes."""
        lasting = self.request.conflicting(answer, now)
        if lasting is None:
            raise ApiUnavailableError(f"{self.request.verb} {self.action.target}: {answer.body.get('message', '')}")
        return lasting


class Telling:
    """Tells what is new, and says so ever more rarely: each report may cost a write of the todo's status."""

    def __init__(self, tell: Callable[[Underway], None]) -> None:
        self._tell = tell
        self._began = asyncio.get_running_loop().time()
        self._said: Underway | None = None
        self._silent_until = self._began + FIRST_WORD
        self._silence = FIRST_WORD

    @property
    def next_word_in(self) -> float:
        """In how many seconds something may be said again."""
        return max(self._silent_until - asyncio.get_running_loop().time(), 0.0)

    def waits(self, message: str, references: Mapping[str, str]) -> bool:
        """What is waited for: whether that is said now or was, and not kept back for a while."""
        report = Underway(Reason.WAITING_FOR_OBJECT, message, references)
        if report == self._said:
            return True
        if self.next_word_in > 0:
            return False
        self._silence = min(self._silence * 2, _LONGEST_SILENCE)
        self._silent_until = asyncio.get_running_loop().time() + self._silence
        self._said = report
        self._tell(report)
        return True

    def record(self, report: Underway) -> None:
        """What must be recorded before it goes on."""
        self._said = report
        self._tell(report)
