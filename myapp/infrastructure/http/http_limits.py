"""What an admin lets requests use up."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Of all requests together, and of each."""

    requests: int = 256
    """How many are under way at once; the others wait, and their time has not begun."""
    response_bytes: int = 256 * 1024
    """Of a body that expressions look at."""
    header_bytes: int = 8 * 1024
    """Of one line of the headers of an answer."""
    timeout: timedelta = timedelta(minutes=5)
    """Of one request, whatever its author asks for."""
