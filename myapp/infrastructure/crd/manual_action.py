"""The action manual in the spec of a Todo."""

from pydantic import Field

from myapp.infrastructure.crd.form import Form
from myapp.infrastructure.crd.resource_model import ResourceModel


class Manual(ResourceModel):
    """A person completes the Todo."""

    form: Form | None = Field(
        default=None,
        description="What the person fills in when completing the Todo; the values become its outputs. Fixed once the "
        "Todo has started.",
    )
