"""As whom an automated action acts: the service account that its todo names, never the operator itself."""

from dataclasses import dataclass

from myapp.domain.todo_entry import TodoEntry


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account."""

    namespace: str
    name: str

    @property
    def username(self) -> str:
        """Its name as a user, by which it is impersonated."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


def account_of(todo: TodoEntry) -> ServiceAccount:
    """The account of a todo, which always is one of the todo's own namespace."""
    return ServiceAccount(todo.key.namespace, todo.service_account_name)
