"""The lexer by which the tests of alerts and dashboard find what these name."""

import pytest

from tests.observability.promql import NotPromQLError, Selector, selectors


def _named(expression: str) -> list[tuple[str, set[str]]]:
    return [(selector.metric, set(selector.labels)) for selector in selectors(expression)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("up", [("up", set())]),
        ('sum by (a, b) (rate(x_total{c="d", e=~"f|g"}[5m])) > 0.1', [("x_total", {"c", "e"})]),
        ("sum(rate(x_total[5m])) by (code)", [("x_total", set())]),
        ("max without (pod) (x) or vector(0)", [("x", set())]),
        ("a * on (job, instance) group_left (version) b{c='d'}", [("a", set()), ("b", {"c"})]),
        ("time() - x_seconds > 1800", [("x_seconds", set())]),
        (
            'histogram_quantile(0.9, sum by (le) (rate(x_bucket{job=~"$job"}[$__rate_interval])))',
            [("x_bucket", {"job"})],
        ),
        ("a and on (x) b unless c offset 5m", [("a", set()), ("b", set()), ("c", set())]),
        ("a > bool 1e3 # by b", [("a", set())]),
    ],
)
def test_metrics_and_labels_are_found(expression: str, expected: list[tuple[str, set[str]]]) -> None:
    """Functions, keywords, grouping labels, strings and durations are none."""
    assert _named(expression) == expected


@pytest.mark.parametrize("expression", ["sum(a", "a)", 'a{b="c"', "a ? b", 'a{b="c}', "rate(a[5m)"])
def test_what_cannot_be_an_expression_is_refused(expression: str) -> None:
    """Rather than taken for one without metrics."""
    with pytest.raises(NotPromQLError):
        selectors(expression)


def test_selectors_compare_by_value() -> None:
    """So that they can be collected in sets."""
    assert selectors("a{b='c'}") == [Selector("a", frozenset({"b"}))]
