"""How large the automaton of a regular expression becomes: what matching costs for each character of a text.

RE2 never backtracks, but its automaton has a state for each repetition, and ``(x{1,100}){1,100}`` has 10,000.
"""

import re

_REPETITION = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_SIZE_OF_A_CLASS = 12  # \pL and the like: some hundreds of ranges that share their states


def automaton_size(pattern: str) -> int:
    """An upper bound for the number of states, as a product of the pattern's length and all its repetitions."""
    size = len(pattern) + _SIZE_OF_A_CLASS * (pattern.count("\\") + pattern.count("[^") + pattern.count("(?i"))
    for least, most in _REPETITION.findall(pattern):
        size = min(size * max(int(least or 1), int(most or 1), 1), _LIMIT)
    return max(size, 1)


_LIMIT = 10**9
