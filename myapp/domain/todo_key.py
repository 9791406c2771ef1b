"""The name under which the API server knows a todo."""

from typing import NamedTuple


class TodoKey(NamedTuple):
    """Namespace and name. A key outlives the object: whoever acts on a todo also compares its uid."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    def beside(self, name: str) -> "TodoKey":
        """The key of another todo in the same namespace, which is where dependencies live."""
        return TodoKey(self.namespace, name)
