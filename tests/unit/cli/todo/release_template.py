"""A template that takes params of every sort, and a cluster that has it."""

from typing import Any

from tests.unit.cli.todo.fake_cluster import FakeCluster
from tests.unit.cli.todo.fake_workflows import FakeWorkflows, template

PARAMS = [
    {"name": "version", "required": True},
    {"name": "env", "enum": ["staging", "prod"], "default": "staging", "description": "Where to"},
    {"name": "count", "type": "number"},
    {"name": "regions", "type": "array"},
]
BUILD = {"name": "build", "content": "Build", "job": {"template": {}}}


def release_and(*runs: object, **more: object) -> FakeCluster:
    """The template release, and these runs; ``more`` are fields of FakeWorkflows."""
    given: dict[str, Any] = {"stored": list(runs), "templates": [template(BUILD, params=PARAMS)], **more}
    return FakeCluster(workflows=FakeWorkflows(**given))
