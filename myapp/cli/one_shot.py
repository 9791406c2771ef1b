"""What commands share that talk to the API server, do one thing and end: a client, a time limit, the end by SIGTERM.

Exit codes: 0 done; 1 it cannot be done, and the message says why; 2 wrong usage; 3 it was not done in time, and another
try may succeed; 143 SIGTERM came first.
"""

import asyncio
import signal
from datetime import timedelta

import click

from myapp import __version__
from myapp.domain.duration import parse_duration
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.kube_client import KubeClient

ENDED_BY_SIGTERM = 128 + signal.SIGTERM
_REQUEST_TIMEOUT = timedelta(seconds=10)
_CONNECTIONS = 2


class NotInTimeError(click.ClickException):
    """It may succeed another time."""

    exit_code = 3


class _Uncounted:
    """A RequestCounter for a process that serves no metrics."""

    def requested(self, method: str, code: str, seconds: float) -> None:
        """Forget it."""


def _duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    try:
        duration = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if not duration:
        raise click.BadParameter(f"found {value!r}, allowed is any duration above zero")
    return duration


timeout_option = click.option(
    "--timeout", default="60s", show_default=True, callback=_duration, help="How long to try: a duration such as 2m."
)
context_option = click.option(
    "--context", envvar="MYAPP_CONTEXT", help="The context of the kubeconfig; unset means the pod's access."
)


async def one_shot_client(context: str | None, command: str) -> KubeClient:
    """A client for this command. Raises AccessError."""
    return KubeClient(
        await ClusterAccess.load(context),
        connections=_CONNECTIONS,
        timeout=_REQUEST_TIMEOUT,
        counter=_Uncounted(),
        may_write=lambda: True,
        agent=f"myapp-{command}/{__version__}",
    )


def cancel_on_sigterm() -> None:
    """The first process of a container ignores signals that it has no handler for."""
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
