"""Which kinds of action there are, by the name of their field in the spec. A new kind is one line here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from myapp.domain.actions.action import Action
from myapp.domain.actions.approval import Approval
from myapp.domain.actions.http import Http
from myapp.domain.actions.job import Job
from myapp.domain.actions.manual import Manual
from myapp.domain.actions.resource import Resource
from myapp.domain.actions.wait import Wait
from myapp.domain.entry_fields import EntryFields

ACTIONS: Mapping[str, Callable[[EntryFields], Action]] = MappingProxyType(
    {
        "approval": Approval.create_from_fields,
        "http": Http.create_from_fields,
        "job": Job.create_from_fields,
        "manual": Manual.create_from_fields,
        "resource": Resource.create_from_fields,
        "wait": Wait.create_from_fields,
    }
)
