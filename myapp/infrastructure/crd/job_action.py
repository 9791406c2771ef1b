"""The action ``job``: a Kubernetes Job runs pods to their end."""

from typing import Annotated, Any

from pydantic import Field

from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyObject


class Job(ResourceModel):
    """A Job is created for each attempt, and its end is the attempt's."""

    template: Annotated[dict[str, Any], AnyObject()] = Field(
        description="A JobTemplateSpec of batch/v1, as a CronJob has it: metadata (labels and annotations only) and "
        "spec; 64 KiB of JSON at most. Where not set, backoffLimit is 0, because retry is the Todo's; "
        "ttlSecondsAfterFinished a day; restartPolicy Never; and the security contexts are what Pod Security restricted"
        " asks for. Pods run as serviceAccountName of the Todo, and cannot name another account."
    )
    idempotent: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="Whether the Job may run again where it was deleted before its end was seen. Otherwise the Todo "
        "then fails with the reason ResultLost, because nobody knows what the Job has done.",
    )
