"""The connections to the API server: a pool for each purpose, so that none waits behind the others."""

from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from myapp.application.leader_election import LeaderElection, Leadership, SoleReplica
from myapp.application.lease import LeaseTiming
from myapp.container.foundation import Foundation
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import LONGEST_SILENCE, KubeStreams
from myapp.infrastructure.kube.lease_objects import LeaseObjects
from myapp.infrastructure.kube.shared_watches import MOST_WATCHES
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.system_clock import SystemClock, elapsed

_GUARD_CONNECTIONS = 28
"""One watch for each policy and binding, and as many that read them."""


@dataclass(frozen=True, slots=True)
class Clients:
    """All of them, and who may write."""

    leadership: Leadership
    work: KubeClient
    lease: KubeClient
    guard: KubeClient
    job_streams: KubeStreams
    object_streams: KubeStreams


def build_clients(foundation: Foundation) -> Clients:
    """Connections that nobody has opened yet."""
    settings, access, agent = foundation.settings, foundation.access, foundation.agent
    connect = partial(KubeClient, access, counter=foundation.metrics, agent=agent)
    # A pool of its own: a renewal never waits behind the work, and nobody asks it whether it may write.
    lease = connect(connections=1, timeout=settings.lease_retry_period, may_write=lambda: True)
    leadership = _leadership(settings, lease, foundation.clock)
    streams = partial(KubeStreams, access, timeout=settings.request_timeout, silence=LONGEST_SILENCE, agent=agent)
    return Clients(
        leadership=leadership,
        work=connect(
            connections=settings.connections, timeout=settings.request_timeout, may_write=leadership.may_write
        ),
        lease=lease,
        guard=connect(connections=_GUARD_CONNECTIONS, timeout=settings.request_timeout, may_write=leadership.may_write),
        # Each watch keeps a connection; logs are read over the same few.
        job_streams=streams(connections=2 * max(len(settings.namespaces), 1) + settings.connections),
        object_streams=streams(connections=MOST_WATCHES),
    )


def _leadership(settings: Settings, client: KubeClient, clock: SystemClock) -> Leadership:
    if not settings.leader_election:
        return SoleReplica()
    return LeaderElection(
        leases=LeaseObjects(client, settings.lease_namespace, settings.lease_name),
        # A pod keeps its name when its container is started anew, and is another holder then.
        identity=f"{settings.identity}_{uuid4()}",
        timing=LeaseTiming(settings.lease_duration, settings.lease_renew_deadline, settings.lease_retry_period),
        clock=clock,
        elapsed=elapsed,
    )
