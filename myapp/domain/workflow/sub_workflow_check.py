"""Steps that are runs of templates: their params, how deep they go, and that none comes back to itself."""

from collections.abc import Iterator, Mapping

from myapp.domain.workflow.definition import Definition, SubWorkflow
from myapp.domain.workflow.params import ParamsProblem, bind
from myapp.domain.workflow.placeholders import holds_placeholder

#: How many runs may stand within each other, the outermost counted.
MOST_LEVELS = 5


def sub_workflow_problems(workflow: SubWorkflow, templates: Mapping[str, Definition]) -> Iterator[str]:
    """What is wrong with the params of a step, as far as its template is known and its values are literal."""
    template = templates.get(workflow.template)
    if template is None:
        return
    computed = {name for name, value in workflow.params.items() if holds_placeholder(value)}
    known = [param for param in template.params if param.name not in computed]
    declared = {param.name for param in template.params}
    given = {name: value for name, value in workflow.params.items() if name not in computed & declared}
    bound = bind(known, given)
    if isinstance(bound, ParamsProblem):
        for problem in bound.problems:
            yield f"workflow.{problem} (of template {workflow.template})"


def referenced_templates(definition: Definition) -> frozenset[str]:
    """The templates that its steps name."""
    steps = (*definition.steps, *definition.finally_steps)
    return frozenset(step.workflow.template for step in steps if step.workflow is not None)


def nesting_problems(name: str, definition: Definition, templates: Mapping[str, Definition]) -> Iterator[str]:
    """Ways from a definition through templates that come back to one of them, or go too deep; each is spelled out.

    ``name`` is that of the definition itself where it is a template.
    """
    found: set[str] = set()
    seen: set[tuple[str, int]] = set()
    start = name or "the workflow"
    waiting: list[tuple[tuple[str, ...], Definition]] = [((start,), definition)]
    while waiting:
        path, here = waiting.pop()
        for following in sorted(referenced_templates(here)):
            way = " -> ".join((*path, following))
            if following in path:
                found.add(f"a template comes back to itself: {way}")
            elif len(path) >= MOST_LEVELS:
                found.add(f"workflows within workflows may be {MOST_LEVELS} levels deep: {way}")
            elif following in templates and (following, len(path)) not in seen:
                seen.add((following, len(path)))
                waiting.append(((*path, following), templates[following]))
    yield from sorted(found)
