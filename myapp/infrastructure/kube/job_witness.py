"""What is told about a Job elsewhere than in its status: Events that say why no pod starts, and the end of a log.

Both are asked for only when something is wrong, and neither is needed: without it the message is shorter.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from myapp.application.errors import ApiError, ApiRefusedError
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.creation_refusal import told_by
from myapp.infrastructure.kube.job_facts import JobFacts, PodFacts
from myapp.infrastructure.kube.job_report import FailedContainer
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams
from myapp.infrastructure.kube.resource_paths import events_path, pods_path

_LINES = 5
_MOST_LOG_BYTES = 16 * 1024
_LONGEST_LINE = 200
_MOST_EVENTS = "100"
_MOST_PODS = 3
#: The Job controller gives the pod of each try another name, and a message must not change with every try.
_POD_NAME = re.compile(r'pods "[^"]*"')
_UNPRINTABLE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


class JobWitness:
    """Reads Events with the operator's rights, and logs with those of the todo's account."""

    def __init__(self, client: KubeClient, streams: KubeStreams) -> None:
        self._client = client
        self._streams = streams

    async def warning(self, job: JobFacts, pods: Iterable[PodFacts]) -> str:
        """The latest warning about pods that have not started, or about a Job without pods; empty where none is had."""
        latest: tuple[str, str] = ("", "")
        for uid in [pod.uid for pod in pods if not pod.begun][:_MOST_PODS] or [job.uid]:
            params = {"fieldSelector": f"regarding.uid={uid},type=Warning", "limit": _MOST_EVENTS}
            try:
                answer = await self._client.request("GET", events_path(job.key.namespace), params=params)
            except ApiError:
                return ""
            latest = max((latest, *map(_dated, answer.body.get("items") or ())))
        return latest[1]

    async def has_made_pods(self, job: TodoKey) -> bool:
        """Whether a Job of that name has had pods, as far as Events last (an hour, by default). Raises ApiError.

        It may be gone itself: the Job controller tells of each pod that it makes.
        """
        selector = f"regarding.kind=Job,regarding.name={job.name},reason=SuccessfulCreate"
        params = {"fieldSelector": selector, "limit": "1"}
        answer = await self._client.request("GET", events_path(job.namespace), params=params)
        return bool(answer.body.get("items"))

    async def last_lines(self, namespace: str, failed: FailedContainer, acting_as: str) -> str:
        """The end of the container's log in one line; where it may not be read, that."""
        params = {"container": failed.container.name, "tailLines": str(_LINES), "limitBytes": str(_MOST_LOG_BYTES)}
        try:
            text = await self._streams.text(pods_path(namespace, failed.pod, "log"), params, acting_as)
        except ApiRefusedError as error:
            return f"its log cannot be read: {one_line(told_by(error))}"
        except ApiError:
            return ""
        return one_line(text)


def one_line(text: str) -> str:
    """Lines beside each other, each of bounded length, without what a terminal would act on."""
    lines = (_UNPRINTABLE.sub("", line).strip()[:_LONGEST_LINE] for line in text.splitlines())
    return " | ".join(line for line in lines if line)


def _dated(event: Mapping[str, Any]) -> tuple[str, str]:
    series = event.get("series") or {}
    times = (series.get("lastObservedTime"), event.get("deprecatedLastTimestamp"), event.get("eventTime"))
    at = next((time for time in times if time), event["metadata"].get("creationTimestamp") or "")
    note = _POD_NAME.sub("pods", str(event.get("note", "")))
    return str(at), one_line(f"{event.get('reason', '')}: {note}")
