"""What a structural schema can say and JSON Schema cannot: CEL rules, and lists that are sets or maps.

Each extension states a constraint once. Uniqueness is checked by the models as the API server checks it. A CEL rule is
checked by the API server alone; a model has a validator beside it where the rule needs no more than the spec itself.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.config import JsonDict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True, slots=True)
class CelRule:
    """One entry of `x-kubernetes-validations`. A rule that names `oldSelf` is a transition rule: on updates only.

    `field_path` is relative to where the rule stands; without it the API server blames the object that carries the
    rule. `optional_old_self` makes a rule that names `oldSelf` run on creation too.
    """

    rule: str
    message: str
    field_path: str | None = None
    optional_old_self: bool = False

    def as_json(self) -> JsonDict:
        """The rule as it stands in the CRD."""
        entry: JsonDict = {"rule": self.rule, "message": self.message}
        if self.field_path is not None:
            entry["fieldPath"] = self.field_path
        if self.optional_old_self:
            entry["optionalOldSelf"] = True
        return entry


def validations(*rules: CelRule) -> JsonDict:
    """The rules as `json_schema_extra` of a field or of a model."""
    return {"x-kubernetes-validations": [rule.as_json() for rule in rules]}


@dataclass(frozen=True, slots=True)
class ExplainedText:
    """A string whose form the API server explains: a CEL rule has a message, a `pattern` could only show itself.

    `rule` refuses at least what `pattern` does not match; pydantic checks the pattern and gives the rule's message.
    """

    pattern: str
    max_length: int
    rule: CelRule

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        form = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern),
            custom_error_type="form",
            custom_error_message=self.rule.message,
        )
        return core_schema.chain_schema([core_schema.str_schema(max_length=self.max_length), form])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        return {"type": "string", "maxLength": self.max_length, **validations(self.rule)}


@dataclass(frozen=True, slots=True)
class AnyValue:
    """Any JSON value, kept as it is."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        return {"x-kubernetes-preserve-unknown-fields": True}


@dataclass(frozen=True, slots=True)
class AnyObject:
    """A JSON object of any content, kept as it is; a bound on the number of its fields holds."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        bound = {name: value for name, value in handler(schema).items() if name == "maxProperties"}
        return {"type": "object", **bound, "x-kubernetes-preserve-unknown-fields": True}


@dataclass(frozen=True, slots=True)
class OrderedItems:
    """A list whose order is what it says: one owner has all of it."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        return {**handler(schema), "x-kubernetes-list-type": "atomic"}


@dataclass(frozen=True, slots=True)
class ObjectLike:
    """A JSON object that is kept as it is and has at least what ``model`` asks for, and whatever else if ``open``."""

    model: type[BaseModel]
    open: bool = True

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        like = dict(handler(self.model.__pydantic_core_schema__))
        return {**like, "x-kubernetes-preserve-unknown-fields": True} if self.open else like

    def _check(self, value: dict[str, Any]) -> dict[str, Any]:
        try:
            self.model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise PydanticCustomError("form", "{where}: {what}", {"where": where, "what": first["msg"]}) from None
        return value


@dataclass(frozen=True, slots=True)
class UniqueItems:
    """A list whose items differ: a set of scalars, or with `keys` a map of objects told apart by these fields.

    Server-side apply merges such a list item by item, so that two owners can each keep their own; CEL compares it
    without regard to order. `keys` are field names that are the same in Python and in the API.
    """

    keys: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._refuse_duplicates, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        if not self.keys:
            return {**handler(schema), "x-kubernetes-list-type": "set"}
        return {
            **handler(schema),
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": list(self.keys),
        }

    def _refuse_duplicates(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        identities = set(map(attrgetter(*self.keys), items)) if self.keys else set(items)
        if len(identities) != len(items):
            told_apart = f" in {' and '.join(self.keys)}" if self.keys else ""
            raise ValueError(f"the items must differ from each other{told_apart}")
        return items
