"""How kstatus, and with it Flux, Helm and ``kubectl wait`` users, reads an object of a kind it does not know.

A port of the generic part of the algorithm in sigs.k8s.io/cli-utils (pkg/kstatus/status): generation first, then the
abnormal-true conditions, then Ready.
"""

from collections.abc import Iterable
from enum import StrEnum

from myapp.domain.condition import Condition, ConditionType


class KStatus(StrEnum):
    """What kstatus makes of an object."""

    CURRENT = "Current"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"


def kstatus(generation: int, observed_generation: int, conditions: Iterable[Condition]) -> KStatus:
    """The verdict of kstatus."""
    status = {condition.type: condition.status for condition in conditions}
    if generation != observed_generation or status.get(ConditionType.RECONCILING, False):
        return KStatus.IN_PROGRESS
    if status.get(ConditionType.STALLED, False):
        return KStatus.FAILED
    return KStatus.CURRENT if status.get(ConditionType.READY, True) else KStatus.IN_PROGRESS
