"""What is valid of a document of which other parts are wrong, for the rules to be asked of."""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from pulumi_ibm_quantum.documents.blocks import blocks_of
from pulumi_ibm_quantum.documents.rules import INVALID, Context, has_rules


def valid_part(model: type[BaseModel], value: Any, context: Context) -> Any:
    """Return a block that is not valid as a whole; in it every field that is not valid by itself is `INVALID`."""
    if not has_rules(model) or not isinstance(value, Mapping):
        return INVALID
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in value:
            fields[name] = _valid_field(model, name, blocks_of(model).get(key, ()), value[key], context)
        elif field.is_required() or field.default_factory is not None:
            fields[name] = INVALID
    return model.model_construct(**fields)


def _valid_field(
    model: type[BaseModel], name: str, blocks: tuple[type[BaseModel], ...], value: Any, context: Context
) -> Any:
    try:
        return _adapter(model, name).validate_python(value, context=context, by_alias=True, by_name=False)
    except ValidationError:
        if len(blocks) != 1:
            return INVALID
    shape = get_origin(model.model_fields[name].annotation)
    if shape is tuple:
        return tuple(_valid_block(blocks[0], item, context) for item in value) if isinstance(value, list) else INVALID
    if shape is dict and isinstance(value, Mapping):
        return {key: _valid_block(blocks[0], item, context) for key, item in value.items()}
    return valid_part(blocks[0], value, context)


def _valid_block(model: type[BaseModel], value: Any, context: Context) -> Any:
    try:
        return model.model_validate(value, context=context, by_alias=True, by_name=False)
    except ValidationError:
        return valid_part(model, value, context)


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(model.model_fields[name].rebuild_annotation())
