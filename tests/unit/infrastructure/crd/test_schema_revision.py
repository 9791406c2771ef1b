"""The revision of a CRD grows with every change of its content: clusters tell by it which of two is the newer."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from myapp.infrastructure.crd.custom_resource_definition import CustomResourceDefinition
from myapp.infrastructure.crd.definitions import DEFINITIONS
from myapp.infrastructure.crd.schema_revision import BEFORE_REVISIONS, REVISION_ANNOTATION, RevisionError, revision_of

LEDGER = Path(__file__).with_name("schema_revisions.yaml")

History = dict[int, str]


@pytest.fixture(scope="module")
def ledger() -> dict[str, History]:
    """The digest of every revision, by the CRD's name."""
    histories: dict[str, History] = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
    return histories


def digest(definition: CustomResourceDefinition) -> str:
    """Of everything that the API server acts on, whatever the order of the keys."""
    return hashlib.sha256(json.dumps(definition.manifest()["spec"], sort_keys=True).encode()).hexdigest()


def crd(annotations: dict[str, str] | None) -> dict[str, object]:
    """A CustomResourceDefinition, as far as its revision is concerned."""
    return {"metadata": {"name": "todos.todo.myapp.dev", **({"annotations": annotations} if annotations else {})}}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_changed_content_has_a_new_revision(definition: CustomResourceDefinition, ledger: dict[str, History]) -> None:
    """What the models give now is what the ledger has for the definition's revision, which is the last one."""
    history, now = ledger[definition.name], digest(definition)

    last = max(history, default=0)
    assert history.get(definition.revision) == now, (
        f"the content of {definition.name} is not that of revision {definition.revision}: set revision={last + 1} in"
        f" its definition and add this line to {LEDGER.name} (if {last} is not on the main branch yet, change its line"
        f" instead):\n  {last + 1}: {now}"
    )
    assert definition.revision == last


def test_the_ledger_has_no_gaps(ledger: dict[str, History]) -> None:
    """Every kind is in it, revisions count from 1 by one, and none repeats the content of the one before."""
    assert list(ledger) == [definition.name for definition in DEFINITIONS]
    for history in ledger.values():
        digests = list(history.values())
        assert list(history) == list(range(1, len(history) + 1))
        assert all(old != new for old, new in pairwise(digests))


def test_manifests_carry_their_revision() -> None:
    """What is installed from crds/ can be compared later."""
    for definition in DEFINITIONS:
        assert revision_of(definition.manifest()) == definition.revision > BEFORE_REVISIONS


@pytest.mark.parametrize("annotations", [None, {"other": "1"}])
def test_a_crd_from_before_revisions(annotations: dict[str, str] | None) -> None:
    """It is older than any that has one."""
    assert revision_of(crd(annotations)) == BEFORE_REVISIONS


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "v2", " 3", "03", "9999999999", "٣"])
def test_what_is_no_revision(value: str) -> None:
    """Neither older nor newer: the message says what was found, where, and how to mend it."""
    with pytest.raises(RevisionError) as caught:
        revision_of(crd({REVISION_ANNOTATION: value}))

    message = str(caught.value)
    assert f"{REVISION_ANNOTATION} of todos.todo.myapp.dev is {value!r}" in message
    assert "allowed is a whole number from 1" in message
