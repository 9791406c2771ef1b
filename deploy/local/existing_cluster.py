"""A cluster that the user has already (kind, minikube, a shared one), used only because they named it.

It offers the same identities as the local cluster: machines get real tokens of their service accounts, people are
impersonated by the named context's user, because nobody can issue certificates for a foreign cluster. So that user
needs the rights of a cluster administrator. Nothing is removed from the cluster afterwards.
"""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from deploy.local.identities import ADMIN, MACHINES, PEOPLE, Person, require_user
from deploy.local.kubeconfig import token_credential, with_user, write_private
from deploy.local.kubectl import DEFAULT_TIMEOUT, CompletedKubectl, run_kubectl
from deploy.local.layout import startup_manifests
from deploy.local.machine_tokens import request_token


class ExistingCluster:
    """The cluster of one context of the user's kubeconfig, with this project's identities created in it."""

    def __init__(self, kubeconfig: Path, context: str | None = None) -> None:
        """Creates namespaces, accounts and bindings there. `context` None is the file's current one.

        Raises KubectlError when the cluster cannot be reached or does not allow it.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="myapp-existing-cluster-")
        try:
            self._prepare(kubeconfig, context)
        except BaseException:
            self.stop()
            raise

    def _prepare(self, kubeconfig: Path, context: str | None) -> None:
        chosen = [] if context is None else [f"--context={context}"]
        view = ("config", "view", "--minify", "--flatten", "--raw", "--output=yaml")
        config: dict[str, Any] = yaml.safe_load(run_kubectl(kubeconfig, *view, *chosen, cache=self._cache).stdout)
        self.server = str(config["clusters"][0]["cluster"]["server"])
        self._write(ADMIN.name, config)
        files = [argument for manifest in startup_manifests() for argument in ("-f", str(manifest))]
        run_kubectl(self.kubeconfig(), "apply", *files, cache=self._cache)
        for person in PEOPLE[1:]:
            self._write(person.name, _impersonating(config, person))
        for machine in MACHINES:
            token = request_token(self.kubeconfig(), machine, self._cache)
            self._write(machine.name, with_user(config, token_credential(token)))

    def kubeconfig(self, user: str = ADMIN.name) -> Path:
        """The kubeconfig file of one identity. Raises LocalClusterError for a name that is none."""
        return Path(self._folder.name) / f"{require_user(user)}.yaml"

    def kubectl(
        self,
        *arguments: str,
        user: str = ADMIN.name,
        stdin: str | None = None,
        check: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> CompletedKubectl:
        """Run the real kubectl as one identity; `timeout` in seconds. Raises KubectlError."""
        return run_kubectl(
            self.kubeconfig(user), *arguments, cache=self._cache, stdin=stdin, check=check, timeout=timeout
        )

    def stop(self) -> None:
        """Forget the credentials; the cluster itself is the user's and stays as it is."""
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _cache(self) -> Path:
        return Path(self._folder.name) / "cache"

    def _write(self, user: str, config: dict[str, Any]) -> None:
        write_private(Path(self._folder.name) / f"{user}.yaml", yaml.safe_dump(config, sort_keys=False))


def _impersonating(config: dict[str, Any], person: Person) -> dict[str, Any]:
    user = {**config["users"][0]["user"], "as": person.name, "as-groups": list(person.groups)}
    return with_user(config, user)
