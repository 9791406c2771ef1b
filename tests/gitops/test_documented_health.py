"""The table in docs/operations.md of what GitOps tools make of a Todo is what the states of a life give."""

import re
from pathlib import Path

from tests.gitops.lifecycle import STATES

DOCUMENT = Path(__file__).parents[2] / "docs/operations.md"
ROW = re.compile(r"^\| [^|]+ \| (\w+) \| (Current|InProgress|Failed) \| (\w+) \|$", re.MULTILINE)


def test_the_table_has_every_combination_and_no_other() -> None:
    """Argo CD, kstatus, and Flux with gates."""
    assert set(ROW.findall(DOCUMENT.read_text())) == {(state.argo, state.flux, state.gate) for state in STATES}
