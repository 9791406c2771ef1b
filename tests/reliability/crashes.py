"""The operator is killed at a write of its own, at one of three points: see `POINTS`."""

from collections.abc import Callable

from tests.reliability.faults import Fault, HangUp, ProxiedRequest
from tests.running_operator.operator_process import OperatorProcess

#: Before the write is sent, once it took effect, once its answer is known.
POINTS = ("before_send", "before_answer", "after_answer")
#: For writes that took effect, or did not, as the operator that comes next finds it.
TOOK_EFFECT = {"before_send": False, "before_answer": True, "after_answer": True}


def write_of(*resources: str) -> Callable[[ProxiedRequest], bool]:
    """Whether a request writes one of these resources, for good."""
    return lambda request: request.is_write and request.resource in resources and "dryRun" not in request.query


def fatal(operator: OperatorProcess, point: str, concerns: Callable[[ProxiedRequest], bool], number: int = 1) -> Fault:
    """The operator dies at that point of the how many-th request that this is true of."""
    seen: list[ProxiedRequest] = []

    def is_fatal(request: ProxiedRequest) -> bool:
        if concerns(request):
            seen.append(request)
            return len(seen) == number
        return False

    def die(_request: ProxiedRequest) -> HangUp:
        operator.kill()
        return HangUp()

    return Fault(is_fatal, **{point: die})
