"""The action approval in the spec of a Todo."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from myapp.domain.quorum import MOST_APPROVALS
from myapp.infrastructure.crd.field_types import Username
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, UniqueItems, validations

_A_USER_APPROVES_ONCE = CelRule(
    rule="self.kind == 'Group' || !has(self.minApprovals) || self.minApprovals <= 1",
    message="a user approves once: minApprovals of a User must be 1 at most",
    field_path=".minApprovals",
)
_ENOUGH_USERS = CelRule(
    rule="!has(self.approvers) || size(self.approvers) == 0 || !has(self.minApprovals)"
    " || self.approvers.exists(a, a.kind == 'Group') || self.minApprovals <= size(self.approvers)",
    message="minApprovals must not be more than there are users among the approvers",
    field_path=".minApprovals",
)
_FEW_ENOUGH_OF_GROUPS = CelRule(
    rule="!has(self.approvers) || self.approvers.map(a, has(a.minApprovals) ? a.minApprovals : 0).sum()"
    f" <= {MOST_APPROVALS}",
    message=f"the minApprovals of all approvers together must be {MOST_APPROVALS} at most",
    field_path=".approvers",
)


class Approver(ResourceModel):
    """A user or a group that may vote."""

    model_config = ConfigDict(json_schema_extra=validations(_A_USER_APPROVES_ONCE))

    kind: Literal["User", "Group"] = Field(description="What name names: User or Group.")
    name: Username = Field(description="Name of the user or group, as the cluster's authentication knows it.")
    min_approvals: Annotated[int, Field(strict=True, ge=0, le=10)] | None = Field(
        default=None,
        description="How many of the group must approve at least, or 1 for a user without whom it does not go. None "
        "in particular when not set. A person who is in several groups counts for one of them.",
    )

    @model_validator(mode="after")
    def _approves_once(self) -> Self:
        if self.kind == "User" and (self.min_approvals or 0) > 1:
            raise ValueError(_A_USER_APPROVES_ONCE.message)
        return self


class Approval(ResourceModel):
    """People approve the Todo, or one of them rejects it."""

    model_config = ConfigDict(json_schema_extra=validations(_ENOUGH_USERS, _FEW_ENOUGH_OF_GROUPS))

    min_approvals: Annotated[int, Field(strict=True, ge=1, le=MOST_APPROVALS)] = Field(
        default=1, description="How many different people must approve. The first rejection ends the Todo as Failed."
    )
    approvers: Annotated[tuple[Approver, ...], Field(max_length=16), UniqueItems(keys=("kind", "name"))] = Field(
        default=(),
        description="Who may vote. When not set, everybody with the verb approve on this Todo; with it, being named "
        "here is needed as well as the verb.",
    )
    allow_self_approval: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="Whether who created the Todo may approve it. Who that was is known where the annotation "
        "todo.myapp.dev/created-by is set, which the API server holds to the truth; else status.requester says "
        "unproven and nobody is excluded.",
    )

    @model_validator(mode="after")
    def _has_enough_users(self) -> Self:
        users_only = self.approvers and all(approver.kind == "User" for approver in self.approvers)
        if users_only and self.min_approvals > len(self.approvers):
            raise ValueError(_ENOUGH_USERS.message)
        if sum(approver.min_approvals or 0 for approver in self.approvers) > MOST_APPROVALS:
            raise ValueError(_FEW_ENOUGH_OF_GROUPS.message)
        return self
