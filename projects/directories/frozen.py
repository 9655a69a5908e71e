"""A definition as it is kept with an edition, and back: what was read stands as it was read."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from pydantic import TypeAdapter

from projects.directories.model import MEASURED, Condition, Definition

_ADAPTER: Final = TypeAdapter(Definition)


def freeze(definition: Definition) -> str:
    """Return a definition as JSON text."""
    return _ADAPTER.dump_json(definition).decode()


def thaw(kept: Any) -> Definition:
    """Return the definition of an edition from what the database gives; raises ``ValidationError``."""
    return _settled(_ADAPTER.validate_python(kept, strict=False))


def _settled(definition: Definition) -> Definition:
    """Give the limits of conditions back their kind: JSON keeps a decimal as text."""
    measured = {column.name for column in definition.columns if column.type in MEASURED}
    computed = tuple(
        replace(one, conditions=tuple(_condition(each, measured) for each in one.conditions))
        for one in definition.computed
    )
    return replace(definition, computed=computed)


def _condition(condition: Condition, measured: set[str]) -> Condition:
    if condition.column in measured and isinstance(condition.value, str):
        return replace(condition, value=Decimal(condition.value))
    return condition
