"""Names of what attempts create."""

import re

from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.effect import EffectId
from myapp.domain.effect_name import effect_name

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?", fullmatch=True)


@given(NAMES, st.uuids().map(str), st.integers(1, 1000))
def test_is_a_label(name: str, uid: str, attempt: int) -> None:
    """Any name of a todo gives a DNS label, which also fits where a label's value is needed."""
    made = effect_name(name, EffectId(uid, attempt))
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", made)
    assert made == effect_name(name, EffectId(uid, attempt))


def test_differs_by_attempt_and_by_todo() -> None:
    """A todo that was deleted and created again does not find the Job of the first."""
    names = {effect_name("build", EffectId(uid, attempt)) for uid in ("a", "b") for attempt in range(1, 51)}
    assert len(names) == 100


def test_is_known_to_the_reader() -> None:
    """The name of the todo stands in front; a step's dots become dashes."""
    assert effect_name("release.build", EffectId("uid", 1)) == "release-build-df59627bb4"
