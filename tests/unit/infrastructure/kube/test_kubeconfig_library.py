"""What an operator imports to read its credentials."""

import subprocess
import sys

import pytest

GENERATED = ("kubernetes_asyncio.client.api", "kubernetes_asyncio.client.models")


def modules_after(statements: str) -> set[str]:
    """What a fresh interpreter has imported then."""
    told = f"{statements}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout.split())


def test_the_operator_leaves_the_generated_client_out() -> None:
    """Not one of its modules: 34 MiB and a fifth of the CPU of a start, for nothing."""
    imported = modules_after("import myapp.cli.operator")
    assert "kubernetes_asyncio.config.kube_config" in imported
    assert not [name for name in imported if name.startswith(GENERATED)]


@pytest.mark.parametrize(
    "statements",
    [
        "import kubernetes_asyncio, myapp.infrastructure.kube.kubeconfig_library as library",
        "import myapp.infrastructure.kube.kubeconfig_library as library, kubernetes_asyncio.config",
    ],
    ids=["all of it before", "the rest afterwards"],
)
def test_who_imports_the_package_has_the_same_classes(statements: str) -> None:
    """There is one of each, whoever comes first."""
    assert modules_after(
        f"{statements}\n"
        "from kubernetes_asyncio import client, config\n"
        "assert client.Configuration is library.Configuration\n"
        "assert config.ConfigException is library.ConfigException"
    )
