"""What an output may be called and hold, whoever says it: a form, a container, or an expression."""

import re

MOST_OUTPUTS = 32
LONGEST_NAME = 63
OUTPUT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}")
NAMES_ALLOWED = f"a letter or underscore, then letters, digits, '_', '-' and '.', {LONGEST_NAME} characters at most"
_INT64 = 2**63


def fits_64_bits(number: float) -> bool:
    """Whether Kubernetes can hold the number: neither larger than its integers, nor infinite, nor no number at all."""
    return -_INT64 <= number < _INT64
