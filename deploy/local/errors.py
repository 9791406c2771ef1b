"""Why the local cluster could not do what it was asked.

    LocalClusterError
    ├── BinariesError      no binaries: no compiler, no network, no space, does not compile, incomplete folder
    ├── StartError         a component did not come up; carries the end of its log
    ├── ClusterExistsError a cluster of that name is up already
    ├── NoSuchClusterError no cluster of that name is up
    ├── NodeError          this machine cannot run a node, or the cluster was started without one
    ├── ImageError         an image could not be built, or not be loaded into a node
    └── KubectlError       kubectl ended with an error (deploy.local.kubectl)

Every message says what was found and how to mend it; the command line prints it without a traceback.
"""


class LocalClusterError(Exception):
    """Root of all errors that the local cluster raises on purpose."""


class BinariesError(LocalClusterError):
    """The control plane's programs are missing and could not be made."""


class StartError(LocalClusterError):
    """The control plane did not become ready."""


class ClusterExistsError(LocalClusterError):
    """A cluster of that name is up already."""


class NoSuchClusterError(LocalClusterError):
    """No cluster of that name is up."""


class NodeError(LocalClusterError):
    """This machine cannot run a node, or the cluster has none."""


class ImageError(LocalClusterError):
    """An image could not be built, or not be loaded into a node."""
