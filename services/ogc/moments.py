"""What ``datetime`` of a question means: a moment, a day, or an interval with or without ends (RFC 3339)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from projects.errors import BadValue

OPEN: Final = ("", "..")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


class Span(NamedTuple):
    """The first and last moment asked for, None for an open end; ``until`` compares with the last."""

    first: str | None
    last: str | None
    until: str


def span(parts: Sequence[str]) -> Span:
    """Return what one or two parts of a ``datetime`` ask for; raise ``BadValue`` for what is no time.

    >>> span(["2026-11-22"])
    Span(first='2026-11-22T00:00:00Z', last='2026-11-23T00:00:00Z', until='<')
    >>> span(["2026-11-22T08:00:00+08:00", ".."])
    Span(first='2026-11-22T00:00:00Z', last=None, until='<=')
    """
    if len(parts) > 2 or not parts or all(part in OPEN for part in parts):
        raise BadValue(f"datetime {'/'.join(parts)[:80]!r} 须是一个时间，或 开始/结束，至少一端有值")
    first = None if parts[0] in OPEN else _moment(parts[0])
    last_text = parts[-1]
    if last_text in OPEN:
        return Span(_written(first), None, "<=")
    whole_day = _DAY.fullmatch(last_text) is not None
    last = _moment(last_text, days=1 if whole_day else 0)
    if first is not None and (first > last or (whole_day and first == last)):
        raise BadValue(f"datetime 的开始 {parts[0]} 晚于结束 {last_text}")
    return Span(_written(first), _written(last), "<" if whole_day else "<=")


def _moment(text: str, days: int = 0) -> datetime:
    """Return a moment in UTC, some days later; a day begins at midnight UTC."""
    if not (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        raise BadValue(f"datetime {text[:40]!r} 须写作 2026-11-22 或 2026-11-22T08:00:00Z")
    try:
        found = datetime.fromisoformat(text.upper().replace(" ", "T"))
        return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)) + timedelta(days=days)
    except (ValueError, OverflowError) as error:
        raise BadValue(f"datetime {text[:40]!r} 不是一个存在的时间") from error


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
