"""What a port raises when it could not do its work. Adapters map their clients' errors to these, once.

ApiError
├── ApiUnavailableError    no answer, or one that says "later": time-outs, connections, 429, 5xx; 401, for a token
│                          that is being rotated
└── ApiRefusedError        an answer that will stay the same until somebody changes something: 400, 403, 422
"""

from datetime import timedelta


class ApiError(Exception):
    """The API server did not do what it was asked to do."""


class ApiUnavailableError(ApiError):
    """There was no answer, or one that says to come back.

    ``retry_after`` is what the server asked for; ``code`` is the HTTP status, None where there was no answer.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.code = code


class ApiRefusedError(ApiError):
    """The request was understood and refused; ``code`` is the HTTP status."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
