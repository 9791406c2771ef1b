"""Messages in a status: one sentence each, of bounded length (design 2.11)."""

#: Characters; what the CRD allows for messages that the operator writes.
LONGEST_MESSAGE = 2048


def bounded(message: str, longest: int = LONGEST_MESSAGE) -> str:
    """The message, cut and marked as cut where it is too long to be stored."""
    return message if len(message) <= longest else message[: longest - 1] + "…"
