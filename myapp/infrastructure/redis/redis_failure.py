"""What is wrong with Redis, in one sentence that says how to mend it, and never with a password or a todo in it."""

from redis import exceptions
from redis.asyncio.sentinel import MasterNotFoundError

_LONGEST = 200


class RedisFailure(Exception):  # noqa: N818 - it is no error of ours
    """Redis did not do what it was asked to do.

    ``kind`` tells causes apart: a server that is away closes one connection, resets the next and refuses the third.
    """

    def __init__(self, sentence: str, kind: type[Exception] | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind


#: What people can do about it, by the client's error; "{}" stands for what the server said.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (
        exceptions.AuthenticationError,
        "the login is refused ({}): check MYAPP_REDIS_USERNAME and MYAPP_REDIS_PASSWORD_FILE",
    ),
    (exceptions.NoPermissionError, "the user lacks a right ({}): it needs ~PREFIX:* +set +getrange +del"),
    (exceptions.OutOfMemoryError, "it is full and evicts nothing: set its maxmemory-policy to allkeys-lru"),
    (exceptions.ReadOnlyError, "it is a read-only replica: name the primary, or its sentinels"),
    (MasterNotFoundError, "the sentinels know no primary of that name that can be reached ({})"),
    (exceptions.ConnectionError, "{}"),
    (exceptions.ResponseError, "it answers {}"),
)


class UnreadablePasswordError(Exception):
    """The file with the password cannot be read; the message names the setting."""


def explain(error: Exception) -> RedisFailure:
    """One sentence about an error of the client."""
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return RedisFailure("no answer in time", TimeoutError)
    said = " ".join(str(error).split())[:_LONGEST] or type(error).__name__
    # Without a login, a server that wants one answers every command so.
    kind = exceptions.AuthenticationError if said.startswith("NOAUTH") else type(error)
    known, sentence = next((entry for entry in _SENTENCES if issubclass(kind, entry[0])), (kind, "{}"))
    return RedisFailure(sentence.format(said), known)
