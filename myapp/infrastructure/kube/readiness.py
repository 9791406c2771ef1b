"""Whether an object of any kind is ready, by the rules of kstatus, which Flux, Helm and Argo CD go by as well.

What is said of every kind stands here: deletion, generations and conditions. What built-in kinds say in their own way
is in ``readiness_of_kinds``. Where kstatus is content with less than people expect, more is asked: a Job is ready when
it is complete, a load balancer when it has an address.
"""

from collections.abc import Mapping
from typing import Any

from myapp.infrastructure.kube.object_fields import condition, integer, section, told
from myapp.infrastructure.kube.object_standing import Standing, State
from myapp.infrastructure.kube.readiness_of_kinds import RULES

#: What says in one word how a custom resource stands, where it has no Ready: the first of these that it has.
_READY = ("Ready", "Available")


def standing_of(raw: Mapping[str, Any]) -> Standing:
    """How the object stands. It never raises: what is not as its kind promises is not ready."""
    if section(raw, "metadata").get("deletionTimestamp"):
        return Standing(State.UNDERWAY, "it is being deleted")
    if (unseen := _unseen(raw)) is not None:
        return unseen
    if (stalled := condition(raw, "Stalled")) is not None and stalled.get("status") == "True":
        return Standing(State.FAILED, f"Stalled, {told(stalled)}")
    if (reconciling := condition(raw, "Reconciling")) is not None and reconciling.get("status") == "True":
        return Standing(State.UNDERWAY, f"Reconciling, {told(reconciling)}")
    group = str(raw.get("apiVersion", "")).rpartition("/")[0]
    rule = RULES.get((group, str(raw.get("kind", ""))), _by_conditions)
    return rule(raw)


def _unseen(raw: Mapping[str, Any]) -> Standing | None:
    """Its controller has not seen the latest spec yet; kinds without observedGeneration do not tell."""
    observed, generation = (
        section(raw, "status").get("observedGeneration"),
        integer(section(raw, "metadata"), "generation"),
    )
    if isinstance(observed, int) and observed != generation:
        return Standing(State.UNDERWAY, f"its controller has seen generation {observed} of {generation}")
    return None


def _by_conditions(raw: Mapping[str, Any]) -> Standing:
    """A kind that nobody knows here: by its condition Ready; without one it has nothing to say and is ready."""
    generation = integer(section(raw, "metadata"), "generation")
    for name in _READY:
        found = condition(raw, name)
        if found is None:
            continue
        observed = found.get("observedGeneration")
        if isinstance(observed, int) and observed < generation:
            return Standing(State.UNDERWAY, f"{name} is about generation {observed} of {generation}")
        if found.get("status") == "True":
            return Standing(State.READY, f"{name} is True")
        return Standing(State.UNDERWAY, f"{name} is {found.get('status', 'not said')}, {told(found)}")
    return Standing(State.READY, "it exists")
