"""Packs in memory, for tests of pages: what was asked for is kept; rules are those of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from projects.errors import BadValue, UnknownRecord
from projects.packs import MAX_SHARE_HOURS, NewShare, Pack, PackFile, PackShare

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


def file(part: str, name: str, records: int | None = 3, size: int = 12_345) -> PackFile:
    """Return one file of a pack."""
    return PackFile(name, part, "application/octet-stream", size, f"{part}-".ljust(64, "a"), records)


FILES = (
    file("map_pdf", "项目分布图_20260506.pdf"),
    file("geojson", "健康产业项目_20260506.geojson"),
    file("manifest", "清单.json", None, 900),
    file("zip", "材料_20260506.zip", None, 2_500_000),
)


def pack(key: int, **values: Any) -> Pack:
    """Return a pack of three records that was made, unless told otherwise."""
    plain: dict[str, Any] = {
        "title": "乳源健康产业",
        "records": 3,
        "language": "zh",
        "files": FILES,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=30),
        "job_id": key,
        "chosen": {"county": "440232"},
        "detail": {"public": True},
    }
    return Pack(id=key, **plain | values)


class FakePacks:
    """``projects.packs.Packs`` over dictionaries."""

    def __init__(self, *packs: Pack) -> None:
        self.known = {one.id: one for one in packs}
        self.links: dict[int, PackShare] = {}

    def mine(self, limit: int = 20) -> tuple[Pack, ...]:
        own = [one for one in self.known.values() if not one.frozen]
        return tuple(sorted(own, key=lambda one: -one.id)[:limit])

    def pack(self, key: int) -> Pack:
        if key not in self.known:
            raise UnknownRecord(f"没有 {key} 号材料")
        return self.known[key]

    def remove(self, key: int) -> None:
        if self.pack(key).frozen:
            raise UnknownRecord(f"{key} 号材料不能删除")
        del self.known[key]
        self.links = {k: one for k, one in self.links.items() if one.pack_id != key}

    def shares(self, key: int) -> tuple[PackShare, ...]:
        return tuple(sorted((s for s in self.links.values() if s.pack_id == key), key=lambda s: -s.id))

    def share(self, key: int, hours: int) -> NewShare:
        self.pack(key)
        if not 1 <= hours <= MAX_SHARE_HOURS:
            raise BadValue(f"链接的有效期不能是 {hours} 小时")
        number = len(self.links) + 1
        made = datetime.now(UTC)
        found = PackShare(number, key, made, made + timedelta(hours=hours), None, 0, 0, None)
        self.links[number] = found
        return NewShare(found, f"secret-{number}")

    def revoke(self, key: int) -> None:
        if key not in self.links:
            raise UnknownRecord(f"没有 {key} 号链接")
        self.links[key] = replace(self.links[key], revoked_at=datetime.now(UTC))

    def editions(self, editions: Sequence[int]) -> Mapping[int, Pack]:
        return {p.edition_id: p for p in self.known.values() if p.edition_id in editions and p.edition_id}
