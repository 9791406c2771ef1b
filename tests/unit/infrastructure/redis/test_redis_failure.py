"""What is wrong with Redis: one sentence, and of which kind, so that the log tells each cause once."""

import pytest
from redis import exceptions

from myapp.infrastructure.redis.redis_failure import explain

AWAY = (
    exceptions.ConnectionError("Connection closed by server."),
    exceptions.ConnectionError("Error while reading from redis:6379 : (104, 'Connection reset by peer')"),
    exceptions.ConnectionError("Error 111 connecting to redis:6379. Connect call failed"),
)
CAUSES = (
    AWAY[0],
    exceptions.AuthenticationError("WRONGPASS invalid username-password pair"),
    exceptions.NoPermissionError("this user has no permissions to run the 'set' command"),
    exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
    exceptions.ReadOnlyError("You can't write against a read only replica."),
    TimeoutError(),
    OSError("no route to host"),
)


def test_a_server_that_is_away_is_one_cause_whatever_the_connection_met() -> None:
    """It may close one connection, reset the next and refuse the third."""
    assert len({explain(error).kind for error in AWAY}) == 1


def test_causes_that_are_mended_in_different_ways_are_told_apart() -> None:
    """A password that is wrong after the server was away is news."""
    assert len({explain(error).kind for error in CAUSES}) == len(CAUSES)


@pytest.mark.parametrize("error", [exceptions.ResponseError("NOAUTH Authentication required."), CAUSES[1]])
def test_a_login_that_is_missing_is_a_login_that_is_refused(error: Exception) -> None:
    """A server that wants one answers every command so."""
    failure = explain(error)
    assert failure.kind is exceptions.AuthenticationError
    assert str(failure).startswith("the login is refused (")


def test_a_timeout_of_either_library_is_no_answer_in_time() -> None:
    """The client has a class of its own for it."""
    assert {str(explain(error)) for error in (TimeoutError(), exceptions.TimeoutError("slow"))} == {"no answer in time"}
