"""An API server that is older than Kubernetes 1.36 has no MutatingAdmissionPolicy: nothing is missing then."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.local.layout import POLICIES
from myapp.application.errors import ApiUnavailableError
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kubeconfig_library import Configuration
from myapp.infrastructure.kube.policy_objects import PolicyObjects
from myapp.infrastructure.shipped_policies import MUTATING, PLURALS, ShippedPolicies

SHIPPED = ShippedPolicies.load(Path(POLICIES))
OLD = tuple(kind for kind in PLURALS if kind not in MUTATING)


class _Uncounted:
    def requested(self, method: str, code: str, seconds: float) -> None:
        """Forget it."""


@asynccontextmanager
async def policies_of(*, served: tuple[str, ...], listed: tuple[str, ...]) -> AsyncIterator[PolicyObjects]:
    """The policies over an API server that holds what was shipped, as far as it serves and lists the kinds."""
    objects = {(PLURALS[each.kind], each.name): each for each in SHIPPED.objects if each.kind in served}

    async def kinds(_request: web.Request) -> web.Response:
        return web.json_response({"resources": [{"name": PLURALS[kind], "kind": kind} for kind in listed]})

    async def get(request: web.Request) -> web.Response:
        each = objects.get((request.match_info["plural"], request.match_info["name"]))
        if each is None:  # as the API server says of a kind that it does not serve
            return web.Response(status=404, text="404 page not found")
        metadata = {"name": each.name, "uid": "uid", "generation": 1}
        return web.json_response({"metadata": metadata, "spec": dict(each.spec)})

    app = web.Application()
    app.router.add_get("/apis/admissionregistration.k8s.io/v1", kinds)
    app.router.add_get("/apis/admissionregistration.k8s.io/v1/{plural}/{name}", get)
    async with TestServer(app) as server:
        access = ClusterAccess(str(server.make_url("")).rstrip("/"), Configuration())
        async with KubeClient(
            access,
            connections=20,
            timeout=timedelta(seconds=5),
            counter=_Uncounted(),
            agent="test",
            may_write=lambda: True,
        ) as kube:
            yield PolicyObjects(kube, SHIPPED)


async def test_a_kind_that_an_old_api_server_does_not_have_is_not_missed(caplog: pytest.LogCaptureFixture) -> None:
    """The others are compared as ever; the log says once what follows from it."""
    with caplog.at_level(logging.INFO):
        async with policies_of(served=OLD, listed=OLD) as policies:
            first, second = await policies.read(), await policies.read()

    assert first == second
    assert first.problem == ""
    assert {mark.kind for mark in first.marks} == set(OLD)
    assert policies.unserved == MUTATING
    assert caplog.text.count("who created a todo is known where they say so themselves") == 1


async def test_a_new_api_server_that_starts_is_not_taken_for_an_old_one() -> None:
    """It lists the kind and does not serve it for a moment: nothing is known, and no stretch ends."""
    async with policies_of(served=OLD, listed=tuple(PLURALS)) as policies:
        with pytest.raises(ApiUnavailableError):
            await policies.read()


async def test_kinds_without_which_nobody_may_decide_are_always_asked_for() -> None:
    """An API server without ValidatingAdmissionPolicies proves nothing."""
    async with policies_of(served=(), listed=()) as policies:
        with pytest.raises(ApiUnavailableError):
            await policies.read()


async def test_a_new_api_server_has_all(caplog: pytest.LogCaptureFixture) -> None:
    """What was shipped is there."""
    async with policies_of(served=tuple(PLURALS), listed=tuple(PLURALS)) as policies:
        reading = await policies.read()

    assert (reading.problem, policies.unserved) == ("", frozenset())
    assert {mark.kind for mark in reading.marks} == set(PLURALS)
    assert "who created a todo" not in caplog.text
