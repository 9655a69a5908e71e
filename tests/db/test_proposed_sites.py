"""Sites that a model proposes: modelled as drafts, in review and as records, until their unit goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from data.cluster import Cluster
from data.database import Database
from data.store.library import PostgisLibrary
from projects.errors import BadValue, NotAllowed, UnknownRecord
from projects.filing.changes import Entry, FieldChange, Kind, Operation, State, restored_from
from tests.db.copies import copy_of
from tests.db.desks import (
    POINT,
    RUYUAN,
    SHAOGUAN,
    WUJIANG,
    Office,
    decide,
    file,
    insert,
    open_office,
    publish,
    update,
)

pytestmark = pytest.mark.db
PROPOSED: dict[str, Any] = {**POINT, "precision": 3, "method": "siting", "label": "乳城镇"}


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


def proposed(**values: Any) -> Entry:
    given = {"name": "拟选址 3 · 乳城镇", "category": "elderly_care", "stage": "储备", "county_code": RUYUAN}
    return insert(**{**given, "published": False, "place__0": PROPOSED, **values})


def bases(office: Office, key: str) -> tuple[str, str | None]:
    """Return the basis of a record and of its place."""
    return (
        office.scalar("SELECT basis FROM project WHERE id = :key", key=key),
        office.scalar("SELECT basis FROM project_place WHERE project_id = :key AND is_primary", key=key),
    )


def direct(office: Office, **values: Any) -> str:
    filed = file(office.reviewer, proposed(**values), unit=SHAOGUAN, kind=Kind.SITING)
    return filed.project_ids[0]


def test_a_draft_of_a_site_is_ones_own_and_says_what_it_is(office: Office) -> None:
    content: dict[str, Any] = {"name": "拟选址 1", "filing": "siting", "unit": RUYUAN, "place/0": PROPOSED}
    office.editor.save_draft("new-siting-1", None, content)
    found = office.editor.draft("new-siting-1")
    assert found is not None and found.content == content
    assert office.neighbour.draft("new-siting-1") is None
    assert office.scalar("SELECT count(*) FROM project WHERE name = '拟选址 1'") == 0
    office.editor.drop_draft("new-siting-1")


def test_it_is_modelled_after_review_and_marked_so_for_readers(office: Office) -> None:
    filed = file(office.editor, proposed(published=True), kind=Kind.SITING)
    assert filed.state is State.SUBMITTED and not filed.project_ids
    assert office.reviewer.change_set(filed.id).head.kind is Kind.SITING
    key = decide(office.reviewer, filed.id).project_ids[0]
    assert bases(office, key) == ("modelled", "modelled")
    record = PostgisLibrary(office.database).record(key)
    assert record is not None and record.places[0].basis == "modelled" and record.places[0].precision == 3
    assert record.summary.basis == "modelled", "the card and every file say so"
    assert office.editor.held(key).provenance["place/0"]["basis"] == "modelled"


def test_it_stays_modelled_when_a_reviewer_takes_everything_but_the_place(office: Office) -> None:
    filed = file(office.editor, proposed(), kind=Kind.SITING)
    key = decide(office.reviewer, filed.id, refuse=("place/0",)).project_ids[0]
    assert bases(office, key) == ("modelled", None)


def test_what_a_reviewer_takes_later_is_modelled_too(office: Office) -> None:
    filed = file(office.editor, proposed(), kind=Kind.SITING)
    first = ("name", "kind", "category", "county_code", "owner_unit_id", "stage")
    key = decide(office.reviewer, filed.id, only=first).project_ids[0]
    decide(office.reviewer, filed.id)
    assert bases(office, key) == ("modelled", "modelled")


def test_a_form_makes_reported_records(office: Office) -> None:
    filed = file(office.reviewer, proposed(place__0=POINT), unit=SHAOGUAN)
    assert bases(office, filed.project_ids[0]) == ("reported", "reported")


def test_it_is_reported_once_its_unit_goes_on_with_it(office: Office) -> None:
    key = direct(office)
    publish(office, key, beds=80)
    assert bases(office, key) == ("modelled", "modelled")
    publish(office, key, stage="前期")
    assert bases(office, key) == ("reported", "modelled"), "nobody has placed it yet"
    publish(office, key, place__0={**POINT, "precision": 2})
    assert bases(office, key) == ("reported", "reported")


def test_going_back_to_the_proposal_makes_it_modelled_again(office: Office) -> None:
    key = direct(office)
    publish(office, key, stage="前期")
    first = office.reviewer.history(key)[-1]
    held = office.reviewer.held(key)
    back = FieldChange("stage", held.document["stage"], "储备", f"history/{first.history_id}")
    assert restored_from(back.locator) == first.history_id
    entry = Entry(Operation.RESTORE, key, held.version, (back,), "拟选址")
    file(office.reviewer, entry, unit=SHAOGUAN, kind=Kind.RESTORE)
    assert bases(office, key)[0] == "modelled"


def test_only_new_records_are_proposed(office: Office) -> None:
    key = direct(office)
    with pytest.raises(BadValue, match="只新增"):
        file(office.reviewer, update(office.reviewer, key, beds=5), unit=SHAOGUAN, kind=Kind.SITING)


def test_nobody_proposes_for_a_unit_that_is_not_theirs(office: Office) -> None:
    for desk in (office.neighbour, office.viewer):
        with pytest.raises(NotAllowed):
            file(desk, proposed(), unit=RUYUAN, kind=Kind.SITING)
    assert file(office.neighbour, proposed(county_code=WUJIANG), unit=WUJIANG, kind=Kind.SITING).id


def test_an_unpublished_proposal_is_seen_by_its_own_people_alone(office: Office) -> None:
    key = direct(office, owner_unit_id=RUYUAN)
    with pytest.raises(UnknownRecord):
        PostgisLibrary(office.database).record(key)
    assert office.editor.held(key).document["name"] == "拟选址 3 · 乳城镇"
    with pytest.raises(UnknownRecord):
        office.stranger.held(key)
