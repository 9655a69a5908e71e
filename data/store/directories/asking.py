"""Which lines of an edition are asked for, as a condition of a query; every value is bound.

A computed flag is asked of the rule that the edition was made with, in SQL's own three-valued logic: a cell
that is not there makes a comparison unknown, and unknown is a value of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from data.store.filtering import like
from projects.directories.flags import NUMBER
from projects.directories.model import ColumnType, Computed, Condition, Definition, Test, Verdict
from projects.directories.ports import EntriesAsked
from projects.errors import BadValue

_SIGN: Final[Mapping[Test, str]] = {Test.AT_LEAST: ">=", Test.AT_MOST: "<=", Test.EQUALS: "="}
_IS: Final[Mapping[Verdict, str]] = {
    Verdict.YES: "IS TRUE",
    Verdict.NO: "IS FALSE",
    Verdict.UNKNOWN: "IS NULL",
}
LONGEST_WORDS: Final = 100


@dataclass(slots=True)
class Wanted:
    """A condition on ``directory_entry entry`` with its values, and the columns of contacts or none."""

    where: str
    values: dict[str, Any] = field(default_factory=dict)
    contacts: str = ", entry.contacts"

    def bind(self, value: Any) -> str:
        """Bind a value and return what stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def require(self, condition: str) -> None:
        """Add a condition."""
        self.where += f" AND {condition}"


def wanted(definition: Definition, key: int, asked: EntriesAsked, *, signed_in: bool) -> Wanted:
    """Return the condition for the lines of an edition that are asked for.

    Raises ``BadValue`` for a column or flag that the definition does not have.
    """
    found = Wanted("entry.directory_id = :key", {"key": key})
    if not signed_in:
        found.contacts = ", '{}'::jsonb AS contacts"
    _words(found, asked.words)
    if asked.counties:
        found.require(f"entry.county_code = ANY (CAST({found.bind(list(asked.counties))} AS text[]))")
    for name, values in (asked.choices or {}).items():
        _choice(found, definition, name, values)
    for name, verdict in (asked.flags or {}).items():
        _flag(found, definition, name, verdict)
    if asked.placed is not None:
        found.require("entry.lon IS NOT NULL" if asked.placed else "entry.lon IS NULL")
    return found


def _words(found: Wanted, words: str) -> None:
    """Look for every word in the cells; contacts are not looked into.

    The text of the whole line is looked through first, which is ten times as fast as cell by cell: it holds
    every cell, with quotation marks and backslashes escaped, which stand for any sign there.
    """
    for word in words.replace("\0", "")[:LONGEST_WORDS].split()[:5]:
        match = "LIKE" if word.lower() == word.upper() else "ILIKE"
        rough = like(re.sub(r'["\\]', "\uffff", word)).replace("\uffff", "%")
        found.require(
            f"entry.cells::text {match} {found.bind(rough)}"
            " AND EXISTS (SELECT FROM jsonb_each_text(entry.cells) AS cell (name, value)"
            f" WHERE cell.value {match} {found.bind(like(word))})"
        )


def _choice(found: Wanted, definition: Definition, name: str, values: tuple[str, ...]) -> None:
    known = {column.name for column in definition.columns if column.type is ColumnType.CHOICE}
    if name not in known:
        raise BadValue(f"名录“{definition.zh}”没有选项列“{name[:40]}”")
    if values:
        found.require(
            f"entry.cells ->> {found.bind(name)} = ANY (CAST({found.bind(list(values))} AS text[]))"
        )


def _flag(found: Wanted, definition: Definition, name: str, verdict: Verdict) -> None:
    rule = next((one for one in definition.computed if one.name == name), None)
    if rule is None:
        raise BadValue(f"名录“{definition.zh}”没有计算列“{name[:40]}”")
    found.require(f"({_rule(found, rule)}) {_IS[verdict]}")


def _rule(found: Wanted, rule: Computed) -> str:
    return " AND ".join(f"({_condition(found, one)})" for one in rule.conditions)


def _condition(found: Wanted, condition: Condition) -> str:
    cell = f"nullif(entry.cells ->> {found.bind(condition.column)}, '')"
    if isinstance(condition.value, Decimal):
        # What is no number (nobody's program wrote it) is unknown, and no failure for all readers.
        number = f"CASE WHEN {cell} ~ '^{NUMBER.pattern}$' THEN ({cell})::numeric END"
        return f"{number} {_SIGN[condition.test]} CAST({found.bind(condition.value)} AS numeric)"
    if condition.test is Test.ONE_OF:
        return f"{cell} = ANY (CAST({found.bind(list(condition.value))} AS text[]))"
    return f"{cell} = {found.bind(condition.value)}"
