"""The running operator, its todos and its writes, in a namespace whose account it may act as."""

import json
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from tests.api_server import ApiServer
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import thing_definition
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.fixtures import operator, pytest_runtest_makereport, stopped_operator, todos, writes

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]


@pytest.fixture
def account(cluster: LocalCluster, namespace: str) -> str:
    """The name of an account that may edit its namespace, and as which the operator may act."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    return ACCOUNT


@pytest.fixture
def objects(cluster: LocalCluster, namespace: str) -> Iterator[ClusterObjects]:
    """Any objects of the namespace, as admin."""
    server = ApiServer(cluster.kubeconfig())
    yield ClusterObjects(server, namespace)
    server.close()


@pytest.fixture
def things(cluster: LocalCluster, namespace: str) -> str:
    """The kind Thing is served, and the account may do everything with it; returns the kind's name."""
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(thing_definition()))
    wait_until_established(cluster, "crd/things.example.dev")
    cluster.kubectl("create", "role", "things", f"--namespace={namespace}", "--verb=*", "--resource=things.example.dev")
    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "rolebinding", "things", f"--namespace={namespace}", "--role=things", subject)
    return "things.example.dev"
