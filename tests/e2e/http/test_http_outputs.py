"""`outputs` of a request: what its answer says, computed, and heard by a dependent's `when`."""

import json

import pytest

from tests.http_sink import HttpSink, Reply
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

RULES = [
    {"name": "state", "value": "result.json.state"},
    {"name": "run", "value": "result.headers.location.split('/')[2]"},
    {"name": "jobs", "value": "result.json.jobs.map(j, j.id)"},
    {"name": "code", "value": "result.status"},
]
#: More than what people are shown of an answer.
ANSWER = {"state": "done", "jobs": [{"id": 1}, {"id": 2}], "log": "x" * 20_000}


@pytest.mark.statement("O6")
def test_a_dependent_is_told_what_the_answer_says(
    operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink
) -> None:
    """Without any condition on the answer: its whole body is read for the outputs."""
    assert operator.alive
    sink.reply = Reply(200, json.dumps(ANSWER).encode(), {"Location": "/runs/7"})
    todos.create("asks", http={"url": sink.url()}, serviceAccountName=account, outputs=RULES)
    at_once = {"duration": "0s"}
    todos.create("goes-on", depends_on=["asks"], when="dependencies.asks.outputs.state == 'done'", wait=at_once)
    todos.create("stops", depends_on=["asks"], when="dependencies.asks.outputs.code != 200", wait=at_once)
    status = todos.wait("asks", "Succeeded", timeout=30)
    assert status["outputs"] == {"state": "done", "run": "7", "jobs": "[1,2]", "code": 200}
    todos.wait("goes-on", "Succeeded", timeout=30)
    todos.wait("stops", "Skipped", "WhenFalse", timeout=30)


def test_an_answer_without_the_value_fails_for_good(
    operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink
) -> None:
    """The request was answered: it is not sent again, whatever the retry says."""
    assert operator.alive
    sink.reply = Reply(200, b"<p>done</p>")
    retry = {"maxAttempts": 3, "on": ["Error", "Failure"]}
    todos.create("asks", http={"url": sink.url()}, serviceAccountName=account, outputs=RULES, retry=retry)
    message = todos.wait("asks", "Failed", "OutputsError", timeout=30)["message"]
    assert 'output state has no value: Key not found in map : "json"' in message
    assert len(sink.received) == 1
