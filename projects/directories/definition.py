"""A definition's file (TOML) → what a directory is, or what is wrong with the file in plain words.

Nothing is guessed: an unknown key, a type nobody knows, a condition on a column that is not there are
mistakes, each with its place in the file. All mistakes of a file are told at once; with one, the file is
not used.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from projects.directories.model import MEASURED, Column, ColumnType, Definition, Mistake
from projects.directories.pieces import (
    Reading,
    Table,
    boolean_of,
    known_keys,
    name_of,
    no_column,
    number_of,
    tables_of,
    text_of,
)
from projects.directories.rules import computed_flags
from projects.names import normalised

MOST_BYTES: Final = 100_000
MOST_DOTS: Final = 1_000
"""Of one line: the reader takes minutes for a key of tens of thousands of levels."""
MOST_COLUMNS: Final = 40
MOST_CHOICES: Final = 60
LONGEST_CELL: Final = 4_000
KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONG: Final = (ColumnType.TEXT, ColumnType.LONG_TEXT, ColumnType.UNIT, ColumnType.URL)
_TABLE_KEYS: Final = (
    "zh", "en", "purpose_zh", "purpose_en", "source", "mapped", "title", "column", "computed",
)  # fmt: skip
_COLUMN_KEYS: Final = (
    "name", "type", "zh", "en", "required", "choices", "lowest", "highest", "longest", "help_zh", "help_en",
    "contact",
)  # fmt: skip
_LISTED_TYPES: Final = "、".join(ColumnType)


def parse_definition(
    file: str, content: bytes, *, own: bool = False
) -> tuple[Definition | None, list[Mistake]]:
    """Return the definition of a file, or None with every mistake that is in it; never raises."""
    reading = Reading(file)
    key = file.removesuffix(".toml")
    if not KEY.fullmatch(key):
        reading.wrong(
            file,
            f"文件名“{file}”不能用：请用小写英文字母、数字和下划线，以字母开头，2 至 40 个字符，"
            "如 my_list.toml",
            f"the file name {file!r} cannot be used: small letters, digits and underscores, a letter first,"
            " 2 to 40 characters, such as my_list.toml",
        )
    table = _table(reading, content)
    if table is None:
        return None, reading.mistakes
    found = _definition(reading, key, table)
    if reading.mistakes:
        return None, reading.mistakes
    digest = hashlib.sha256(content).hexdigest()
    return Definition(key=key, **found, own=own, digest=digest), []


def _table(reading: Reading, content: bytes) -> Table | None:
    """Return the tables of a file; None, with the mistake, for one that is no TOML."""
    if len(content) > MOST_BYTES:
        size = f"{len(content) / 1000:.0f}"
        reading.wrong(
            reading.file,
            f"文件有 {size} KB，超过 {MOST_BYTES // 1000} KB：名录定义只写列，不写数据",
            f"the file has {size} kB, more than {MOST_BYTES // 1000}: a definition names columns, not data",
        )
        return None
    try:
        written = content.decode("utf-8-sig")
        if max(line.count(".") for line in written.split("\n")) > MOST_DOTS:
            raise ValueError("a key of more levels than anybody means")
        return tomllib.loads(written, parse_float=Decimal)
    except UnicodeDecodeError as error:
        reading.wrong(
            f"第 {content[: error.start].count(10) + 1} 行",
            "文件不是 UTF-8 编码：请用“另存为”选择 UTF-8 后保存",
            "the file is not UTF-8: save it again with that encoding",
        )
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {at[1]} 行第 {at[2]} 列" if at else "文件末尾"
        said = str(error).partition(" (at")[0]
        reading.wrong(
            where,
            f"不是正确的 TOML（{said}）：检查引号、等号和方括号是否成对",
            f"no valid TOML ({said}): check quotation marks, equals signs and brackets",
        )
    except (RecursionError, InvalidOperation, ValueError):
        reading.wrong(reading.file, "文件里的数字或层次无法读取", "a number or nesting cannot be read")
    return None


def _definition(reading: Reading, key: str, table: Table) -> dict[str, Any]:
    known_keys(reading, "", table, _TABLE_KEYS)
    before = len(reading.mistakes)
    columns = _columns(reading, table.get("column"))
    sound = len(reading.mistakes) == before
    mapped = boolean_of(reading, "mapped", table, "mapped")
    if mapped:
        _no_second_county(reading, columns)
    # What is said of a column that is itself wrong would only lead astray.
    further = _further(reading, table, columns) if sound else {}
    return further | {
        "zh": text_of(reading, "zh", table, "zh", 40, needed=True),
        "en": text_of(reading, "en", table, "en", 80) or key,
        "purpose_zh": text_of(reading, "purpose_zh", table, "purpose_zh", 500),
        "purpose_en": text_of(reading, "purpose_en", table, "purpose_en", 800),
        "source": text_of(reading, "source", table, "source", 800),
        "columns": columns,
        "mapped": mapped,
    }


def _further(reading: Reading, table: Table, columns: Sequence[Column]) -> dict[str, Any]:
    """Return what speaks of columns: the title and the computed flags."""
    named = {column.name: column for column in columns}
    title = text_of(reading, "title", table, "title", 40)
    if title and title not in named:
        no_column(reading, "title", title, named)
    return {
        "computed": computed_flags(reading, table.get("computed"), named),
        "title_column": title or (columns[0].name if columns else ""),
    }


# ---- columns ----


def _columns(reading: Reading, value: Any) -> tuple[Column, ...]:
    tables = tables_of(reading, value, "column", MOST_COLUMNS)
    if not tables and not reading.mistakes:
        reading.wrong(
            "column", "一列也没有：至少写一段 [[column]]", "there is no column: write at least one [[column]]"
        )
    columns = [_column(reading, number, table) for number, table in enumerate(tables, start=1)]
    _no_doubles(reading, [column for column in columns if column is not None])
    if columns and all(column is not None and column.contact for column in columns):
        reading.wrong(
            "column",
            "每一列都是联系方式（contact），没有登录的人什么也看不到：至少有一列不是",
            "every column is a contact, so whoever has not signed in would see nothing: one at least must not"
            " be",
        )
    return tuple(column for column in columns if column is not None)


def _no_doubles(reading: Reading, columns: Sequence[Column]) -> None:
    """Refuse two columns of one name, or of one heading: a file's column would mean both."""
    readings: tuple[tuple[str, Callable[[Column], str]], ...] = (
        ("name", lambda column: column.name),
        ("zh", lambda column: normalised(column.zh)),
    )
    for what, of in readings:
        seen: set[str] = set()
        for number, column in enumerate(columns, start=1):
            if of(column) and of(column) in seen:
                value = getattr(column, what)
                reading.wrong(
                    f"第 {number} 个 [[column]] · {what}",
                    f"{what}“{value}”和前面的一列重复",
                    f"{what} {value!r} stands for a column above already",
                )
            seen.add(of(column))


def _column(reading: Reading, number: int, table: Table) -> Column | None:
    where = f"第 {number} 个 [[column]]"
    known_keys(reading, where, table, _COLUMN_KEYS)
    name = name_of(reading, f"{where} · name", table)
    kind = _type(reading, f"{where} · type", table)
    if kind is None:
        return None
    return Column(
        name=name,
        type=kind,
        zh=text_of(reading, f"{where} · zh", table, "zh", 40, needed=True),
        en=text_of(reading, f"{where} · en", table, "en", 80) or name,
        required=boolean_of(reading, f"{where} · required", table, "required"),
        choices=_choices(reading, f"{where} · choices", table, kind),
        **_limits(reading, where, table, kind),
        longest=_longest(reading, f"{where} · longest", table, kind),
        help_zh=text_of(reading, f"{where} · help_zh", table, "help_zh", 300),
        help_en=text_of(reading, f"{where} · help_en", table, "help_en", 400),
        contact=boolean_of(reading, f"{where} · contact", table, "contact"),
    )


def _type(reading: Reading, where: str, table: Table) -> ColumnType | None:
    value = text_of(reading, where, table, "type", 40)
    if value in set(ColumnType):
        return ColumnType(value)
    reading.wrong(
        where,
        f"没有“{value or '（空）'}”这种类型；可用：{_LISTED_TYPES}",
        f"there is no type {value!r}; known are {', '.join(ColumnType)}",
    )
    return None


def _choices(reading: Reading, where: str, table: Table, kind: ColumnType) -> tuple[str, ...]:
    value = table.get("choices", [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        reading.wrong(
            where,
            '选项要写成 ["甲", "乙"] 这样的一列文字',
            'choices have to be a list of texts such as ["A", "B"]',
        )
        return ()
    choices = [one.strip() for one in value]
    if (kind is ColumnType.CHOICE) != bool(choices):
        reading.wrong(
            where,
            "类型为 choice 的列要写 choices，其他类型的列不写",
            "a column of type choice names its choices, others do not",
        )
    if len({normalised(one) for one in choices}) < len(choices):
        reading.wrong(where, "有重复的选项", "a choice stands twice")
    if len(choices) > MOST_CHOICES or any(len(one) > 60 for one in choices):
        reading.wrong(
            where,
            f"最多 {MOST_CHOICES} 个选项，每个不超过 60 字",
            f"{MOST_CHOICES} choices at most, of 60 characters each",
        )
    return tuple(choices)


def _limits(reading: Reading, where: str, table: Table, kind: ColumnType) -> dict[str, Decimal | None]:
    low = number_of(reading, f"{where} · lowest", table, "lowest")
    high = number_of(reading, f"{where} · highest", table, "highest")
    if kind not in MEASURED and (low is not None or high is not None):
        reading.wrong(
            f"{where} · lowest / highest",
            "只有数字类的列可以写上下限",
            "only columns of numbers have limits",
        )
    if low is not None and high is not None and low > high:
        reading.wrong(f"{where} · lowest / highest", "下限大于上限", "the lowest is greater than the highest")
    return {"lowest": low, "highest": high}


def _longest(reading: Reading, where: str, table: Table, kind: ColumnType) -> int:
    usual = {ColumnType.LONG_TEXT: 2_000, ColumnType.URL: 500}.get(kind, 200)
    number = number_of(reading, where, table, "longest")
    if number is None:
        return usual
    if kind not in _LONG or number != int(number) or not 1 <= number <= LONGEST_CELL:
        reading.wrong(
            where,
            f"只有文字类的列可以写 longest，1 至 {LONGEST_CELL} 的整数",
            f"only columns of text have longest, a whole number from 1 to {LONGEST_CELL}",
        )
        return usual
    return int(number)


def _no_second_county(reading: Reading, columns: Sequence[Column]) -> None:
    for column in columns:
        if column.type is ColumnType.COUNTY or column.name == "county":
            reading.wrong(
                f"[[column]] {column.name}",
                "mapped = true 的名录自带县（市、区）、经度、纬度和坐标系，不要另写 county 类型的列",
                "a mapped directory has county, longitude, latitude and datum of itself: no column for it",
            )
