"""The workflow that a todo, or another workflow, is a step of."""

from typing import NamedTuple


class OwnerRun(NamedTuple):
    """Its name and uid, as the owner reference says them, and which step of it the object is."""

    name: str
    uid: str
    part: str
    """``<step>[.<index>][.r<n>]``: see ``workflow.child_names``."""
