"""A patch that must not be made twice, over an object that others change and an operator that dies at every step."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from myapp.application.effect import Effect
from myapp.application.errors import ApiRefusedError
from myapp.domain.actions.object_identity import ObjectIdentity
from myapp.domain.actions.resource import Resource
from myapp.domain.effect import EffectId, Held, Underway, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube import object_patch
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_effect import UID, VERSION, ObjectEffect, Telling
from myapp.infrastructure.kube.object_patch import OncePatch
from myapp.infrastructure.kube.object_refusal import Request
from myapp.infrastructure.kube.service_account import ServiceAccount
from tests.fakes.clock import FakeClock
from tests.unit.domain.builders import todo

NAME = "flags"
REFUSED = ApiRefusedError("PATCH /x: 422 the server rejected our request", 422)
NO_DRY_RUN = ApiRefusedError('PATCH /x: 400 admission webhook "w" does not support dry run', 400)


class Died(BaseException):
    """The process is gone."""


class World:
    """The object and the status, which outlive the operator. ``before`` runs ahead of the request it is named for."""

    def __init__(self) -> None:
        self.uid = "u1"
        self.version = 7
        self.managers: list[str] = []
        self.gone = False
        self.sent: list[str] = []
        self.references: dict[str, str] = {}
        self.recorded: list[str] = []
        self.refuses: list[tuple[str, Exception]] = []
        self.before: dict[str, Callable[[], None]] = {}
        self.after: dict[str, Callable[[], None]] = {}

    def change(self) -> None:
        """Somebody else changes the object."""
        self.version += 1

    def replace(self) -> None:
        """Somebody deletes it and makes another of that name."""
        self.uid, self.version, self.managers = "u2", self.version + 5, []

    def remove(self) -> None:
        """Somebody deletes it."""
        self.gone = True

    async def read(self, _effect: ObjectEffect) -> ApiAnswer:
        """ObjectRequests."""
        self._hook("read", self.before)
        return ApiAnswer(404, {}) if self.gone else ApiAnswer(200, self._body())

    async def send(
        self, _effect: ObjectEffect, mark: str = "", version: str = "", *, dry_run: bool = False
    ) -> ApiAnswer:
        """ObjectRequests."""
        name = "dry run" if dry_run else "patch"
        self._hook(name, self.before)
        if self.refuses and self.refuses[0][0] == name:
            raise self.refuses.pop(0)[1]
        if self.gone:
            return ApiAnswer(404, {})
        if not dry_run:
            self.sent.append(version)
            if version != str(self.version):
                return ApiAnswer(409, {"message": "the object has been modified"})
            self.version += 1
            self.managers.append(mark)
        self._hook(name, self.after)
        return ApiAnswer(200, self._body())

    async def record(self, _effect: Effect, tell: Callable[[Underway], None], report: Underway) -> None:
        """RecordedReferences."""
        tell(report)
        self._hook("record", self.after)

    def tell(self, report: Underway) -> None:
        """The status takes it."""
        self.references |= report.references
        self.recorded.append(report.references[VERSION])

    async def patch(self, uid: str = "") -> Held | Unsuccessful | Mapping[str, Any]:
        """One life of the operator."""
        target = ObjectIdentity("v1", "ConfigMap", NAME, uid=uid)
        manifest = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "uid": uid} if uid else {"name": NAME},
        }
        steps = [{"op": "move", "from": "/data/a", "path": "/data/b"}]
        entry = todo(
            "a", resource={"operation": "Patch", "manifest": manifest, "patch_type": "JSON", "json_patch": steps}
        )
        assert isinstance(entry.action, Resource)
        effect = Effect(EffectId(entry.id, 1), entry, dict(self.references))
        request = Request("patch", target, ServiceAccount("shop", "deployer"))
        attempt = ObjectEffect(effect, entry.action, ObjectPlace("/api/v1/x", NAME, "shop"), "deployer", request)
        once = OncePatch(self, self, FakeClock())  # type: ignore[arg-type] # stands in for both
        return await once.carry_out(attempt, Telling(self.tell))

    def _body(self) -> dict[str, Any]:
        fields = [{"manager": name} for name in self.managers]
        return {"metadata": {"uid": self.uid, "resourceVersion": str(self.version), "managedFields": fields}}

    def _hook(self, name: str, hooks: dict[str, Callable[[], None]]) -> None:
        if (hook := hooks.pop(name, None)) is not None:
            hook()


def die() -> None:
    """Here."""
    raise Died


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_patch, "_FIRST_PAUSE", 0.0)


@pytest.fixture
def world() -> World:
    """An object of version 7, and a status without records."""
    return World()


async def test_the_version_is_recorded_first(world: World) -> None:
    """Then that one is patched, and no other."""
    world.before["patch"] = lambda: world.recorded.append("patch")

    assert isinstance(await world.patch(), dict)
    assert world.recorded == ["7", "patch"]
    assert world.references == {UID: "u1", VERSION: "7"}
    assert world.sent == ["7"]


@pytest.mark.parametrize(
    ("step", "hooks"), [("dry run", "after"), ("record", "after"), ("patch", "before"), ("patch", "after")]
)
async def test_a_crash_at_each_step(world: World, step: str, hooks: str) -> None:
    """The next process makes the patch, or finds it made: once in all."""
    getattr(world, hooks)[step] = die
    with pytest.raises(Died):
        await world.patch()

    assert isinstance(await world.patch(), dict)
    assert world.sent == ["7"]


@pytest.mark.parametrize(("step", "hooks"), [("patch", "before"), ("patch", "after")])
async def test_what_was_done_to_it_since_a_crash(world: World, step: str, hooks: str) -> None:
    """Marked by the patch it counts as patched; else nobody can tell, and it is not patched again."""
    getattr(world, hooks)[step] = die
    with pytest.raises(Died):
        await world.patch()
    world.change()

    found = await world.patch()

    if hooks == "after":
        assert isinstance(found, dict)
    else:
        assert isinstance(found, Unsuccessful)
        assert (found.reason, found.final) == (Reason.RESULT_LOST, True)
    assert len(world.sent) == (hooks == "after")


@pytest.mark.parametrize("loss", [World.replace, World.remove])
async def test_one_that_was_lost_since_a_crash(world: World, loss: Callable[[World], None]) -> None:
    """Another of that name is not patched in its place."""
    world.before["patch"] = die
    with pytest.raises(Died):
        await world.patch()
    loss(world)

    found = await world.patch()

    assert isinstance(found, Unsuccessful)
    assert (found.reason, found.final, world.sent) == (Reason.OBJECT_REPLACED, True, [])


async def test_a_change_in_between_is_no_end(world: World) -> None:
    """The patch was not made, so the version that is there now is recorded, and patched."""
    world.before["patch"] = world.change

    assert isinstance(await world.patch(), dict)
    assert world.sent == ["7", "8"]
    assert world.recorded == ["7", "", "8"]


async def test_a_crash_after_a_refused_version(world: World) -> None:
    """It is known that nothing was done, so that nothing is lost."""
    world.before["patch"] = world.change
    world.before["read"] = lambda: world.before.update(read=die)
    with pytest.raises(Died):
        await world.patch()
    world.change()

    assert isinstance(await world.patch(), dict)
    assert world.sent == ["7", "9"]


async def test_what_is_refused_is_taken_back(world: World) -> None:
    """Another version may be patched next time."""
    world.refuses = [("patch", REFUSED)]
    with pytest.raises(ApiRefusedError):
        await world.patch()
    world.change()

    assert world.references[VERSION] == ""
    assert isinstance(await world.patch(), dict)
    assert world.sent == ["8"]


async def test_what_would_be_refused_is_not_announced(world: World) -> None:
    """The dry run says it; a webhook that takes part in none says nothing."""
    world.refuses = [("dry run", REFUSED)]
    with pytest.raises(ApiRefusedError):
        await world.patch()
    assert world.recorded == []

    world.refuses = [("dry run", NO_DRY_RUN)]
    assert isinstance(await world.patch(), dict)


@pytest.mark.parametrize("step", ["dry run", "read", "patch"])
async def test_nothing_to_patch_is_waited_for(world: World, step: str) -> None:
    """Whenever it goes."""
    world.before[step] = world.remove

    found = await world.patch()

    assert isinstance(found, Held)
    assert found.reason is Reason.OBJECT_NOT_FOUND
    assert world.sent == []


async def test_another_object_is_not_meant(world: World) -> None:
    """With a uid in the manifest."""
    found = await world.patch(uid="u9")

    assert isinstance(found, Unsuccessful)
    assert (found.reason, world.recorded, world.sent) == (Reason.OBJECT_REPLACED, [], [])
