"""The domain's exceptions.

DomainError
├── InvalidTodoError         a field of a todo has a value that the domain cannot take
└── IllegalTransitionError   a phase was to be followed by one that cannot follow it
"""


class DomainError(Exception):
    """Root of all exceptions of the domain."""


class InvalidTodoError(DomainError):
    """A field has a value that the domain cannot take.

    ``field`` is the API's path (``spec.timeout``), so that the message can be shown to whoever wrote the object.
    """

    def __init__(self, field: str, found: object, allowed: str) -> None:
        super().__init__(f"{field}: found {found!r}, allowed is {allowed}")
        self.field = field


class IllegalTransitionError(DomainError):
    """A phase was to be followed by one that cannot follow it: a defect of this program, never of a user's object."""
