"""Jobs and their pods as a real cluster left them (Kubernetes 1.36), without what nobody reads of them."""

import json
from pathlib import Path
from typing import Any

from myapp.infrastructure.kube.job_facts import JobFacts, PodFacts, job_facts, pod_facts

_FOLDER = Path(__file__).with_name("recordings")
NAMES = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def raw(name: str) -> dict[str, Any]:
    """The objects, as the API server delivered them."""
    recording: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return recording


def facts(name: str) -> tuple[JobFacts, list[PodFacts]]:
    """What is read of them."""
    recording = raw(name)
    return job_facts(recording["job"]), [pod_facts(pod) for pod in recording["pods"]]
