"""Texts that mean something to a browser, a template, a spreadsheet or a shell; and a database full of them.

``spoil`` asks the database itself which columns hold free text, so that a column of a later migration is
spoilt without anybody thinking of it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

EVIL: Final = "evil.example"
TEXTS: Final = (
    "<script>alert(1);window.hacked=1</script>",
    f"<img src=//{EVIL}/i.png onerror=alert(2)>",
    '"><svg/onload=alert(3)><iframe src=javascript:alert(4)></iframe>',
    "' onmouseover='alert(5)' style='background:url(//evil.example/b)",
    "</style></textarea></title></script><script>alert(6)</script>",
    f"![p](http://{EVIL}/p.png) [q](javascript:alert(7)) <http://{EVIL}>",
    "**粗** # 题 :red[红] :material/bug_report: :smile: $\\href{javascript:alert(8)}{x}$ $$\\int$$",
    "${alert(9)} {{7*7}} {% raw %} #{1+1} <%= 1 %> %s {0} {name}",
    f'=HYPERLINK("http://{EVIL}","x")',
    "=cmd|' /C calc'!A0",
    "+1+1 @SUM(1) -2+3",
    "\u202e右到左\u202c \u2066隔\u2069 \u200b零\u200d宽\ufeff",
    "../../../etc/passwd %2e%2e%2f %00 C:\\con",
    "'; DROP TABLE project; -- \" OR 1=1",
    "第一行\r\nSet-Cookie: a=b\r\n\r\n<script>alert(10)</script>",
    "]]> <!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]> &x; &lt;b&gt;",
    "长<zz onclick=alert(11)>" + "长" * 150,
)
"""Each is only a text. What PostgreSQL cannot store (a null) is tried where it is typed, see the tests."""

HELD: Final = re.compile(
    r"(^|_)(id|ids|code|codes|sha256|hash|digest|folder|locator|path|q)$|^(id_prefix|prefix|version|version_num"
    r"|definition|search|name_normalised|language|table_name|row_key|datum|datum_entered|mark|part|service"
    r"|question|media_type|file|external_subject|raised_unit|lead_unit|support_units|unit_ids|touches"
    r"|subject|subject_kind|computed|operator|per_area|denominator)$"
)
"""Names of columns that hold a key, a digest or a word of a closed list, not a text somebody wrote."""
TABLES_HELD: Final = frozenset(
    ("alembic_version", "loaded", "project_facet", "facet_queue", "project_schedule", "score_weight")
)
"""Of the machine, or derived from others by triggers."""
FROZEN: Final = (
    "directory",
    "directory_entry",
    "edition",
    "edition_entry",
    "evaluation",
    "attachment",
    "pack",
)
"""Tables whose triggers let nobody write a text again; here it is as if it had been written so at first."""
WORDS_HELD: Final = frozenset(
    (
        "map_line.kind",
        "matter_entry.old_state",
        "matter_entry.new_state",
        "project.approval_type",
        "pack.files",
    )
)

_COLUMNS: Final = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'atlas'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
      AND NOT a.attisdropped AND a.attgenerated = '' AND NOT EXISTS (
        SELECT FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey))
      AND format_type(a.atttypid, a.atttypmod) IN ('text', 'jsonb')
    ORDER BY c.relname, a.attnum
"""
_PROSE: Final = re.compile("[\u4e00-\u9fff]")


def spoil(connection: Connection) -> tuple[set[str], set[str]]:
    """Write hostile texts into every free text of a database; return the columns spoilt and those refused.

    A column is refused by a rule of the database itself: a closed list, or rows that nobody may change.
    """
    spoilt, refused = set(), set()
    for table in FROZEN:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for table, column, kind in connection.execute(text(_COLUMNS)).all():
        if table in TABLES_HELD or HELD.search(column) or f"{table}.{column}" in WORDS_HELD:
            continue
        into = _json if kind == "jsonb" else _text
        changed = into(connection, table, column)
        if changed is None:
            refused.add(f"{table}.{column}")
        elif changed:
            spoilt.add(f"{table}.{column}")
    for table in FROZEN:
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    return spoilt, refused


def _text(connection: Connection, table: str, column: str) -> int | None:
    """Spoil a column of text, distinct where the table wants it; None where the database refuses."""
    one = f"(CAST(:texts AS text[]))[1 + abs(hashtext({table}.ctid::text)) % {len(TEXTS)}]"
    for value in (one, f"{one} || ' ' || {table}.ctid", f"left({one}, 40)"):
        try:
            with connection.begin_nested():
                done = connection.execute(
                    text(f'UPDATE {table} SET "{column}" = {value} WHERE "{column}" IS NOT NULL'),
                    {"texts": list(TEXTS)},
                )
                return int(done.rowcount)
        except DBAPIError:
            continue
    return None


def _json(connection: Connection, table: str, column: str) -> int | None:
    """Spoil what is prose in a column of JSON: a text in Chinese; keys and codes are not."""
    rows = connection.execute(
        text(f'SELECT ctid::text, "{column}" FROM {table} WHERE "{column}" IS NOT NULL')
    )
    changed = 0
    for n, (row, held) in enumerate(rows.all()):
        new = poisoned(held, n)
        if new == held:
            continue
        try:
            with connection.begin_nested():
                changed += connection.execute(
                    text(
                        f'UPDATE {table} SET "{column}" = CAST(:new AS jsonb) WHERE ctid = CAST(:row AS tid)'
                    ),
                    {"new": json.dumps(new), "row": row},
                ).rowcount
        except DBAPIError:
            return None
    return changed


def poisoned(value: Any, n: int) -> Any:
    """Return a JSON value with hostile texts in the place of prose.

    >>> poisoned({"kind": "x", "name": "某某医院"}, 0)["kind"]
    'x'
    """
    if isinstance(value, dict):
        return {key: poisoned(held, n + i) for i, (key, held) in enumerate(value.items())}
    if isinstance(value, list):
        return [poisoned(held, n + i) for i, held in enumerate(value)]
    return TEXTS[n % len(TEXTS)] if isinstance(value, str) and _PROSE.search(value) else value
