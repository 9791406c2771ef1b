"""What the library says about a text that is no expression, as a problem with its place."""

import re

from myapp.domain.expression import ExpressionProblem

_FIRST = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?=\n \||\nERROR: | \[[A-Z_]+\]\Z|\Z)", re.DOTALL)
_STATUS = re.compile(r"\A[A-Z_]+: | \[[A-Z_]+\]\Z")
_LONGEST = 300
_PLAIN = (
    ("Syntax error: ", ""),
    ("'<EOF>'", "the end"),
    ("<EOF>", "the end"),
    (" (in container '')", ""),
    ("IDENTIFIER", "a name"),
    ("NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES", "a number, a text"),
)


def compilation_problem(message: str, roots: str) -> ExpressionProblem:
    """The first problem of those that the library tells."""
    found = _FIRST.search(message)
    line, column, said = (int(found[1]), int(found[2]), found[3]) if found else (0, 0, message)
    said = _in_plain_words(said)
    if said.startswith("undeclared reference"):
        said += f": there is no such function or name here; names are {roots}"
    return ExpressionProblem(said, max(line, 0), max(column, 0)) if line > 0 else ExpressionProblem(said)


def evaluation_problem(message: str) -> str:
    """Why an expression yields nothing."""
    return _in_plain_words(message)


def _in_plain_words(message: str) -> str:
    message = _STATUS.sub("", _STATUS.sub("", message))
    for technical, simple in _PLAIN:
        message = message.replace(technical, simple)
    message = " ".join(message.split())
    return message if len(message) <= _LONGEST else message[: _LONGEST - 1] + "…"
