"""The values that a run gives to the params of its definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myapp.domain.json_value import JsonValue, shown
from myapp.domain.workflow.definition import Param, ParamType

_SHOWN = 60
_PYTHON: Mapping[ParamType, type | tuple[type, ...]] = {
    ParamType.STRING: str,
    ParamType.NUMBER: (int, float),
    ParamType.BOOLEAN: bool,
    ParamType.ARRAY: list,
    ParamType.OBJECT: dict,
}


@dataclass(frozen=True, slots=True)
class ParamsProblem:
    """All that is wrong with the values, one sentence each."""

    problems: tuple[str, ...]


def fits(kind: ParamType, value: JsonValue) -> bool:
    """Whether a value is of a type; true and false are no numbers."""
    return isinstance(value, _PYTHON[kind]) and (kind is ParamType.BOOLEAN or not isinstance(value, bool))


def bind(declared: Sequence[Param], given: Mapping[str, JsonValue]) -> Mapping[str, JsonValue] | ParamsProblem:
    """A value for each param: what is given, or its default. A param without either is left out.

    Null counts as not given, as it does wherever Kubernetes reads an object.
    """
    problems: list[str] = []
    values: dict[str, JsonValue] = {}
    known = {param.name for param in declared}
    for name in given:
        if name not in known:
            allowed = f"its params are {', '.join(sorted(known))}" if known else "it takes none"
            problems.append(f"params.{name[:_SHOWN]}: there is no such param, {allowed}")
    for param in declared:
        value = given.get(param.name)
        value = param.default if value is None else value
        if value is None:
            if param.required:
                problems.append(f"params.{param.name}: a {param.type} is required")
            continue
        if problem := value_problem(param, value):
            problems.append(f"params.{param.name}: {problem}")
        values[param.name] = value
    return ParamsProblem(tuple(problems)) if problems else values


def value_problem(param: Param, value: JsonValue) -> str:
    """Why a param cannot have this value; empty where it can."""
    if not fits(param.type, value):
        return f"found {shown(value)}, allowed is a value of type {param.type}"
    if param.enum and not any(_same(value, allowed) for allowed in param.enum):
        return f"found {shown(value)}, allowed is one of {', '.join(map(shown, param.enum))}"
    return ""


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Equal as JSON: in Python True equals 1."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)
