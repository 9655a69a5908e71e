"""Attacks on review: who files, sees and decides change sets, and what can be slipped into them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from projects.errors import NotAllowed
from tests.db.copies import copy_of
from tests.db.test_access import CITY, OTHER_CITY, A, B, World

pytestmark = pytest.mark.db

SET = (
    "INSERT INTO change_set (title, kind, unit_id, filed_by, state, decided_by)"
    " VALUES ('x', 'form', :unit, :by, :state, :decided) RETURNING id"
)
ENTRY = (
    "INSERT INTO change_entry (change_set_id, position, operation, project_id, target_id, label)"
    " VALUES (:key, (SELECT count(*) + 1 FROM change_entry), :operation, :project, :target, 'x') RETURNING id"
)
CHANGE = (
    "INSERT INTO change (entry_id, path, new_value, decision) VALUES (:entry, 'note', '\"x\"', :decision)"
    " RETURNING id"
)
DECIDE = (
    "UPDATE change_set SET state = :state, decided_by = acting_name(), decided_at = now() WHERE id = :key"
)


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def head(unit: str, by: str, state: str = "submitted", decided: str | None = None) -> dict[str, str | None]:
    return {"unit": unit, "by": f"who-{by}", "state": state, "decided": decided}


def entry(
    key: int, project: str | None, operation: str = "update", target: str | None = None
) -> dict[str, object]:
    return {"key": key, "project": project, "operation": operation, "target": target}


def filed(
    world: World, who: str, unit: str, project: str | None, state: str = "submitted"
) -> tuple[int, int, int]:
    """File one change for good; return the numbers of set, entry and change."""
    with world.database.writing(world.token[who]) as connection:
        key = connection.scalar(text(SET), head(unit, who, state))
        operation = "update" if project else "insert"
        one = connection.scalar(text(ENTRY), entry(key, project, operation))
        change = connection.scalar(text(CHANGE), {"entry": one, "decision": None})
        return int(key), int(one), int(change)


def seen(world: World, key: int) -> set[str]:
    """Return who sees a change set, with its entry and its change."""
    found = set()
    for who in world.token:
        if who:
            heads = world.scalar(who, "SELECT count(*) FROM change_set WHERE id = :key", key=key)
            entries = world.scalar(
                who, "SELECT count(*) FROM change_entry WHERE change_set_id = :key", key=key
            )
            changes = world.scalar(
                who,
                "SELECT count(*) FROM change JOIN change_entry entry ON entry.id = entry_id"
                " WHERE change_set_id = :key",
                key=key,
            )
            assert heads == entries == changes
            found |= {who} if heads else set()
    return found


def test_a_change_set_is_seen_by_its_unit_and_those_above_unit_and_records(world: World) -> None:
    key, _, _ = filed(world, "b", B, world.record[f"{B} open"])
    assert seen(world, key) == {"b", "city", "admin"}
    key, _, _ = filed(world, "admin", OTHER_CITY, world.record[f"{B} open"])
    assert seen(world, key) == {"b", "city", "other", "admin"}  # about b's record, from elsewhere


def test_a_draft_is_its_authors_alone(world: World) -> None:
    key, _, _ = filed(world, "b", B, world.record[f"{B} open"], state="draft")
    assert seen(world, key) == {"b"}


def test_nobody_files_in_another_name_or_for_another_unit(world: World) -> None:
    world.refused("b", SET, **head(B, "city"))
    world.refused("b", SET, **head(A, "b"))
    world.refused("b", SET, **head(CITY, "b"))
    world.refused("other", SET, **head(B, "other"))
    world.refused("viewer", SET, **head(B, "viewer"))
    with world.writing("city") as run:
        assert run(SET, **head(B, "city"))


@pytest.mark.parametrize("state", ["accepted", "partly_accepted", "rejected", "withdrawn"])
def test_nothing_is_filed_as_decided_already(world: World, state: str) -> None:
    for who, unit in (("b", B), ("a", A), ("admin", A)):
        world.refused(who, SET, **head(unit, who, state))
    world.refused("b", SET, **head(B, "b", decided="who-city"))


def test_nobody_asks_for_a_change_to_a_record_of_another_unit(world: World) -> None:
    foreign = [world.record[f"{A} {state}"] for state in ("open", "hidden", "deleted")]
    for project in (*foreign, "NO-0001"):
        for operation in ("update", "delete", "merge", "restore"):
            with pytest.raises(Exception, match=r"row-level security|refuses"), world.writing("b") as run:
                run(ENTRY, **entry(run(SET, **head(B, "b")), project, operation))
    with pytest.raises(Exception, match=r"row-level security|refuses"), world.writing("b") as run:
        run(ENTRY, **entry(run(SET, **head(B, "b")), None, "update"))
    hidden = world.record[f"{A} hidden"]
    with pytest.raises(Exception, match=r"row-level security|refuses"), world.writing("b") as run:
        run(ENTRY, **entry(run(SET, **head(B, "b")), world.record[f"{B} open"], "merge", hidden))


def test_a_candidate_county_may_claim_an_open_record_and_others_may_not(world: World) -> None:
    with world.database.owning() as connection:
        connection.execute(
            text(
                "INSERT INTO project_area (project_id, county_code, relation, basis)"
                " SELECT id, :b, 'candidate', 'derived' FROM project"
                " WHERE county_code IS NULL AND owner_unit_id = :city AND id NOT IN"
                " (SELECT project_id FROM project_area) LIMIT 1"
            ),
            {"b": B, "city": CITY},
        )
    claimed = world.scalar(
        "b",
        "SELECT project_id FROM project_area WHERE relation = 'candidate' AND county_code = :b",
        b=B,
    )
    assert world.scalar("b", "SELECT may_file_for(:key)", key=claimed)
    for who in ("a", "other", "viewer", "fresh"):
        assert not world.scalar(who, "SELECT may_file_for(:key)", key=claimed)
    key, _, _ = filed(world, "b", B, claimed)
    assert not world.scalar("b", "SELECT may_decide(:key)", key=key)
    assert world.scalar("city", "SELECT may_decide(:key)", key=key)
    with world.writing("b") as run:  # to claim is not to write
        assert run("UPDATE project SET county_code = NULL WHERE id = :key", key=claimed) == 0


def test_nothing_is_slipped_into_somebody_elses_change_set(world: World) -> None:
    key, one, _ = filed(world, "b", B, world.record[f"{B} open"])
    for who, project in (("a", world.record[f"{A} open"]), ("city", world.record[f"{B} open"])):
        world.refused(who, ENTRY, **entry(key, project))
        world.refused(who, "INSERT INTO change (entry_id, path) VALUES (:entry, 'beds')", entry=one)


def test_a_change_comes_without_a_decision(world: World) -> None:
    _, one, _ = filed(world, "b", B, world.record[f"{B} open"])
    world.refused(
        "b", "INSERT INTO change (entry_id, path, decision) VALUES (:entry, 'beds', 'accepted')", entry=one
    )


def test_an_editor_under_review_does_not_decide_and_his_reviewer_does(world: World) -> None:
    key, _, change = filed(world, "b", B, world.record[f"{B} open"])
    accept = "UPDATE change SET decision = 'accepted' WHERE id = :change"
    for who in ("b", "a", "other", "viewer"):
        assert not world.scalar(who, "SELECT may_decide(:key)", key=key)
        with world.writing(who) as run:
            assert run(accept, change=change) == 0
        if who == "b":
            for state in ("accepted", "rejected", "partly_accepted"):
                world.refused("b", DECIDE, key=key, state=state)
        else:
            with world.writing(who) as run:
                assert run(DECIDE, key=key, state="accepted") == 0
    with world.writing("city") as run:
        assert run(accept, change=change) == 1
        assert run(DECIDE, key=key, state="accepted") == 1
    forged = DECIDE.replace("acting_name()", "'who-admin'")
    world.refused("city", forged, key=key, state="accepted")
    with world.writing("b") as run:
        assert run(DECIDE.replace("acting_name()", "NULL"), key=key, state="withdrawn") == 1


def test_what_is_asked_for_is_not_changed_afterwards(world: World) -> None:
    key, one, change = filed(world, "b", B, world.record[f"{B} open"])
    for who in ("b", "city", "admin"):
        world.refused(who, "UPDATE change SET new_value = '1' WHERE id = :id", id=change)
        world.refused(who, "UPDATE change SET path = 'beds' WHERE id = :id", id=change)
        world.refused(who, "UPDATE change_entry SET operation = 'delete' WHERE id = :id", id=one)
        world.refused(who, "UPDATE change_set SET filed_by = 'x' WHERE id = :id", id=key)
        world.refused(who, "UPDATE change_set SET unit_id = :a WHERE id = :id", id=key, a=A)
        world.refused(who, "DELETE FROM change_set WHERE id = :id", id=key)
        with world.writing(who) as run:  # the record of an entry is given once, to a new one
            other = world.record[f"{A} open"]
            assert run("UPDATE change_entry SET project_id = :p WHERE id = :id", id=one, p=other) == 0


def test_what_was_decided_stands(world: World) -> None:
    key, one, change = filed(world, "b", B, world.record[f"{B} open"])
    with world.database.writing(world.token["city"]) as connection:
        connection.execute(text("UPDATE change SET decision = 'rejected' WHERE id = :id"), {"id": change})
        connection.execute(text(DECIDE), {"key": key, "state": "rejected"})
    for who in ("b", "city", "admin"):
        with world.writing(who) as run:
            for state in ("submitted", "accepted", "withdrawn"):
                assert run("UPDATE change_set SET state = :state WHERE id = :key", key=key, state=state) == 0
            assert run("UPDATE change SET decision = 'accepted' WHERE id = :id", id=change) == 0
    world.refused("b", ENTRY, **entry(key, world.record[f"{B} open"]))
    world.refused("b", "INSERT INTO change (entry_id, path) VALUES (:entry, 'beds')", entry=one)


def test_a_unit_that_is_not_reviewed_decides_for_its_own_records_only(world: World) -> None:
    key, _, change = filed(world, "a", A, world.record[f"{A} open"])
    with world.writing("a") as run:
        assert run("UPDATE change SET decision = 'accepted' WHERE id = :id", id=change) == 1
        assert run(DECIDE, key=key, state="accepted") == 1
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE change_entry SET project_id = :p WHERE change_set_id = :key"),
            {"p": world.record[f"{B} open"], "key": key},
        )
    assert not world.scalar("a", "SELECT may_decide(:key)", key=key)


def test_a_new_record_gets_its_id_from_whoever_accepts_it(world: World) -> None:
    key, one, _ = filed(world, "b", B, None)
    give = "UPDATE change_entry SET project_id = :p WHERE id = :id"
    with world.writing("b") as run:
        assert run(give, id=one, p=world.record[f"{B} open"]) == 0
    with world.writing("city") as run:
        assert run(give, id=one, p=world.record[f"{B} open"]) == 1
        assert run(give, id=one, p=world.record[f"{A} open"]) == 0
    assert seen(world, key) == {"b", "city", "admin"}


def test_attachments_bear_the_name_of_whoever_brought_them(world: World) -> None:
    attach = (
        "INSERT INTO attachment (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
        " VALUES (:key, 'x.pdf', 'application/pdf', 1, 'x', :by)"
    )
    mine, theirs = world.record[f"{B} open"], world.record[f"{A} open"]
    world.refused("b", attach, key=mine, by="who-a")
    world.refused("b", attach, key=theirs, by="who-b")
    world.refused("viewer", attach, key=mine, by="who-viewer")
    with world.database.writing(world.token["b"]) as connection:
        connection.execute(text(attach), {"key": mine, "by": "who-b"})
    assert world.scalar("viewer", "SELECT count(*) FROM attachment") == 1
    remove = "UPDATE attachment SET removed_at = now()"
    for who, removed in (("a", 0), ("other", 0), ("viewer", 0), ("b", 1), ("city", 1)):
        with world.writing(who) as run:
            assert run(remove) == removed, who
    world.refused("city", "UPDATE attachment SET sha256 = 'y'")
    world.refused("admin", "DELETE FROM attachment")


def test_sources_of_the_library_are_not_added_to_or_changed(world: World) -> None:
    source = "INSERT INTO source (id, kind, title) VALUES ('x', :kind, 'x')"
    for kind in ("document", "package", "page"):
        world.refused("admin", source, kind=kind)
    world.refused("viewer", source, kind="file")
    world.refused("admin", "UPDATE source SET title = 'x'")
    with world.writing("b") as run:
        assert run(source, kind="file") == 1


def test_a_change_set_of_nobody_is_impossible(world: World) -> None:
    with pytest.raises(NotAllowed), world.database.reading() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE; SET LOCAL ROLE atlas_app")
        connection.execute(text(SET), {"unit": B, "by": None, "state": "submitted", "decided": None})
