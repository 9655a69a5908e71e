"""Inputs made of a few random bytes: texts as hostile people and tired clerks write them, damaged files.

Hypothesis draws the bytes, which is quick and shrinks well; ``Fuel`` spends them on choices, as the data
providers of fuzzers do. Out of bytes, every choice is the first one.
"""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

T = TypeVar("T")

PIECES: Final = (
    *"0123456789.,-+eE%°′″'\":：/\\_ \t\n\r\0;；，、。()（）[]{}<>&=?#$@!*|~^`´",
    *"年月日号时分秒度万亿元整约余多合计总至到东西南北经纬县市区省镇乡一二三甲ABz",
    *("null", "NaN", "inf", "-0", "1e309", "1E-400", "0" * 40, "9" * 25, "1e22", "½", "²", "٣", "０１"),
    *("\u200b", "\u2028", "\ud7ff", "\ufeff", "\u202e", "\U0001f3e5", "e\u0301", "\u0301", "A" * 300),
    *("<script>", "${x}", "{{x}}", "=1+1", "''--", "%2e%2e%2f", "%00", "xx/../yy", "true", "mon", "07:00"),
    *("2026", "2026-02-30", "13/13/2026", "9999", "113.5", "24.8", "N24.8", "E113°35′12″", "440281"),
    *("人民币", "美元", "万元", "平方米", "亩", "未知", "待定", "GCJ-02", "WGS84", "CGCS2000", "daily"),
    *("521269.4", "2751468.2", "38521269", "医院", "乐昌市人民医院", "440200"),
)
"""What texts are glued from: most of what a parser looks for, and what it should not stumble over."""


class Fuel:
    """A few random bytes, spent on choices."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        """Spend one byte."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def number(self, below: int) -> int:
        """Return a whole number from 0 up to, and without, a bound of at most 65,536."""
        return (self.byte() if below <= 256 else self.byte() * 256 + self.byte()) % below

    def of(self, choices: Sequence[T]) -> T:
        """Return one of some things."""
        return choices[self.number(len(choices))]

    def text(self, most: int = 10) -> str:
        """Return pieces glued together, now and then with any character at all."""
        return "".join(self._piece() for _ in range(self.number(most + 1)))

    def _piece(self) -> str:
        if self.byte() % 16 == 15:
            point = self.byte() * 65_536 // 15 + self.number(65_536)
            return "?" if 0xD800 <= point < 0xE000 else chr(min(point, 0x10FFFF))
        return self.of(PIECES)

    def double(self) -> float:
        """Return any double there is: tiny, huge, infinite, not a number."""
        return float(struct.unpack("<d", bytes(self.byte() for _ in range(8)))[0])

    def cell(self) -> Any:
        """Return what a cell of a workbook may hold."""
        kind = self.number(12)
        if kind < 5:
            return self.text()
        moment = datetime(1900, 1, 1) + timedelta(days=self.number(65_536), seconds=self.number(65_536))
        others: tuple[Any, ...] = (
            self.double(),
            self.number(65_536) * 10 ** self.number(16) * self.of((1, -1)),
            bool(self.byte() % 2),
            moment,
            moment.date() if self.byte() % 2 else date.max,
            moment.time() if self.byte() % 2 else time.max,
            moment - datetime(1960, 1, 1),
        )
        return others[kind - 5]

    def json(self, depth: int = 3) -> Any:
        """Return something that JSON can say, nested."""
        kind = self.number(8 if depth else 5)
        if kind < 5:
            return (None, True, self.double(), self.number(65_536), self.text())[kind]
        several = range(self.number(4))
        if kind == 5:
            return [self.json(depth - 1) for _ in several]
        return {self.text(3): self.json(depth - 1) for _ in several}

    def changed(self, data: bytes) -> bytes:
        """Return bytes with one to five changes."""
        for _ in range(1 + self.number(5)):
            at, size = self.number(65_536) * len(data) // 65_536, 1 + self.number(300)
            data = _CHANGES[self.number(len(_CHANGES))](data, at, size, self._put())
        return data

    def _put(self) -> bytes:
        if self.byte() % 2:
            return self.of(PIECES).encode()
        return bytes(self.byte() for _ in range(self.number(9)))

    def zipped(self, data: bytes) -> bytes:
        """Return an archive that is whole, one of whose members is changed: the damage reaches the parser."""
        if self.byte() % 4 == 3:
            return self.changed(data)
        made, hit = io.BytesIO(), self.byte()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for index, member in enumerate(old.infolist()):
                whole = old.read(member)
                wanted = index == hit % len(old.infolist())
                new.writestr(member.filename, self.changed(whole) if wanted else whole)
        return made.getvalue()


_CHANGES: Final[tuple[Any, ...]] = (
    lambda data, at, size, put: data[:at] + put + data[at:],
    lambda data, at, size, put: data[:at] + put + data[at + len(put) :],
    lambda data, at, size, put: data[:at] + data[at + size :],
    lambda data, at, size, put: data[: at + size] + data[at:],
    lambda data, at, size, put: (
        data[:at] + bytes([data[at] ^ 1 << size % 8]) + data[at + 1 :] if data else data
    ),
    lambda data, at, size, put: data[:at],
)
"""Put, overwrite, cut, repeat, flip a bit, end."""
