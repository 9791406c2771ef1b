"""A definition with its expressions compiled: what a run follows from its acceptance to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myapp.domain.expression import Expression, ExpressionCompiler, ExpressionProblem, Reference, ValueKind
from myapp.domain.outputs import CompiledOutputs
from myapp.domain.workflow.declared_types import DeclaredTypes
from myapp.domain.workflow.definition import Definition, Step
from myapp.domain.workflow.graph import StepGraph, ancestors
from myapp.domain.workflow.interpolation import FieldProblem, Template, compiled_template
from myapp.domain.workflow.placeholders import first_placeholder

#: What an expression of any step finds; a ``forEach`` finds its item as well.
STEP_ROOTS = ("params", "steps", "workflow")
ITEM_ROOTS = ("item", "index")


@dataclass(frozen=True, slots=True)
class StepBlueprint:
    """One step. ``body`` is the spec of its todo, or the params of its run."""

    step: Step
    body: Template
    when: Expression | None = None
    items: Expression | None = None
    """What yields the items of a ``forEach``; None where they are written down, or it is none."""
    sees: frozenset[str] = frozenset()
    """The steps that its expressions look at."""
    needs_outputs_of: frozenset[str] = frozenset()
    """Those of them whose outputs it looks at."""

    @property
    def when_is_of_the_item(self) -> bool:
        """Whether ``when`` is asked for each item, because it looks at it."""
        return self.when is not None and any(used.path[0] in ITEM_ROOTS for used in self.when.references)


@dataclass(frozen=True, slots=True)
class Section:
    """The steps, or those of ``finally``: a graph of its own."""

    graph: StepGraph
    blueprints: Mapping[str, StepBlueprint]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The whole of it."""

    definition: Definition
    steps: Section
    finally_steps: Section
    outputs: CompiledOutputs


@dataclass(frozen=True, slots=True)
class PlacedReference:
    """A reference, the step whose expression it is in (empty: the outputs), and the field there."""

    step: str
    field: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Compilation:
    """A blueprint, what its expressions refer to, and what could not be compiled. ``planned`` are all of its steps."""

    blueprint: Blueprint
    planned: tuple[StepBlueprint, ...]
    references: tuple[PlacedReference, ...]
    problems: tuple[str, ...]


def compiled(definition: Definition, compiler: ExpressionCompiler, *, ordered: bool) -> Compilation:
    """Compile all that a definition says in expressions.

    ``ordered`` says that its graphs have no cycles and its names are unique. Without that nobody can follow the
    blueprint, and what is wrong with its expressions is known all the same.
    """
    work = _Work(DeclaredTypes(compiler, definition.params), ordered=ordered)
    steps = work.section(definition.steps, before=frozenset())
    finally_steps = work.section(definition.finally_steps, before=frozenset(steps.blueprints))
    outputs: dict[str, Expression | ExpressionProblem] = {}
    for index, rule in enumerate(definition.outputs):
        outputs[rule.name] = work.expression("", f"outputs[{index}].value", rule.value, STEP_ROOTS)
    blueprint = Blueprint(definition, steps, finally_steps, outputs)
    return Compilation(blueprint, tuple(work.planned), tuple(work.references), tuple(work.problems))


class _Work:
    def __init__(self, compiler: ExpressionCompiler, *, ordered: bool) -> None:
        self._compiler = compiler
        self._ordered = ordered
        self.planned: list[StepBlueprint] = []
        self.references: list[PlacedReference] = []
        self.problems: list[str] = []

    def section(self, steps: Sequence[Step], before: frozenset[str]) -> Section:
        """``before`` are the steps that have ended before any of these begins."""
        visible = ancestors(steps) if self._ordered else {}
        planned = [self._step(step, visible.get(step.name, frozenset()) | before) for step in steps]
        self.planned += planned
        graph = StepGraph.of(steps) if self._ordered else StepGraph((), {})
        return Section(graph, {one.step.name: one for one in planned})

    def expression(
        self, step: str, field: str, text: str, roots: Sequence[str], wanted: ValueKind = ValueKind.ANY
    ) -> Expression | ExpressionProblem:
        """Compile one expression, and note what it refers to or what is wrong."""
        expression = self._compiler.compile(text, roots)
        if isinstance(expression, ExpressionProblem):
            expression = _in_parentheses(text) or expression
        elif wanted is not ValueKind.ANY and not expression.yields.may_be(wanted):
            expression = ExpressionProblem(f"it yields {expression.yields}, and must yield {wanted}", 1, 1)
        if isinstance(expression, ExpressionProblem):
            self.problems.append(placed(step, FieldProblem(field, str(expression))))
        else:
            self.references.extend(PlacedReference(step, field, used) for used in expression.references)
        return expression

    def _step(self, step: Step, visible: frozenset[str]) -> StepBlueprint:
        roots = (*STEP_ROOTS, *ITEM_ROOTS) if step.for_each else STEP_ROOTS
        first = len(self.references)
        when = self.expression(step.name, "when", step.when, roots, ValueKind.TRUTH) if step.when else None
        items = None
        if step.for_each is not None and isinstance(step.for_each.items, str):
            text = step.for_each.items
            items = self.expression(step.name, "forEach.items", text, STEP_ROOTS, ValueKind.LIST)
        source = dict(step.workflow.params) if step.workflow else dict(step.todo)
        body, problems = compiled_template(source, self._compiler, roots, of_a_todo=step.workflow is None)
        field = "workflow.params" if step.workflow else ""
        for problem in problems:
            self.problems.append(placed(step.name, FieldProblem(_below(field, problem.field), problem.message)))
        self.references.extend(
            PlacedReference(step.name, _below(field, used.field), used.reference) for used in body.references
        )
        return StepBlueprint(
            step=step,
            body=body,
            when=None if isinstance(when, ExpressionProblem) else when,
            items=None if isinstance(items, ExpressionProblem) else items,
            sees=_seen(self.references[first:], visible),
            needs_outputs_of=_seen([used for used in self.references[first:] if _of_outputs(used)], visible),
        )


def placed(step: str, problem: FieldProblem) -> str:
    """A problem with the step that it is in."""
    return f"step {step}: {problem}" if step else str(problem)


def _in_parentheses(text: str) -> ExpressionProblem | None:
    """What is to be said of an expression that is written as one within a text."""
    found = first_placeholder(text)
    if found is None:
        return None
    message = f"the field is an expression itself: write {found.expression} without $( and )"
    return ExpressionProblem(message, found.line, max(found.column - 2, 1))


def _below(field: str, path: str) -> str:
    return f"{field}.{path}" if field and path else field or path


def _seen(references: Sequence[PlacedReference], visible: frozenset[str]) -> frozenset[str]:
    """The steps that are looked at: those that are named, or all where a name is computed."""
    paths = [used.reference.path for used in references if used.reference.path[0] == "steps"]
    if any(len(path) == 1 for path in paths):
        return visible
    return frozenset(path[1] for path in paths) & visible


def _of_outputs(used: PlacedReference) -> bool:
    """Whether a reference may look at the outputs of a step: it names them, or it names no field at all."""
    path = used.reference.path
    return path[0] == "steps" and (len(path) < 3 or path[2] == "outputs")  # noqa: PLR2004 - steps, its name, the field
