"""What everything else stands on: settings, credentials, the clock, metrics, expressions."""

from dataclasses import dataclass, field

from yarl import URL

from myapp import __version__
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.system_clock import SystemClock
from myapp.infrastructure.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Foundation:
    """Shared by all."""

    settings: Settings
    access: ClusterAccess
    server: URL
    """Where the API server is."""
    metrics: Metrics
    clock: SystemClock = field(default_factory=SystemClock)
    expressions: CelCompiler = field(default_factory=CelCompiler)
    agent: str = f"myapp/{__version__}"
    """What we call ourselves in requests."""


def build_foundation(settings: Settings, access: ClusterAccess) -> Foundation:
    """For one cluster."""
    server = URL(access.server)
    return Foundation(settings, access, server, Metrics(host=server.authority, version=__version__))
