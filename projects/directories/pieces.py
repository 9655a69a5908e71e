"""Reading the pieces of a definition's file; each finds its own mistakes and says where they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from projects.directories.model import Column, Mistake

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED: Final = ("key", "lon", "lat", "datum")
"""Names that a workbook and a form use for a line itself: its number and its place."""

Table = Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """One file while it is read, and what was found wrong with it."""

    file: str
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, where: str, zh: str, en: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.file, where, zh, en))


def known_keys(reading: Reading, where: str, table: Table, known: Sequence[str]) -> None:
    """Find fault with every key that is not known here."""
    for key in table:
        if key not in known:
            place = f"{where} · {key}" if where else key
            reading.wrong(
                place,
                f"不认识“{key[:60]}”：这里可以写 {'、'.join(known)}",
                f"{key[:60]!r} is not known here; known are {', '.join(known)}",
            )


def text_of(  # noqa: PLR0913 - one table, one key, where it stands and what it may be
    reading: Reading, where: str, table: Table, key: str, longest: int, *, needed: bool = False
) -> str:
    """Return a text without blanks around it; "" for none, or for a mistake."""
    value = table.get(key, "")
    if not isinstance(value, str):
        reading.wrong(where, f"“{key}”要写成带引号的文字", f"{key!r} has to be text in quotation marks")
        return ""
    plain = value.strip()
    if needed and not plain:
        reading.wrong(where, f"缺少“{key}”", f"{key!r} is missing")
    if len(plain) > longest:
        reading.wrong(
            where,
            f"“{key}”有 {len(plain)} 个字，最多 {longest} 个",
            f"{key!r} has {len(plain)} characters, {longest} at most",
        )
    if any(not sign.isprintable() and sign != "\n" for sign in plain):
        reading.wrong(where, f"“{key}”里有控制字符", f"{key!r} holds control characters")
    return plain


def boolean_of(reading: Reading, where: str, table: Table, key: str) -> bool:
    """Return true or false; false for none, or for a mistake."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        reading.wrong(where, f"“{key}”只能写 true 或 false", f"{key!r} has to be true or false")
        return False
    return value


def number_of(reading: Reading, where: str, table: Table, key: str) -> Decimal | None:
    """Return an exact number; None for none, or for a mistake."""
    value = table.get(key)
    if value is None:
        return None
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is None or not number.is_finite() or abs(number.adjusted()) > 15:
        reading.wrong(
            where,
            f"“{key}”要写成数字，不加引号：{str(value)[:40]}",
            f"{key!r} has to be a number without quotation marks: {str(value)[:40]}",
        )
        return None
    return number


def tables_of(reading: Reading, value: Any, key: str, most: int) -> list[Table]:
    """Return the sections of a name, as many as are allowed."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        reading.wrong(
            key, f"“{key}”要写成一段段的 [[{key}]]", f"{key!r} has to be written as sections [[{key}]]"
        )
        return []
    if len(value) > most:
        reading.wrong(
            key, f"[[{key}]] 有 {len(value)} 段，最多 {most} 段", f"{len(value)} of [[{key}]], {most} at most"
        )
    return value[:most]


def name_of(reading: Reading, where: str, table: Table) -> str:
    """Return the name of a column or flag, by which programs know it."""
    name = text_of(reading, where, table, "name", 40, needed=True)
    if name and not NAME.fullmatch(name):
        reading.wrong(
            where,
            f"name“{name}”不能用：请用小写英文字母、数字和下划线，以字母开头",
            f"the name {name!r} cannot be used: small letters, digits and underscores, a letter first",
        )
    if name in RESERVED:
        reading.wrong(
            where,
            f"name“{name}”由程序使用，请换一个",
            f"the name {name!r} is used by the program, take another",
        )
    return name


def no_column(reading: Reading, where: str, name: str, named: Mapping[str, Column]) -> None:
    """Say that a column that is referred to is not there."""
    reading.wrong(
        where,
        f"没有名为“{name}”的列；已有的列：{'、'.join(named) or '（无）'}",
        f"there is no column {name!r}; there are {', '.join(named) or 'none'}",
    )
