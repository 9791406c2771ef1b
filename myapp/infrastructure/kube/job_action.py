"""Puts together what the action ``job`` is carried out by."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from myapp.application.ports import Clock, TodoReader
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.job_board import JobBoard
from myapp.infrastructure.kube.job_creation import JobCreation
from myapp.infrastructure.kube.job_performer import JobPerformer
from myapp.infrastructure.kube.job_rehearsal import JobRehearsal
from myapp.infrastructure.kube.job_watches import JobWatches
from myapp.infrastructure.kube.job_witness import JobWitness
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams
from myapp.infrastructure.kube.stray_jobs import StrayJobs


@dataclass(frozen=True, slots=True)
class JobAction:
    """The performer, its dry run, and the watches that tell it how its Jobs do."""

    performer: JobPerformer
    rehearsal: JobRehearsal
    watches: JobWatches

    @classmethod
    def build(
        cls, client: KubeClient, streams: KubeStreams, todos: TodoReader, clock: Clock, namespaces: Sequence[str]
    ) -> Self:
        """Over what is shared with others: the client, and the streams, of which two stay open for each namespace."""
        board, bounds = JobBoard(client), AutomationBounds(client)
        performer = JobPerformer(
            client=client,
            board=board,
            creation=JobCreation(client, board, bounds, clock),
            witness=JobWitness(client, streams),
            clock=clock,
        )
        strays = StrayJobs(todos, performer, board.follows)
        board.tell_of_strays(strays.noticed)
        watches = JobWatches(
            client=client, streams=streams, board=board, strays=strays, namespaces=namespaces, random=random.random
        )
        return cls(performer, JobRehearsal(client, bounds, clock), watches)
