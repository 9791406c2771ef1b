"""What the release meets where it is played: who runs its pods, and who answers its requests."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from deploy.demo.chat import Chat
from deploy.demo.podless import without_pods
from deploy.demo.release import IMAGE, NAMESPACE, SHOP_FILE, Document
from deploy.image.shell_image import build_shell_image
from deploy.local import LocalCluster

_AVAILABLE_WITHIN = 120


class Scenery(Protocol):
    """A context manager, entered before the operator starts."""

    explanation: str
    """What somebody who watches should know about it."""

    @property
    def settings(self) -> dict[str, str]:
        """What an operator beside the cluster has to be told."""
        ...

    def prepare(self) -> None:
        """Put up what the release needs. Raises LocalClusterError."""
        ...

    def adapt(self, release: Sequence[Document]) -> list[Document]:
        """The template as it can be run here."""
        ...

    def params(self) -> dict[str, str]:
        """What a run has to be given here, beside what is released."""
        ...

    def announcements(self) -> list[str]:
        """What the chat was told. Raises LocalClusterError."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class PodScenery:
    """A node: everything is done as it is written."""

    explanation = "the release is played as it is written: Jobs and Deployments run in pods, requests go to Services"

    def __init__(self, cluster: LocalCluster) -> None:
        self._cluster = cluster

    @property
    def settings(self) -> dict[str, str]:
        return {}

    def prepare(self) -> None:
        self._cluster.node.load(build_shell_image(IMAGE))
        self._cluster.kubectl("apply", f"--filename={SHOP_FILE}")
        available = ("--for=condition=Available", f"--timeout={_AVAILABLE_WITHIN}s")
        self._cluster.kubectl(
            "wait", "deployment/chat", f"--namespace={NAMESPACE}", *available, timeout=_AVAILABLE_WITHIN + 10.0
        )

    def adapt(self, release: Sequence[Document]) -> list[Document]:
        return list(release)

    def params(self) -> dict[str, str]:
        return {}

    def announcements(self) -> list[str]:
        return self._cluster.kubectl("logs", "deployment/chat", f"--namespace={NAMESPACE}").stdout.splitlines()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Its pods end with the cluster."""


class PodlessScenery:
    """No node: what needs pods is left out of the steps, and their requests come to this process."""

    explanation = (
        "no pods run here: in place of its Job a build only waits, Deployments have 0 replicas, requests go to a\n"
        "  small server in this process; `make demo NODE=1` runs all of it in pods"
    )

    def __init__(self) -> None:
        self._chat = Chat()

    @property
    def settings(self) -> dict[str, str]:
        return {"MYAPP_HTTP_ALLOWED_CIDRS": f"{self._chat.host}/32"}

    def prepare(self) -> None:
        """Nothing: the server answers from the beginning."""

    def adapt(self, release: Sequence[Document]) -> list[Document]:
        return [_podless(document) for document in release]

    def params(self) -> dict[str, str]:
        return {"shop": self._chat.url, "chat": self._chat.url, "replicas": "0"}

    def announcements(self) -> list[str]:
        return self._chat.announcements

    def __enter__(self) -> Self:
        self._chat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._chat.stop()


def _podless(template: Document) -> Document:
    sections = {name: template["spec"][name] for name in ("steps", "finally") if name in template["spec"]}
    adapted = {name: [without_pods(step) for step in steps] for name, steps in sections.items()}
    return {**template, "spec": {**template["spec"], **adapted}}
