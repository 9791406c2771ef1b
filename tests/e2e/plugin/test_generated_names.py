"""The API server generates the name of a decision, and may hit one that is taken.

Which name it picks is chance, so that no test can have it collide: here a kubectl stands before the real one. It
answers the first creations of a decision as the API server would, and passes on all else.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.plugin.plugin_runner import PROGRAMS, Plugin

pytestmark = pytest.mark.cluster

TAKEN = (
    'Error from server (AlreadyExists): tododecisions.todo.myapp.dev "approve-complete-x7k2p" already exists, '
    "the server was not able to generate a unique name for the object"
)
COLLIDING = f"""#!{sys.executable}
import os, pathlib, sys
here = pathlib.Path(__file__).parent
calls = here / "collisions"
files = [each.partition("=")[2] for each in sys.argv if each.startswith("--filename=")]
if any('"TodoDecision"' in pathlib.Path(each).read_text() for each in files) and (left := int(calls.read_text())):
    calls.write_text(str(left - 1))
    sys.exit({TAKEN!r})
os.execv({str(PROGRAMS / "kubectl")!r}, ["kubectl", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class CollidingPlugin(Plugin):
    """The plug-in, whose kubectl is told so many times that a name is taken."""

    programs: Path

    def environment(self, user: str) -> dict[str, str]:
        """The other kubectl is found first."""
        environment = super().environment(user)
        return {**environment, "PATH": f"{self.programs}:{environment['PATH']}"}


@pytest.fixture
def colliding(plugin: Plugin, tmp_path: Path) -> CollidingPlugin:
    """What the tests have collide."""
    program = tmp_path / "kubectl"
    program.write_text(COLLIDING)
    program.chmod(0o755)
    return CollidingPlugin(plugin.cluster, plugin.namespace, tmp_path)


def test_another_name_is_tried(colliding: CollidingPlugin) -> None:
    """The person notices nothing, and decides once."""
    colliding.create_todo("approve")
    (colliding.programs / "collisions").write_text("3")

    code, _, err = colliding.todo("complete", "approve", "--timeout=0")

    assert (code, "AlreadyExists" in err) == (0, False), err
    assert (colliding.programs / "collisions").read_text() == "0"
    assert [made["spec"]["action"] for made in colliding.decisions()] == ["Complete"]


def test_when_no_name_is_free_the_person_is_told(colliding: CollidingPlugin) -> None:
    """In the API server's words; nothing was stored, and the exit code says so."""
    colliding.create_todo("approve")
    (colliding.programs / "collisions").write_text("99")

    code, out, err = colliding.todo("complete", "approve", "--timeout=0")

    assert (code, out, err.strip()) == (1, "", TAKEN)
    assert colliding.decisions() == []
