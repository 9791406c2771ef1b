"""The base of every pydantic model that describes a part of a custom resource.

Models serve two ends: the CRDs are generated from them (see `generate`), and they validate what the API server hands
the operator. They hold no behaviour; turning them into domain objects is the mappers' work.
"""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ResourceModel(BaseModel):
    """Immutable, with snake_case attributes for the API's camelCase names; ignores the fields of newer versions."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        frozen=True,
        extra="ignore",
    )
