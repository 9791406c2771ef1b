"""Creates an object that a run owns, under a name that follows from what it is, so that asking twice creates one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.run_ports import NameTaken, NotAllowed, NotValid
from myapp.infrastructure.kube.creation_refusal import told_by
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import API_VERSION
from myapp.infrastructure.mapping.owner_reference import controlling_run

_NEVER = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
_EXISTS = "AlreadyExists"
_TOO_LARGE = "request is too large"


def owned_by(run_name: str, run_uid: str) -> list[dict[str, Any]]:
    """The owner references of what a run controls.

    Nothing holds up the deletion of the run: whoever may block it would need a right on its finalizers.
    """
    owner = {"apiVersion": API_VERSION, "kind": "TodoWorkflow", "name": run_name, "uid": run_uid}
    return [{**owner, "controller": True, "blockOwnerDeletion": False}]


async def create_owned(
    client: KubeClient, path: str, body: Mapping[str, Any], run_name: str, run_uid: str
) -> Mapping[str, Any] | NameTaken | NotAllowed | NotValid:
    """The object, made now or by the same run before; else why it could not be made.

    ``path`` is where it is created. Raises ApiError, also where the API server contradicts itself for the moment.
    """
    name = body["metadata"]["name"]
    try:
        answer = await client.request("POST", path, body=body)
    except ApiRefusedError as error:
        if error.code == HTTPStatus.FORBIDDEN:
            return NotAllowed(told_by(error))
        if error.code in _NEVER:
            return NotValid(told_by(error))
        raise
    except ApiUnavailableError as error:
        if _TOO_LARGE in str(error):  # of etcd, which the API server takes for an error of its own
            return NotValid(told_by(error))
        raise
    if answer.missing:
        return NotAllowed(str(answer.body.get("message", "")))  # the namespace is gone
    if not answer.conflict:
        return answer.body
    if answer.body.get("reason") != _EXISTS:
        raise ApiUnavailableError(f"POST {path}: {answer.body.get('message', '')}", code=answer.code)
    return _found(name, await client.request("GET", f"{path}/{name}"), run_name, run_uid)


def _found(name: str, answer: ApiAnswer, run_name: str, run_uid: str) -> Mapping[str, Any] | NameTaken:
    """What to make of the holder of the name."""
    if answer.missing:
        raise ApiUnavailableError(f"{name} existed and is gone: to be created again")
    metadata = answer.body["metadata"]
    owner = controlling_run(metadata)
    if owner is not None and owner[1] == run_uid:
        return answer.body
    kind = answer.body.get("kind", "object")
    if "deletionTimestamp" in metadata:
        return NameTaken(f"{kind} {name} of before is being deleted", passing=True)
    if owner is not None and owner[0] == run_name:
        # This run has that name now, so the owner is gone, and the garbage collector will come for it.
        return NameTaken(f"{kind} {name} of an earlier run of this name is still there", passing=True)
    of_whom = f"TodoWorkflow {owner[0]}" if owner is not None else "somebody else"
    return NameTaken(f"there is a {kind} {name} of {of_whom}: rename or delete it", passing=False)
