"""The name of what an attempt creates: the same whenever it is asked for, another for every attempt.

A name that follows from the attempt is what makes creating repeatable: whoever comes second finds what is there.
"""

import hashlib

from myapp.domain.effect import EffectId

#: Characters of a label's value, and so of the name of whatever has pods that carry it.
_LONGEST = 63
_DIGEST = 10


def effect_name(todo_name: str, effect_id: EffectId) -> str:
    """A DNS label: the todo's name as far as it fits, and a hash of its uid and the attempt."""
    digest = hashlib.sha256(f"{effect_id.todo_id}/{effect_id.attempt}".encode()).hexdigest()[:_DIGEST]
    readable = todo_name.replace(".", "-")[: _LONGEST - _DIGEST - 1].rstrip("-")
    return f"{readable}-{digest}"
