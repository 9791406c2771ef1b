"""What is wrong with the Todo of a step is said with its field, all of it, in the words of the API server."""

import pytest

from myapp.domain.json_value import JsonValue
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.mapping.step_checker import TodoSpecChecker


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"content": "Build"}, []),
        (
            {
                "content": "Build",
                "job": {"template": {"spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}},
            },
            [],
        ),
        ({}, ["content: it is required"]),
        ({"content": "Build", "contnet": "x"}, ["contnet: there is no such field"]),
        (
            {"content": "Build", "http": {"url": "https://a.example", "sucessWhen": "true"}},
            ["http.sucessWhen: there is no such field"],
        ),
        (
            {"content": "Build", "timeout": "3d", "tags": ["a b"]},
            ["tags[0]: String should match", "timeout: must be a duration above zero"],
        ),
        (
            {
                "content": "Build",
                "http": {"url": "https://a.example", "headers": [{"name": "Host", "value": "x"}]},
            },
            ["http.headers[0]: the operator sets this header itself"],
        ),
        ({"content": "Build", "wait": {"duration": "1s"}, "approval": {}}, ["at most one action may be set"]),
        (
            {
                "content": "Build",
                "http": {"url": "https://a.example", "successWhen": "response.status ==", "failureWhen": "anything"},
                "outputs": [{"name": "a", "value": "result.b"}, {"name": "b", "value": "response.c"}],
            },
            ["http.successWhen: ", "http.failureWhen: ", "outputs[1].value: "],
        ),
        (
            {"content": "Build", "timeout": "3d", "http": {"url": "x", "successWhen": "1 +"}},
            ["http.successWhen: line 1", "http.url: must be an address", "timeout: must be a duration"],
        ),
        (
            {"content": "Build", "approval": {}, "retry": {"maxAttempts": 2}, "outputs": [{"name": "a", "value": "("}]},
            ["an approval has no retry", "outputs[0].value: line 1"],
        ),
        (
            {
                "content": "Send",
                "http": {"url": "https://a.example", "method": "POST"},
                "timeout": "1m",
                "retry": {"maxAttempts": 2},
            },
            ["retry.on: found 'Error, Timeout', allowed is no Timeout, unless http.idempotent is true"],
        ),
    ],
)
def test_problems(spec: dict[str, JsonValue], expected: list[str]) -> None:
    """Of the models first; what only the domain knows, after them."""
    found = [str(problem) for problem in TodoSpecChecker(CelCompiler()).problems(spec)]

    assert len(found) == len(expected), found
    for problem, beginning in zip(sorted(found), sorted(expected), strict=True):
        assert problem.startswith(beginning)
