"""An action of the domain in the form of the API's spec, for documents outside of the API server."""

from typing import Any

from myapp.domain.actions.action import Action
from myapp.domain.actions.approval import Approval
from myapp.domain.actions.http import Header, Http, Method, SecretKey
from myapp.domain.actions.job import Job
from myapp.domain.actions.manual import Manual
from myapp.domain.actions.resource import FIELD_MANAGER, PatchType, Resource
from myapp.domain.actions.wait import Wait
from myapp.domain.duration import format_duration
from myapp.domain.form import FormField
from myapp.domain.moment import format_moment


def action_fields(action: Action) -> dict[str, Any]:
    """``{kind: fields}``, as the spec has it. Raises TypeError for a kind that has no form here."""
    match action:
        case Manual(form):
            return {"manual": {"form": _form(form.fields)} if form.fields else {}}
        case Approval(quorum, allow_self_approval):
            approvers = [
                {"kind": approver.kind, "name": approver.name, "minApprovals": approver.minimum}
                for approver in quorum.approvers
            ]
            fields = {"minApprovals": quorum.minimum, "approvers": approvers, "allowSelfApproval": allow_self_approval}
            return {"approval": fields}
        case Http():
            return {"http": _http(action)}
        case Job(template, idempotent):
            return {"job": {"template": dict(template), "idempotent": idempotent}}
        case Resource():
            return {"resource": _resource(action)}
        case Wait(duration, until):
            end = {"until": format_moment(until)} if until is not None else {}
            return {"wait": {"duration": format_duration(duration)} if duration is not None else end}
    raise TypeError(f"{type(action).__name__} has no form in a document")


def _form(fields: tuple[FormField, ...]) -> dict[str, Any]:
    return {
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields if field.required],
    }


def _property(field: FormField) -> dict[str, Any]:
    values = {
        "type": field.type,
        "default": field.default,
        "enum": list(field.allowed) or None,
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {name: value for name, value in values.items() if value is not None}


def _resource(action: Resource) -> dict[str, Any]:
    """Defaults are left out: each of these fields goes with one operation only."""
    fields = {
        "operation": str(action.operation),
        "manifest": dict(action.manifest),
        "patchType": str(action.patch_type) if action.patch_type is not PatchType.MERGE else None,
        "jsonPatch": [dict(step) for step in action.json_patch] or None,
        "fieldManager": action.field_manager if action.field_manager != FIELD_MANAGER else None,
        "force": action.force or None,
        "setOwnerReference": action.set_owner_reference or None,
        "successWhen": action.success_when or None,
        "failureWhen": action.failure_when or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _http(action: Http) -> dict[str, Any]:
    fields = {
        "url": action.url,
        "method": str(action.method) if action.method is not Method.GET else None,
        "headers": list(map(_header, action.headers)) or None,
        "body": action.body,
        "timeout": format_duration(action.timeout),
        "successWhen": action.success_when or None,
        "failureWhen": action.failure_when or None,
        "pollInterval": format_duration(action.poll_interval) if action.poll_interval is not None else None,
        "idempotent": action.idempotent or None,
        "caSecretRef": _secret_key(action.ca) if action.ca is not None else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _header(header: Header) -> dict[str, Any]:
    if header.secret is None:
        return {"name": header.name, "value": header.value}
    prefix = {"prefix": header.value} if header.value else {}
    return {"name": header.name, "secretRef": _secret_key(header.secret), **prefix}


def _secret_key(secret: SecretKey) -> dict[str, str]:
    return {"name": secret.name, "key": secret.key}
