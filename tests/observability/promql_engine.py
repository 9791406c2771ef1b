"""Prometheus' own query engine, built once from its Go module into the user's cache folder."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from deploy.local.build import Builder
from deploy.local.build_recipe import read_recipe
from deploy.local.cache import cache_folder
from deploy.local.go_modules import GoModule, Target

_NAME = "promql-engine"
_MODULE = GoModule(
    folder=Path(__file__).with_suffix(""),
    title="PromQL engine",
    pinned="github.com/prometheus/prometheus",
    targets={_NAME: Target(_NAME, _NAME)},
)


@dataclass(frozen=True, slots=True)
class Question:
    """What an expression gives in that minute of these series, which have a sample each minute."""

    series: str
    expression: str
    minute: int


class PromQLEngine:
    """The engine as a program."""

    def __init__(self) -> None:
        self._program = Builder(read_recipe(_MODULE), cache_folder(), Console(stderr=True)).provide([_NAME])[_NAME]

    def ask(self, questions: Sequence[Question]) -> list[list[dict[str, str]]]:
        """The labels of the series that each expression gives. Raises AssertionError for what is no expression."""
        asked = json.dumps([asdict(question) for question in questions])
        ended = subprocess.run([self._program], input=asked, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        answers = json.loads(ended.stdout)
        for question, answer in zip(questions, answers, strict=True):
            assert "error" not in answer, f"{question.expression}: {answer['error']}"
        return [answer["labels"] for answer in answers]
