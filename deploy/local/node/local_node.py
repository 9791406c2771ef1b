"""The node of a running cluster, as whoever started or found the cluster sees it."""

from pathlib import Path

from deploy.local.errors import NodeError
from deploy.local.node.images import ImageStore
from deploy.local.node.namespaces import Namespaces
from deploy.local.node.packages import DebianPackages
from deploy.local.node.record import NodeRecord
from deploy.local.node.snapshots import choose_snapshotter


class LocalNode:
    """A node on which pods run."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the cluster's. Raises NodeError when the cluster has no node, or has it no more."""
        record = NodeRecord.read(folder)
        if record is None:
            raise NodeError(
                f"cluster {folder.name!r} has no node; start it with one: `python -m deploy.local up --node --name "
                f"{folder.name}`, in Python ClusterOptions(node=True)"
            )
        if record.holder() is None:
            raise NodeError(f"the node of cluster {folder.name!r} is gone")
        packages = DebianPackages(Path(record.packages))
        self._images = ImageStore(
            Namespaces(record.init).launcher,
            packages.program("ctr"),
            packages.environment(),
            choose_snapshotter(folder),
        )

    def load(self, archive: Path) -> list[str]:
        """Load a docker or OCI archive (a tar file); returns the names of its images.

        A container names one of them just so, with `imagePullPolicy: IfNotPresent` or `Never`. Raises ImageError.
        """
        return self._images.load(archive)

    def images(self) -> list[str]:
        """The names of the images that pods can run. Raises ImageError."""
        return self._images.names()
