"""Applying accepted changes to records, all of a change set at once.

The records are locked in id order, read as row images, rewritten in memory and stored by the difference, a
slice of them after the other in one transaction: a few statements per slice, and never more than a slice of
images in memory. Whoever applies acts with their own rights; what row-level security hides from them is
refused as a whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from data.store import identifiers, images, lookups, merging, parents, storing
from data.store.documents import CHILDREN, Rows, project_of
from data.store.rewriting import Lookup, Stamp, copied, put, put_back
from projects.codes import Basis, QuantityBasis
from projects.errors import BadValue, NotAllowed, UnknownRecord
from projects.fields import STATE_PATHS, title
from projects.filing.changes import FieldChange, Kind, restored_from
from projects.filing.desk import Held
from projects.values import UNSTATED

MERGED: Final = "merged_into_id"
PATIENCE: Final = "60s"
"""How long a change waits for another one; less than a statement may take."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is accepted of one entry; a new record has no id yet."""

    entry_id: int
    project_id: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """What the changes were filed as."""

    kind: Kind
    unit_id: str
    stamp: Stamp


def apply(
    connection: Connection, works: Sequence[Work], filing: Filing, locked: Collection[str]
) -> dict[int, str]:
    """Write the changes into their records and return entry id → id of the record it made.

    ``locked`` are all records touched (see ``touched`` and ``lock``). Raises
    ``NotAllowed`` when a record is not this identity's to write, ``BadValue`` for a code that names nothing
    or a merge that makes no sense. Nothing is written then (the caller's transaction is undone).
    """
    check(connection, ((work.project_id, c) for work in works for c in work.changes))
    for work in works:
        check_restored(connection, work.project_id, work.changes)
    listed = [_numbered(work, fresh) for work, fresh in zip(works, _lines(connection, works), strict=True)]
    lookup = lookups.read(connection, (c for work in listed for c in work.changes))
    made = _new_records(connection, [w for w in listed if not w.project_id], filing, lookup)
    connection.execute(text("SELECT set_config('atlas.derive_at_end', 'on', true)"))
    for part, keys in _parts(listed, locked):
        fresh = {work.entry_id: made[work.entry_id] for work in part if not work.project_id}
        _apply(connection, part, images.present(connection, keys), fresh, Means(filing, lookup))
    return {entry: str(project_of(rows)["id"]) for entry, rows in made.items()}


def _parts(
    works: Sequence[Work], locked: Collection[str]
) -> Iterator[tuple[Sequence[Work], Collection[str]]]:
    """Yield works a slice at a time, with the records they write into.

    Records that are merged, deleted or brought back go all at once: they write into each other, and one's
    project code becomes free for another.
    """
    own = [work.project_id for work in works if work.project_id]
    if len(set(own)) < len(own) or any(c.path in STATE_PATHS for work in works for c in work.changes):
        yield works, locked
        return
    for part in images.sliced(works):
        yield part, [work.project_id for work in part if work.project_id]


class Means(NamedTuple):
    """What every write of one change set goes by."""

    filing: Filing
    lookup: Lookup


def _apply(
    connection: Connection,
    works: Sequence[Work],
    held: Mapping[str, Rows],
    made: Mapping[int, Rows],
    means: Means,
) -> None:
    """Write a slice: the images ``held`` and those ``made`` for new records (by entry), as they shall be."""
    after = {key: copied(rows) for key, rows in held.items()}
    _bump(after.values(), means.filing.stamp)
    after |= {str(project_of(rows)["id"]): rows for rows in made.values()}
    merges = []
    for work in works:
        key = work.project_id or str(project_of(made[work.entry_id])["id"])
        merges += _write(connection, replace(work, project_id=key), after, means)
    try:
        storing.store(connection, held, after)
    except storing.Hidden as hidden:
        raise NotAllowed(REFUSED) from hidden
    for loser, target, forward in merges:
        (merging.move_links if forward else merging.move_links_back)(connection, loser, target)


def check(connection: Connection, wanted: Iterable[tuple[str, FieldChange]]) -> None:
    """Raise ``BadValue`` for codes that name nothing or are another record's, and for rings of parents.

    ``wanted`` is (record id, change).
    """
    listed = list(wanted)
    lookups.check_codes(connection, (change for _, change in listed))
    lookups.check_project_codes(connection, listed)
    parents.check(connection, listed)


def check_restored(connection: Connection, project_id: str, changes: Iterable[FieldChange]) -> None:
    """Raise ``BadValue`` when a step of history does not hold what a change says it puts back from there.

    What a reviewer reads is what is written, whoever wrote the change set.
    """
    named = [(n, c) for c in changes if (n := restored_from(c.locator)) is not None]
    if not named:
        return
    past = images.documents(
        connection,
        {str(n): rows for n, rows in images.past(connection, project_id, [n for n, _ in named]).items()},
    )
    for history_id, change in named:
        if change.path not in STATE_PATHS and past[str(history_id)].get(change.path) != change.new:
            raise BadValue(f"历史记录 {history_id} 中“{title(change.path)}”不是要恢复的值：请重新选择版本")


REFUSED: Final = "数据库不允许您修改其中的记录：它们不归您的单位或管辖范围，什么都没有改动"


def lock(
    connection: Connection, ids: Iterable[str], read: Mapping[str, Held] | None = None
) -> dict[str, Held]:
    """Lock records in id order against other writers and return them as they then stand.

    ``read`` are records that the caller read before: those of the version that is locked are not read again.
    Raises ``NotAllowed`` when a record is not this identity's to write, ``UnknownRecord`` when it may not
    even see it.
    """
    wanted = sorted(set(ids))
    # A form may have to wait until somebody's large file is in: for the records, the counter of their prefix.
    connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": PATIENCE})
    locked = connection.execute(
        text("SELECT id, version FROM project WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE"),
        {"ids": wanted},
    ).all()
    versions = {row.id: row.version for row in locked}
    fresh = {key: one for key, one in (read or {}).items() if one.version == versions.get(key)}
    held = fresh | images.standing(connection, [key for key in wanted if key not in fresh])
    known(wanted, held)
    if len(versions) != len(wanted):
        raise NotAllowed(REFUSED)
    return {key: held[key] for key in wanted}


def known(ids: Iterable[str], held: Mapping[str, object]) -> None:
    """Raise ``UnknownRecord`` for the first id that names no record this identity may see."""
    for key in ids:
        if key not in held:
            raise UnknownRecord(f"没有编号为 {key} 的项目，或不归您查看")


def touched(connection: Connection, works: Sequence[Work]) -> set[str]:
    """Return the records to lock: those changed, those merged into, those a merge is taken back from."""
    ids = {work.project_id for work in works if work.project_id}
    states = [(w, c) for w in works for c in w.changes if c.path == MERGED]
    ids |= {str(c.new) for _, c in states if c.new}
    undone = [work.project_id for work, change in states if not change.new]
    if undone:
        ids |= set(
            connection.scalars(
                text(
                    "SELECT merged_into_id FROM project WHERE id = ANY (:ids) AND merged_into_id IS NOT NULL"
                ),
                {"ids": undone},
            )
        )
    return ids


def _lines(connection: Connection, works: Sequence[Work]) -> list[list[int]]:
    """Return fresh numbers for the new finance lines of each entry."""
    wanted = [sum(c.path.startswith("finance/new-") for c in work.changes) for work in works]
    fresh = iter(storing.numbers(connection, "finance_line", sum(wanted)))
    return [[next(fresh) for _ in range(count)] for count in wanted]


def _numbered(work: Work, fresh: Sequence[int]) -> Work:
    """Return the entry with ``finance/new-1`` … as the numbers its lines get."""
    if not fresh:
        return work
    numbers = iter(fresh)
    return replace(
        work,
        changes=tuple(
            replace(c, path=f"finance/{next(numbers)}") if c.path.startswith("finance/new-") else c
            for c in work.changes
        ),
    )


def _write(
    connection: Connection, work: Work, after: dict[str, Rows], means: Means
) -> list[tuple[str, str, bool]]:
    """Rewrite one record's images; return the merges (record, the one that stays, whether forward)."""
    rows, merges = after[work.project_id], []
    numbers = {n for c in work.changes if (n := restored_from(c.locator)) is not None}
    past = images.past(connection, work.project_id, sorted(numbers))
    for change in work.changes:
        history_id = restored_from(change.locator)
        if change.path == MERGED:
            merges.append(_merge(rows, change, after))
        if history_id is None or change.path in STATE_PATHS:
            put(rows, change, means.filing.stamp, means.lookup)
        else:
            put_back(rows, change.path, past[history_id])
    if means.filing.kind is Kind.CLAIM:
        project_of(rows)["owner_unit_id"] = project_of(rows)["county_code"]
    return merges


def _merge(rows: Rows, change: FieldChange, after: Mapping[str, Rows]) -> tuple[str, str, bool]:
    row = project_of(rows)
    target = str(change.new or row["merged_into_id"])
    if change.new:
        merging.check(rows, after.get(target), target)
        merging.give_names(rows, after[target])
    elif target in after:
        merging.take_names_back(rows, after[target])
    return row["id"], target, bool(change.new)


def _bump(records: Iterable[Rows], stamp: Stamp) -> None:
    """Make every record that is touched a version of its own, also where only its lists change."""
    for rows in records:
        row = project_of(rows)
        row["version"] += 1
        row["updated_by"], row["updated_at"] = stamp.by, stamp.at


def _new_records(
    connection: Connection, works: Sequence[Work], filing: Filing, lookup: Lookup
) -> dict[int, Rows]:
    """Return the images of new records, empty but for what follows from the unit that owns them."""
    if not works:
        return {}
    given = [{c.path: c.new for c in work.changes} for work in works]
    owner_ids = [str(values.get("owner_unit_id") or filing.unit_id) for values in given]
    owners = lookups.owners(connection, {*owner_ids})
    areas = [
        lookup.areas.get(str(values.get("county_code"))) or owners.get(owner, (None, None))
        for values, owner in zip(given, owner_ids, strict=True)
    ]
    prefixes = identifiers.given_prefixes(connection)
    wanted = (
        identifiers.prefix_of(prefixes, str(values.get("county_code") or ""), prefecture, province)
        for values, (prefecture, province) in zip(given, areas, strict=True)
    )
    ids = identifiers.new_ids(connection, wanted)
    return {
        work.entry_id: _blank(key, owner, area, filing)
        for work, key, owner, area in zip(works, ids, owner_ids, areas, strict=True)
    }


def _blank(key: str, owner: str, area: tuple[str | None, str | None], filing: Filing) -> Rows:
    """Return an empty record; one that a siting model proposes is modelled whatever of it is accepted."""
    stamp = filing.stamp
    row: dict[str, Any] = dict.fromkeys(storing.COLUMNS["project"])
    row |= {
        "id": key,
        "quantity_basis": str(QuantityBasis.UNSTATED),
        "stage": UNSTATED,
        "promotion_stage": UNSTATED,
        "delivery_mode": UNSTATED,
        "contact": {},
        "basis": str(Basis.MODELLED if filing.kind is Kind.SITING else Basis.REPORTED),
        "provenance": {},
        "owner_unit_id": owner,
        "published": True,
        "version": 1,
        "created_by": stamp.by,
        "updated_by": stamp.by,
        "updated_at": stamp.at,
        "prefecture_code": area[0],
        "province_code": area[1],
    }
    return {"project": [row], **{table: [] for table in CHILDREN}}
