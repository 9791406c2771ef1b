"""What docs/semantics.md says about outputs and no other test does: numbers, its example, actions that say nothing."""

import pytest
import yaml

from deploy.local.layout import PROJECT_ROOT
from myapp.domain.form import LONGEST_OUTPUT, MOST_BYTES
from myapp.domain.output_bounds import LONGEST_NAME, MOST_OUTPUTS
from myapp.domain.outputs import OutputRule, compiled_outputs, outputs_of
from myapp.domain.todo_phase import Phase
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.unit.domain.builders import active, decision, plan, todo

_TEXT = (PROJECT_ROOT / "docs/semantics.md").read_text(encoding="utf-8")
SECTION = _TEXT.partition("\n## Outputs\n")[2].partition("\n## ")[0]
ALL = [{"name": "all", "value": "result"}]


@pytest.mark.parametrize(
    "said",
    [
        f"{LONGEST_OUTPUT:,} bytes each, {MOST_BYTES:,} bytes in all",
        f"{LONGEST_NAME} characters at most",
        f"There are {MOST_OUTPUTS} at most.",
    ],
)
@pytest.mark.statement("O10", "O11")
def test_the_numbers(said: str) -> None:
    assert said in SECTION


def test_the_example() -> None:
    example = yaml.safe_load(SECTION.partition("```yaml\n")[2].partition("```")[0])["spec"]["outputs"]
    rules = compiled_outputs([OutputRule(**rule) for rule in example], CelCompiler())
    found = outputs_of(rules, {"digest": "sha256:abc", "size": 1200}, {})
    assert found == {"digest": "abc", "large": True, "signed": "no"}


@pytest.mark.statement("O7")
def test_a_wait_has_nothing_to_say() -> None:
    ended = plan(todo(wait={"duration": "0s"}, outputs=ALL)).status
    assert (ended.phase, ended.outputs) == (Phase.SUCCEEDED, {"all": "{}"})


def test_an_approval_has_nothing_to_say() -> None:
    entry = todo(approval={}, outputs=ALL)
    ended = plan(entry, active(entry), decisions=[decision(action="Approve")], seconds=6).status
    assert (ended.phase, ended.outputs) == (Phase.SUCCEEDED, {"all": "{}"})
