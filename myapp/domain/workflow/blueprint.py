"""A definition with its expressions compiled: what a run follows from its acceptance to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myapp.domain.expression import Expression, ExpressionCompiler, ExpressionProblem, Reference
from myapp.domain.outputs import CompiledOutputs
from myapp.domain.workflow.definition import Definition, Step
from myapp.domain.workflow.graph import StepGraph, ancestors
from myapp.domain.workflow.interpolation import FieldProblem, Template, compiled_template

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
    """A blueprint, what its expressions refer to, and what could not be compiled."""

    blueprint: Blueprint
    references: tuple[PlacedReference, ...]
    problems: tuple[str, ...]


def compiled(definition: Definition, compiler: ExpressionCompiler) -> Compilation:
    """Compile all that a definition says in expressions. Its graphs must have no cycles, and its names be unique."""
    work = _Work(compiler)
    steps = work.section(definition.steps, before=frozenset())
    finally_steps = work.section(definition.finally_steps, before=frozenset(steps.blueprints))
    outputs: dict[str, Expression | ExpressionProblem] = {}
    for index, rule in enumerate(definition.outputs):
        outputs[rule.name] = work.expression("", f"outputs[{index}].value", rule.value, STEP_ROOTS)
    blueprint = Blueprint(definition, steps, finally_steps, outputs)
    return Compilation(blueprint, tuple(work.references), tuple(work.problems))


class _Work:
    def __init__(self, compiler: ExpressionCompiler) -> None:
        self._compiler = compiler
        self.references: list[PlacedReference] = []
        self.problems: list[str] = []

    def section(self, steps: Sequence[Step], before: frozenset[str]) -> Section:
        """``before`` are the steps that have ended before any of these begins."""
        visible = ancestors(steps)
        blueprints = {step.name: self._step(step, visible[step.name] | before) for step in steps}
        return Section(StepGraph.of(steps), blueprints)

    def expression(self, step: str, field: str, text: str, roots: Sequence[str]) -> Expression | ExpressionProblem:
        """Compile one expression, and note what it refers to or what is wrong."""
        expression = self._compiler.compile(text, roots)
        if isinstance(expression, ExpressionProblem):
            self.problems.append(placed(step, FieldProblem(field, str(expression))))
        else:
            self.references.extend(PlacedReference(step, field, used) for used in expression.references)
        return expression

    def _step(self, step: Step, visible: frozenset[str]) -> StepBlueprint:
        roots = (*STEP_ROOTS, *ITEM_ROOTS) if step.for_each else STEP_ROOTS
        first = len(self.references)
        when = self.expression(step.name, "when", step.when, roots) if step.when else None
        items = None
        if step.for_each is not None and isinstance(step.for_each.items, str):
            items = self.expression(step.name, "forEach.items", step.for_each.items, STEP_ROOTS)
        source = dict(step.workflow.params) if step.workflow else dict(step.todo)
        body, problems = compiled_template(source, self._compiler, roots)
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
