"""The fields that a step shares with a Todo, in a form that also takes ``$(...)`` where a value is written.

Their forms (durations, times, tags, addresses) and the rules between them are not repeated: a step's values are known
when it becomes a Todo, and what is written down literally is judged when the definition is accepted, all problems in
one message. Types, names of fields, bounds and fixed words hold here as they do for a Todo; approvers, who are never
computed, keep the form of their names.
"""

from typing import Any

from pydantic.config import JsonDict

from myapp.infrastructure.crd.structural_schema import JsonObject, structural_schema
from myapp.infrastructure.crd.todo_spec import TodoSpec

NOT_OF_A_STEP = ("dependsOn", "when", "serviceAccountName", "suspend", "ttlAfterFinished")
"""What a step says of its own, and what its run decides for all of them."""

MAX_VALUE = 1024
"""Characters that ``$(...)`` has room for at least, where a literal would have fewer."""

_RULES = ("x-kubernetes-validations",)
_LITERAL = ("pattern", "format", *_RULES)
_FIXED_WORDS = ("kind", "op", "operation", "patchType", "onTimeout", "readiness", "type", "on")
_NEVER_RESOLVED = ("approval",)


def add_todo_fields(schema: JsonDict) -> None:
    """Put the fields of a Todo's spec into the JSON schema of a step."""
    own: Any = schema["properties"]
    of_a_todo = structural_schema(TodoSpec)["properties"]
    for name, field in of_a_todo.items():
        if name not in NOT_OF_A_STEP:
            own[name] = _without(field, name, resolved=name not in _NEVER_RESOLVED)


def _without(field: JsonObject, name: str, *, resolved: bool) -> JsonObject:
    """The schema without rules, which 500 steps make costly; and, where values are resolved, without their forms."""
    loose = {key: value for key, value in field.items() if key not in (_LITERAL if resolved else _RULES)}
    if resolved and loose.get("type") == "string" and name not in _FIXED_WORDS:
        loose.pop("enum", None)
        loose["maxLength"] = max(field.get("maxLength", 0), MAX_VALUE)
    if "properties" in loose:
        nested = loose["properties"].items()
        loose["properties"] = {key: _without(value, key, resolved=resolved) for key, value in nested}
    if "additionalProperties" in loose:
        loose["additionalProperties"] = _without(loose["additionalProperties"], "", resolved=resolved)
    if "items" in loose:
        loose["items"] = _without(loose["items"], name, resolved=resolved)
    return loose
