"""What a conflict at a deletion means: that the object has gone or goes, or that somebody refuses."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from myapp.application.effect import Effect
from myapp.application.errors import ApiRefusedError
from myapp.domain.actions.object_identity import ObjectIdentity
from myapp.domain.actions.resource import Resource
from myapp.domain.effect import Accomplished, EffectId, Held, Underway
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_deletion import ObjectDeletion
from myapp.infrastructure.kube.object_effect import ObjectEffect, Telling
from myapp.infrastructure.kube.object_refusal import Request
from myapp.infrastructure.kube.object_vigil import ObjectVigil
from myapp.infrastructure.kube.object_wait import NotYet, Verdict
from myapp.infrastructure.kube.service_account import ServiceAccount
from tests.fakes.clock import FakeClock
from tests.unit.domain.builders import at, todo

DENIED = 'admission webhook "gate.example.dev" denied the request: not on a friday'
MANIFEST = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "flags", "uid": "u1"}}
REQUEST = Request("delete", ObjectIdentity("v1", "ConfigMap", "flags", uid="u1"), ServiceAccount("shop", "deployer"))


class World:
    """An API server that answers each deletion with 409, and has this afterwards."""

    def __init__(
        self, left: Mapping[str, Any] | None, told: str = "the UID in the precondition does not match"
    ) -> None:
        self._left = left
        self._told = told

    async def delete(self, _effect: ObjectEffect, _uid: str) -> ApiAnswer:
        """ObjectRequests."""
        return ApiAnswer(409, {"message": self._told})

    async def read(self, _effect: ObjectEffect) -> ApiAnswer:
        """ObjectRequests."""
        return ApiAnswer(404, {}) if self._left is None else ApiAnswer(200, {"metadata": self._left})

    async def record(self, _effect: Effect, _tell: Callable[[Underway], None], _report: Underway) -> None:
        """RecordedReferences."""
        raise AssertionError("the manifest says which object is meant")

    async def for_end(
        self, _effect: ObjectEffect, _telling: Telling, verdict: Verdict, _references: object, known: Mapping[str, Any]
    ) -> Accomplished | NotYet:
        """ObjectWait, which looks once."""
        found = verdict(known)
        assert isinstance(found, Accomplished | NotYet)
        return found

    async def deleted(self) -> object:
        """What comes of it."""
        entry = todo("a", resource={"operation": "Delete", "manifest": MANIFEST})
        assert isinstance(entry.action, Resource)
        effect = Effect(EffectId(entry.id, 1), entry)
        attempt = ObjectEffect(effect, entry.action, ObjectPlace("/api/v1/x", "flags", "shop"), "deployer", REQUEST)
        clock = FakeClock()
        vigil = ObjectVigil(self, None, clock)  # type: ignore[arg-type] # stands in for the wait; nothing is judged
        deletion = ObjectDeletion(self, self, vigil, clock)  # type: ignore[arg-type] # stands in for both
        return await deletion.carry_out(attempt, Telling(lambda _: None))


@pytest.mark.parametrize("left", [None, {"uid": "u2"}], ids=["nothing", "another"])
async def test_what_has_gone_is_deleted(left: Mapping[str, Any] | None) -> None:
    """Whatever has taken its name."""
    assert isinstance(await World(left).deleted(), Accomplished)


async def test_what_goes_is_waited_for() -> None:
    """The API server may refuse to delete it a second time."""
    found = await World({"uid": "u1", "deletionTimestamp": "2026-12-01T08:00:00Z", "finalizers": ["a/b"]}).deleted()

    assert found == NotYet("waits until ConfigMap flags is gone: held by finalizers a/b")


async def test_what_is_refused_is_not_taken_for_deleted() -> None:
    """A webhook chooses the code of its refusal, 409 too."""
    with pytest.raises(ApiRefusedError) as raised:
        await World({"uid": "u1"}, DENIED).deleted()

    held = REQUEST.refused(raised.value, at(0))
    assert isinstance(held, Held)
    assert held.reason is Reason.ADMISSION_REFUSED
    assert DENIED in held.message
