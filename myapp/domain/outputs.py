"""``spec.outputs``: what a todo has to say to others, computed from the result of its action.

A result that changes no more is asked once, in the moment the action has ended well. So an expression without a value
will never have one, and the todo fails without another attempt: the work itself was done. The bounds hold for what an
action says without rules too, because a status that is too large would be refused each time it is written.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from myapp.domain.entry_fields import EntryFields
from myapp.domain.expression import Computed, Expression, ExpressionCompiler, ExpressionProblem
from myapp.domain.form import LONGEST_OUTPUT, MOST_BYTES, Scalar
from myapp.domain.json_value import JsonValue
from myapp.domain.output_bounds import MOST_OUTPUTS, NAMES_ALLOWED, OUTPUT_NAME, fits_64_bits

#: The name under which an expression finds what the action has to say.
RESULT = "result"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class OutputRule:
    """One output: its name, and the expression that gives its value."""

    name: str
    value: str


#: By the name of the output; a problem where its expression cannot be evaluated.
CompiledOutputs = Mapping[str, Expression | ExpressionProblem]
NO_RULES: CompiledOutputs = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OutputsProblem:
    """Why there are no outputs; names the one that it is about."""

    message: str


def read_rules(fields: EntryFields) -> tuple[OutputRule, ...]:
    """Read ``spec.outputs``. Raises InvalidTodoError."""
    rules: dict[str, OutputRule] = {}
    entries = fields.entries("outputs")
    if len(entries) > MOST_OUTPUTS:
        raise fields.invalid("outputs", f"{MOST_OUTPUTS} outputs at most")
    for entry in entries:
        rule = OutputRule(entry.text("name"), entry.text("value"))
        if OUTPUT_NAME.fullmatch(rule.name) is None:
            raise entry.invalid("name", NAMES_ALLOWED)
        if rule.name in rules:
            raise entry.invalid("name", "a name that no other output has")
        rules[rule.name] = rule
    return tuple(rules.values())


def compiled_outputs(rules: Sequence[OutputRule], compiler: ExpressionCompiler) -> CompiledOutputs:
    """The expressions of the rules, in their order."""
    return {rule.name: compiler.compile(rule.value, (RESULT,)) for rule in rules} if rules else NO_RULES


def outputs_refusal(compiled: CompiledOutputs) -> str:
    """The field, the place and what is wrong there; empty where all can be evaluated."""
    for index, expression in enumerate(compiled.values()):
        if isinstance(expression, ExpressionProblem):
            return f"spec.outputs[{index}].value: {expression}"
    return ""


def outputs_of(
    rules: CompiledOutputs, result: JsonValue, otherwise: Mapping[str, Scalar]
) -> Mapping[str, Scalar] | OutputsProblem:
    """The outputs that the rules make of ``result``; without rules ``otherwise``. Within the bounds in any case.

    A list or a map becomes its JSON text, as status.outputs holds single values. Null means that there is no such
    output.
    """
    return computed_outputs(rules, {RESULT: result}) if rules else _bounded(otherwise)


def computed_outputs(rules: CompiledOutputs, variables: Mapping[str, Any]) -> Mapping[str, Scalar] | OutputsProblem:
    """The outputs that the rules make of these variables, within the bounds."""
    outputs: dict[str, Scalar] = {}
    for name, expression in rules.items():
        if isinstance(expression, ExpressionProblem):  # of a todo that an operator with another opinion has begun
            return OutputsProblem(f"output {name} cannot be evaluated: {expression}")
        outcome = expression.evaluate(variables)
        if not isinstance(outcome, Computed):
            return OutputsProblem(f"output {name} has no value: {outcome.message}")
        value = outcome.value
        if isinstance(value, list | dict):
            value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if value is not None:
            outputs[name] = value
    return _bounded(outputs)


def _bounded(outputs: Mapping[str, Scalar]) -> Mapping[str, Scalar] | OutputsProblem:
    if len(outputs) > MOST_OUTPUTS:
        return OutputsProblem(f"found {len(outputs)} outputs, allowed are {MOST_OUTPUTS}")
    in_all = 0
    for name, value in outputs.items():
        if isinstance(value, int | float) and not fits_64_bits(value):
            return OutputsProblem(f"output {name[:_SHOWN]} is {value!r:.60}, allowed are numbers of 64 bits")
        size = _bytes(value if isinstance(value, str) else json.dumps(value))
        if size > LONGEST_OUTPUT:
            return OutputsProblem(f"output {name[:_SHOWN]} has {size} bytes, allowed are {LONGEST_OUTPUT}")
        in_all += size
    if in_all > MOST_BYTES:
        return OutputsProblem(f"the outputs have {in_all} bytes in all, allowed are {MOST_BYTES}")
    return outputs


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
