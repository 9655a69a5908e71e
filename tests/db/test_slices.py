"""A change set applied in slices: the same as applied at once, and nothing of it when the last one fails."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store import filing, images, storing
from data.store.sessions import identity_of
from projects.errors import NotAllowed
from projects.filing.changes import Entry
from tests.db.copies import copy_of
from tests.db.desks import LINE, POINT, RUYUAN, Office, file, insert, open_office, request, update

pytestmark = pytest.mark.db
COUNTS = (
    "SELECT concat_ws(' ', (SELECT count(*) FROM project), (SELECT count(*) FROM change_set),"
    " (SELECT count(*) FROM history), (SELECT sum(version) FROM project), (SELECT count(*) FROM facet_queue),"
    " (SELECT count(*) FROM project_place))"
)
OWN = {"id", "updated_at", "created_at"}
"""What a sequence or the clock gives: another value in every transaction."""


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


@pytest.fixture(scope="module")
def entries(office: Office) -> list[Entry]:
    """Seven entries: records with lists and places changed, new ones between them."""
    keys = [office.project(name=f"切片{n}", beds=n) for n in range(4)]
    file(office.administrator, update(office.administrator, keys[0], alias__旧名=True, place__0=POINT))
    first, second, third, fourth = (
        update(office.administrator, key, beds=90 + n, note="改", finance__new_1=LINE, alias__旧名=None)
        if not n
        else update(office.administrator, key, beds=90 + n, place__0=POINT)
        for n, key in enumerate(keys)
    )
    more = {"finance/new-1": LINE, "place/0": POINT, "county_code": RUYUAN}
    new = [insert(name=f"切片新{n}", **more) for n in range(3)]
    return [first, new[0], second, new[1], third, fourth, new[2]]


class Undone(Exception):  # noqa: N818 - reads as what happened
    """The transaction is taken back."""


def written(office: Office, entries: list[Entry]) -> Any:
    """Return all that filing the entries writes, and take it back."""
    seen: Any = None
    token = office.administrator._token
    with pytest.raises(Undone), office.database.writing(token, "切片") as connection:
        filed = filing.file(connection, request(*entries), identity_of(connection))
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        ids = [*(e.project_id for e in entries if e.project_id), *filed.project_ids]
        seen = _seen(connection, ids)
        raise Undone
    return seen


def _seen(connection: Connection, ids: list[str]) -> Any:
    rows = images.present(connection, ids)
    plain = {
        (key, table): sorted(_NUMBERED.sub("finance/#", _shown(row)) for row in held)
        for key, tables in rows.items()
        for table, held in tables.items()
    }
    facets = connection.scalars(
        text(
            "SELECT CAST(to_jsonb(f) AS text) FROM project_facet f WHERE project_id = ANY (:ids) ORDER BY 1"
        ),
        {"ids": ids},
    ).all()
    steps = connection.execute(
        text("SELECT project_id, table_name, operation FROM history WHERE project_id = ANY (:ids)"),
        {"ids": ids},
    )
    return ids, plain, facets, Counter(map(tuple, steps))


def _shown(row: dict[str, Any]) -> str:
    return str({name: value for name, value in row.items() if name not in OWN})


_NUMBERED = re.compile("finance/[0-9]+")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_slices_write_what_all_at_once_writes(
    office: Office, entries: list[Entry], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.scalar(COUNTS)
    whole = written(office, entries)
    calls: list[int] = []
    store = storing.store
    monkeypatch.setattr(storing, "store", lambda *given: (calls.append(1), store(*given)))
    monkeypatch.setattr(images, "SLICE", size)
    assert written(office, entries) == whole
    assert len(calls) == -(-len(entries) // size) and len(whole[2]) == len(entries)
    assert office.scalar(COUNTS) == before


def test_a_failure_in_the_last_slice_leaves_nothing(
    office: Office, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, left, store = office.scalar(COUNTS), [None] * 3, storing.store

    def failing(*given: Any) -> None:
        store(*given)
        if not left:
            raise storing.Hidden("the last one")
        left.pop()

    monkeypatch.setattr(storing, "store", failing)
    monkeypatch.setattr(images, "SLICE", 2)
    with pytest.raises(NotAllowed):
        office.administrator.file(request(*entries))
    assert not left and office.scalar(COUNTS) == before
