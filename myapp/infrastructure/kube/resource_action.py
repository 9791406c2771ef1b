"""Puts together what the action ``resource`` is carried out by."""

import random
from dataclasses import dataclass
from typing import Self

from myapp.application.ports import Clock, TodoReader
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.kind_discovery import KindDiscovery
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.object_deletion import ObjectDeletion
from myapp.infrastructure.kube.object_judge import ObjectJudge
from myapp.infrastructure.kube.object_patch import OncePatch
from myapp.infrastructure.kube.object_requests import ObjectRequests
from myapp.infrastructure.kube.object_vigil import ObjectVigil
from myapp.infrastructure.kube.object_wait import ObjectWait
from myapp.infrastructure.kube.recorded_references import RecordedReferences
from myapp.infrastructure.kube.resource_performer import ResourcePerformer
from myapp.infrastructure.kube.resource_rehearsal import ResourceRehearsal
from myapp.infrastructure.kube.shared_watches import SharedWatches


@dataclass(frozen=True, slots=True)
class ResourceAction:
    """The performer, and its dry run."""

    performer: ResourcePerformer
    rehearsal: ResourceRehearsal

    @classmethod
    def build(
        cls, client: KubeClient, watches: SharedWatches, todos: TodoReader, judge: ObjectJudge, clock: Clock
    ) -> Self:
        """Over what is shared with others: the client, and watches that are closed with the operator."""
        requests, records = ObjectRequests(client), RecordedReferences(todos)
        bounds, discovery = AutomationBounds(client), KindDiscovery(client)
        vigil = ObjectVigil(ObjectWait(watches, requests, clock, random.random), judge, clock)
        performer = ResourcePerformer(
            bounds=bounds,
            discovery=discovery,
            requests=requests,
            once=OncePatch(requests, records, clock),
            deletion=ObjectDeletion(requests, records, vigil, clock),
            vigil=vigil,
            clock=clock,
        )
        return cls(performer, ResourceRehearsal(bounds, discovery, requests, clock))
