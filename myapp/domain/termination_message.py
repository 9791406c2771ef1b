"""What a container says at its end, read as outputs: a JSON object, or lines of ``key=value``.

Any other text is meant for people and gives none. What was meant as outputs and cannot be read is an error, because
whoever depends on them would go on without.
"""

import json
import re
from collections.abc import Mapping

from myapp.domain.form import Scalar
from myapp.domain.output_bounds import MOST_OUTPUTS, NAMES_ALLOWED, OUTPUT_NAME, fits_64_bits

#: Bytes after which Kubernetes cuts the message of a container.
LONGEST = 4096
_LINE = re.compile(rf"({OUTPUT_NAME.pattern})=(.*)")
_SHOWN = 60


class UnreadableOutputsError(ValueError):
    """The message was meant as outputs and cannot be taken; the text says what was found and what is allowed."""


def read_outputs(message: str) -> Mapping[str, Scalar]:
    """The outputs in a termination message; none in one that is only text. Raises UnreadableOutputsError."""
    text = message.strip()
    outputs: Mapping[str, Scalar] = {}
    if text.startswith("{"):
        outputs = _from_json(text)
    elif text:
        lines = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
        if all(lines):
            outputs = {line[1]: line[2] for line in lines if line is not None}
    if outputs and (size := len(message.encode())) >= LONGEST:
        raise UnreadableOutputsError(f"found {size} bytes, at which Kubernetes cuts it off, allowed are {LONGEST - 1}")
    if len(outputs) > MOST_OUTPUTS:
        raise UnreadableOutputsError(f"found {len(outputs)} outputs, allowed are {MOST_OUTPUTS}")
    return outputs


def _from_json(text: str) -> dict[str, Scalar]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        size = len(text.encode())
        cut = f" ({size} bytes: Kubernetes cuts it off at {LONGEST})" if size >= LONGEST - 1 else ""
        raise UnreadableOutputsError(f"it begins as a JSON object and is none: {error}{cut}") from None
    return {_name(name): _value(name, value) for name, value in found.items() if value is not None}


def _name(name: str) -> str:
    if OUTPUT_NAME.fullmatch(name) is None:
        raise UnreadableOutputsError(f"found the name {name[:_SHOWN]!r}, allowed is {NAMES_ALLOWED}")
    return name


def _value(name: str, value: object) -> Scalar:
    if isinstance(value, dict | list):  # outputs are single values; the text can be taken apart by who needs it
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, int | float) and not fits_64_bits(value):
        raise UnreadableOutputsError(f"found {name}: {value}, allowed are numbers of 64 bits")
    if isinstance(value, str | int | float):
        return value
    raise UnreadableOutputsError(f"found {name}: {value!r}, allowed are texts, numbers, true and false")
