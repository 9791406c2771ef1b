"""What is wrong with Redis, in one sentence that says how to mend it, and never with a password or a todo in it."""

from redis import exceptions
from redis.asyncio.sentinel import MasterNotFoundError

_LONGEST = 200


class RedisFailure(Exception):  # noqa: N818 - it is no error of ours
    """Redis did not do what it was asked to do."""


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


def explain(error: Exception) -> str:
    """One sentence about an error of the client."""
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return "no answer in time"
    said = " ".join(str(error).split())[:_LONGEST] or type(error).__name__
    sentence = next((sentence for kind, sentence in _SENTENCES if isinstance(error, kind)), "{}")
    # Without a login, a server that wants one answers every command so.
    return _SENTENCES[0][1].format(said) if said.startswith("NOAUTH") else sentence.format(said)
