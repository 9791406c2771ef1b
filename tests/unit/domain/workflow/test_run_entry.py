"""Reading runs."""

from datetime import timedelta
from typing import Any

import pytest

from myapp.domain.errors import InvalidTodoError
from myapp.domain.owner_run import OwnerRun
from myapp.domain.workflow.run_entry import RunEntry
from tests.unit.domain.builders import T0
from tests.unit.domain.workflow.builders import step


def _entry(**spec: object) -> RunEntry:
    identity: dict[str, object] = {"id": "uid-r", "namespace": "shop", "name": "r", "created_at": T0, "generation": 1}
    return RunEntry.create_from_dict(identity | spec)


def test_a_run_of_a_template() -> None:
    found = _entry(templateRef={"name": "release"}, params={"env": "prod"}, suspend=True, timeout="1h")
    assert (found.template, found.definition, found.params) == ("release", None, {"env": "prod"})
    assert (found.suspend, found.timeout) == (True, timedelta(hours=1))


def test_a_run_with_a_definition_of_its_own() -> None:
    found = _entry(steps=[step("a")], params={"n": 1}, serviceAccountName="bot", parent=OwnerRun("p", "u", "a"))
    assert found.definition is not None
    assert (found.template, found.params, found.parent) == ("", {"n": 1}, OwnerRun("p", "u", "a"))
    assert found.service_account_name == "bot"


@pytest.mark.parametrize("spec", [{}, {"templateRef": {"name": "t"}, "steps": [step("a")]}])
def test_exactly_one_of_the_two(spec: dict[str, Any]) -> None:
    with pytest.raises(InvalidTodoError, match="one of templateRef and steps"):
        _entry(**spec)


def test_it_expires_so_long_after_its_end() -> None:
    found = _entry(steps=[step("a")], ttlAfterFinished="1h")
    assert found.expires_at(T0) == T0 + timedelta(hours=1)
    assert found.expires_at(None) is None
    assert _entry(steps=[step("a")]).expires_at(T0) is None
