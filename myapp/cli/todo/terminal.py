"""How wide the reader's terminal is, if there is one."""

import os
from typing import TextIO


def terminal_width(stream: TextIO) -> int | None:
    """Columns; None where the reader is no terminal, or one that does not say."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None
