"""Whether images can be built on this machine, and if not, why."""

import platform

from deploy.local.errors import NodeError
from deploy.local.node.requirements import find_obstacle

SYSTEM = ("debian", "12")
"""Whose packages the base images are made of: those that the Dockerfile names are of this release too."""


def find_build_obstacle() -> str | None:
    """One sentence about what keeps an image from being built here; None when nothing does."""
    if obstacle := find_obstacle():
        return obstacle
    release = platform.freedesktop_os_release()
    found = (release.get("ID", "unknown"), release.get("VERSION_ID", "unknown"))
    if found == SYSTEM:
        return None
    return (
        f"the base images are put together from packages of {' '.join(SYSTEM)}, this system is {' '.join(found)}: "
        "where a registry is reached, `docker build .` does without them"
    )


def require_build() -> None:
    """Raises NodeError when no image can be built here."""
    if obstacle := find_build_obstacle():
        raise NodeError(obstacle)
