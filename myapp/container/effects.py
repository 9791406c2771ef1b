"""What machines do: for each kind of action that has an effect, who carries it out, and who tries it as a dry run."""

import random
from dataclasses import dataclass

from myapp.application.effect_tasks import EffectTasks
from myapp.application.rehearsals import Rehearsals
from myapp.container.clients import Clients
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.domain.actions.http import Http
from myapp.domain.actions.job import Job
from myapp.domain.actions.resource import Resource
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.http.build import build_http_client, build_http_performer
from myapp.infrastructure.http.http_client import HttpClient
from myapp.infrastructure.kube.job_action import JobAction
from myapp.infrastructure.kube.job_watches import JobWatches
from myapp.infrastructure.kube.object_judge import ObjectJudge
from myapp.infrastructure.kube.resource_action import ResourceAction
from myapp.infrastructure.kube.shared_watches import SharedWatches


@dataclass(frozen=True, slots=True)
class Effects:
    """The tasks, the dry runs, and what both need."""

    tasks: EffectTasks
    rehearsals: Rehearsals
    jobs: JobWatches
    watches: SharedWatches
    http: HttpClient

    def end(self, key: TodoKey) -> None:
        """Nothing is to be under way for this todo any more."""
        self.tasks.forget(key)
        self.rehearsals.forget(key)


def build_effects(foundation: Foundation, clients: Clients, knowledge: Knowledge) -> Effects:
    """Nothing is under way yet."""
    settings, clock, expressions = foundation.settings, foundation.clock, foundation.expressions
    client, todos = clients.work, knowledge.todos
    jobs = JobAction.build(client, clients.job_streams, todos, clock, settings.namespaces)
    watches = SharedWatches(client, clients.object_streams, random.random)
    http_client = build_http_client(settings, foundation.agent, foundation.metrics)
    objects = ResourceAction.build(client, watches, todos, ObjectJudge(expressions, clock), clock)
    return Effects(
        tasks=EffectTasks(
            performers={
                Http: build_http_performer(client, http_client, expressions, clock),
                Job: jobs.performer,
                Resource: objects.performer,
            },
            wake=knowledge.wake,
            starts=settings.workers,
            may_act=clients.leadership.may_write,
        ),
        rehearsals=Rehearsals(rehearsers={Job: jobs.rehearsal, Resource: objects.rehearsal}, wake=knowledge.wake),
        jobs=jobs.watches,
        watches=watches,
        http=http_client,
    )
