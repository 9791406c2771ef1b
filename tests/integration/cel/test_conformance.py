"""Expressions mean here what they mean to the API server: the same value, or an error of the same kind.

What differs is listed in docs/expressions.md, and that list is checked against both as well.
"""

from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from myapp.domain.expression import Computed, ExpressionProblem, NotComputed
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests import expressions_page as page
from tests.integration.cel.agreed import SPEC, VALUES
from tests.integration.cel.agreed_errors import REFUSED, WITHOUT_VALUE, Kind
from tests.integration.cel.api_server_cel import ApiServerCel, question

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cel")]

NO_VALUE = "no value"
DIFFERENCES = {
    page.code(shown)[0]: (here, there) for shown, here, there in page.rows(page.section("What differs from Kubernetes"))
}
_OBJECT = {"spec": SPEC}
#: In the order in which the API server is asked for them; what has no value is asked for any.
QUESTIONS = {
    **{text: question(text, value) for text, value in VALUES.items()},
    **{text: question(text, "null") for text in WITHOUT_VALUE},
    **{text: question(text, page.code(there)[0]) for text, (_, there) in DIFFERENCES.items() if page.code(there)},
}
_PLACES = {text: place for place, text in enumerate(QUESTIONS)}


@pytest.fixture(scope="module")
def api_server(cluster: LocalCluster) -> Iterator[ApiServerCel]:
    """The API server, ready to answer all questions."""
    namespace = "cel-conformance"
    cluster.kubectl("create", "namespace", namespace)
    evaluator = ApiServerCel(cluster, namespace, SPEC)
    evaluator.install(list(QUESTIONS.values()))
    yield evaluator
    evaluator.remove()
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")


def _here(text: str) -> Computed | NotComputed | ExpressionProblem:
    expression = CelCompiler().compile(text, ("object",))
    return expression if isinstance(expression, ExpressionProblem) else expression.evaluate({"object": _OBJECT})


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=VALUES)
def test_values(api_server: ApiServerCel, text: str, value: str) -> None:
    """Value and type."""
    assert _here(question(text, value)) == Computed(True), _here(text)
    assert api_server.problem(_PLACES[text]) == ""


@pytest.mark.parametrize(("text", "kind"), REFUSED.items(), ids=REFUSED)
def test_refused(api_server: ApiServerCel, text: str, kind: Kind) -> None:
    """Before anything is evaluated."""
    problem = _here(text)
    assert isinstance(problem, ExpressionProblem)
    assert kind.here.search(str(problem)), problem
    refusal = api_server.refusal(text)
    assert kind.api_server.search(refusal), refusal


@pytest.mark.parametrize(("text", "kind"), WITHOUT_VALUE.items(), ids=WITHOUT_VALUE)
def test_without_value(api_server: ApiServerCel, text: str, kind: Kind) -> None:
    """Only when it is evaluated."""
    outcome = _here(text)
    assert isinstance(outcome, NotComputed)
    assert kind.here.search(outcome.message), outcome
    said = api_server.problem(_PLACES[text])
    assert kind.api_server.search(said), said


@pytest.mark.parametrize("text", DIFFERENCES)
def test_documented_differences(api_server: ApiServerCel, text: str) -> None:
    """Both do what the page says, and it is not the same."""
    here, there = DIFFERENCES[text]
    assert here != there
    if page.code(here):
        assert _here(question(text, page.code(here)[0])) == Computed(True), _here(text)
    else:
        assert isinstance(_here(text), {"refused": ExpressionProblem, NO_VALUE: NotComputed}[here])
    if page.code(there):
        assert api_server.problem(_PLACES[text]) == ""
    else:
        assert there == "refused"
        assert api_server.refusal(text) != ""


def test_nothing_is_in_two_tables() -> None:
    """What differs is not said to agree."""
    texts = [*VALUES, *REFUSED, *WITHOUT_VALUE, *DIFFERENCES]
    assert len(set(texts)) == len(texts)
    assert len(DIFFERENCES) == len(page.rows(page.section("What differs from Kubernetes")))
