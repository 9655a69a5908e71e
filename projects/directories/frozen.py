"""A definition as it is kept with an edition, and back: what was read stands as it was read."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from projects.directories.model import MEASURED, Condition, Definition
from projects.errors import BadValue

_ADAPTER: Final = TypeAdapter(Definition)
_BROKEN: Final = (
    "这一版名录的定义已损坏，读不出来：请编制单位撤回这一版，另建一版。"
    " The definition kept with this edition cannot be read: withdraw it and begin another."
)


def freeze(definition: Definition) -> str:
    """Return a definition as JSON text."""
    return _ADAPTER.dump_json(definition).decode()


def thaw(kept: Any) -> Definition:
    """Return the definition of an edition from what the database gives.

    Raises ``BadValue`` for one that no file of ours ever held: whoever writes past the pages harms nobody
    else's.
    """
    try:
        found = _settled(_ADAPTER.validate_python(kept, strict=False))
    except (ValidationError, InvalidOperation) as error:
        raise BadValue(_BROKEN) from error
    if not _hangs_together(found):
        raise BadValue(_BROKEN)
    return found


def _hangs_together(definition: Definition) -> bool:
    """Whether there are columns, each once, not contacts alone, and title and conditions are of them."""
    names = [column.name for column in definition.columns]
    asked = {each.column for one in definition.computed for each in one.conditions}
    named = asked | ({definition.title_column} - {""})
    return (
        any(not column.contact for column in definition.columns)
        and len(set(names)) == len(names)
        and named <= set(names)
    )


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
