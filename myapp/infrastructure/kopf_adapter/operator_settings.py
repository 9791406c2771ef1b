"""Every kopf setting that we change, each with its reason."""

import kopf

from myapp.infrastructure.kopf_adapter.null_storages import NullDiffBaseStorage, NullProgressStorage

_SERVER_TIMEOUT = 300  # whole seconds: the API server refuses a fraction


def operator_settings() -> kopf.OperatorSettings:
    """Settings for an operator that only watches."""
    settings = kopf.OperatorSettings()
    settings.peering.standalone = True  # replicas are told apart by a Lease, not by kopf's keep-alives
    settings.scanning.disabled = True  # no watching of CRDs and namespaces, and no rights for it
    settings.posting.enabled = False  # Events are posted by us, and aggregated
    settings.persistence.diffbase_storage = NullDiffBaseStorage()
    settings.persistence.progress_storage = NullProgressStorage()
    settings.queueing.worker_limit = None  # a limit holds a slot for idle_timeout after each event: 22 objects/s
    settings.queueing.idle_timeout = 0.5  # a task per object ends soon after its last event
    settings.watching.chunk_size = 500  # memory at the start
    settings.watching.server_timeout = _SERVER_TIMEOUT  # a second net: bookmarks and inactivity are the first
    settings.watching.client_timeout = _SERVER_TIMEOUT + 10
    settings.networking.request_timeout = 30.0
    settings.process.ultimate_exiting_timeout = 25.0  # below the pod's grace period: rather die than hang
    return settings
