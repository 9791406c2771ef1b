"""Two questions to the cluster at the same time: each is a kubectl of its own, and a person waits for both."""

import threading
from collections.abc import Callable
from typing import TypeVar

_First = TypeVar("_First")
_Second = TypeVar("_Second")


def side_by_side(first: Callable[[], _First], second: Callable[[], _Second]) -> tuple[_First, _Second]:
    """Both answers. What `first` raises is raised, else what `second` does, but not before both have ended."""
    answers: list[_Second] = []
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            answers.append(second())
        except BaseException as failure:  # noqa: BLE001 - it is raised below, in the caller's thread
            failures.append(failure)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        answer = first()
    finally:
        thread.join()
    if failures:
        raise failures[0]
    return answer, answers[0]
