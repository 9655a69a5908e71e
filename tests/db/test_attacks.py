"""Attacks over SQL as the roles of the pages, beside those of ``test_access``: functions, lies, the pool."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import APP_ROLE, Database
from projects.errors import AtlasError, SignInNeeded, StorageUnavailable
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, CLEAN, OTHER_CITY, A, B, World, backend, left_over
from tests.db.test_access_changes import CHANGE, DECIDE, ENTRY, SET, entry, filed, head

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


@pytest.fixture
def one_connection(world: World) -> Iterator[Database]:
    """The same database through a pool of one connection, so that everybody gets the same."""
    database = Database(str(world.database._app.url), str(world.database.owner.url))
    yield database
    database.dispose()


# ---- functions with the owner's rights ----

PURE = {"representative_point", "county_at", "counties_of", "near_county_line", "funding_status"}
# Of lists that everybody reads: whether this is practice, the steps in order, which areas lie in which.
PURE |= {"is_practice", "milestone_codes", "area_of_unit"}
# Of the registry of units, which everybody reads: who answers for a unit today.
PURE |= {"current_unit", "with_predecessors"}
ABOUT_ME = {
    "who_am_i",
    "my_former_unit",
    "evaluates",
    "acting_account",
    "acting_name",
    "signed_in",
    "sees_everything",
    "may_file",
    "writes_everything",
    "readable_units",
    "reader_keys",
    "fileable_units",
    "writable_units",
    "open_entries",
    "decidable_entries",
    "worker_alive",
    "planning_areas",
    "deciding_areas",
    "may_order_round",
}
MATTER = """jsonb_build_object('kind', 'land', 'title', 'x', 'project_id', CAST(:hidden AS text),
    'raised_unit', CAST(:b AS text), 'lead_unit', CAST(:b AS text))"""
CALLS = {
    "may_answer_matter": ":matter",
    "may_settle_matter": ":matter",
    "may_run_meeting": ":meeting",
    "raise_matter": MATTER,
    "change_matter": f":matter, 1, {MATTER}, 'x'",
    "answer_matter": ":matter, 'x', 'in_hand'",
    "move_matter": ":matter, 'closed', 'x'",
    "call_meeting": "jsonb_build_object('title', 'x', 'unit_id', CAST(:b AS text))",
    "change_meeting": ":meeting, 1, jsonb_build_object('title', 'x')",
    "put_on_agenda": ":meeting, ARRAY[CAST(:matter AS integer)]",
    "take_off_agenda": ":meeting, :matter",
    "decide_item": ":meeting, :matter, 'x', NULL",
    "close_meeting": ":meeting",
    "agenda_counts": "ARRAY[CAST(:meeting AS integer)]",
    "sees_subject": "'evaluation', :finding",
    "may_attach": "'evaluation', :finding",
    "may_evaluate": ":hidden, NULL",
    "may_edit_evaluation": ":finding",
    "rename_unit": "'sg-health', 'ZZ 新名称', DATE '2019-03-01', 'x'",
    "merge_unit": "'sg-health', 'sg-civil', DATE '2019-03-01', 'x'",
    "accounts_of_units": "ARRAY[:b]",
    "may_read_unit": ":b",
    "may_write_unit": ":b",
    "may_file_for": ":hidden",
    "change_set_concerns_me": ":set",
    "may_decide": ":set",
    "owner_of": ":b, NULL, NULL, NULL",
    "next_project_id": "'TST'",
    "next_project_ids": "'TST', 1",
    "adopt_units": "ARRAY['ZZ 新单位'], ARRAY['enterprise']",
    "name_new_entries": ":set, ARRAY[:entry], ARRAY[:mine]",
    "job_submit": "'geocode', 'x', '{}'::jsonb",
    "near_places": "ARRAY[:lon], ARRAY[:lat], 30",
    "job_cancel": ":job",
    "may_handle_slots": ":b",
    "claim_slots": ":programme, :b, 1",
    "release_slots": ":programme, :b, 1",
    "place_slot": ":hidden",
    "free_slot_of": ":clinic",
    "may_plan": ":b",
    "may_publish_for": ":b",
    "propose_edition": "'catalogue', :b, 2026, 'x', '', '', NULL, ARRAY[:clinic], ARRAY['x'],"
    " '{}', '{}', '{}'",
    "decide_edition": ":edition, true, 'x'",
    "withdraw_edition": ":edition",
    "edition_heirs": "ARRAY[:edition]",
    "may_note_event": ":event, 2, :b, NULL, NULL",
    "may_note_shown": ":event, 1, 'SG-0001'",
    "shown_meeting": ":event",
    "may_file_indicator": ":b, :b",
    "file_indicator": ":b, 'zhiweibing_centre_share', :b, NULL, DATE '2019-12-31', 5, NULL, NULL, 'x'",
    "decide_indicator": ":report, true, 'x'",
    "make_api_token": ":b, 'x', sha256('x'::bytea), 30",
    "revoke_api_token": ":token",
    "note_api_token_use": "",
    "pack_keep": """jsonb_build_object('edition_id', :edition, 'title', 'x', 'records', 1, 'language', 'zh',
        'folder', md5('attack'), 'files', '[]'::jsonb, 'chosen', '{}'::jsonb, 'detail', '{}'::jsonb), 30""",
    "pack_share_make": ":pack, sha256('x'::bytea), 5",
    "pack_share_revoke": ":share",
    "may_edit_directory": ":directory",
    "own_directory_draft": ":directory",
    "directory_start": "'pilots', '{}', :b, 'x', DATE '2026-01-01', :directory, '{}'",
    "directory_rename": ":directory, 1, 'x', DATE '2026-01-01'",
    "directory_put": ":directory, '[]'::jsonb",
    "directory_remove": ":directory, ARRAY[1]",
    "directory_publish": ":directory, 1",
    "directory_withdraw": ":directory, 'x'",
    "monday_keep": """jsonb_build_object('made_on', '2026-11-23', 'folder', md5('attack')),
        jsonb_build_array(jsonb_build_object(
            'unit_id', CAST(:b AS text), 'unit_name', 'x', 'failure', 'x'))""",
    "monday_sent": "ARRAY[:sheet], 'x'",
    "monday_returned": ":mark, :b, NULL, NULL, 1, 1",
}
"""Function → arguments that are about what belongs to county B, or to nobody."""
OWN_DEEDS = {"next_project_id", "job_submit"}
"""What every account may do for itself: a number that is never used, a job of its own."""
WRITTEN = text(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE schemaname = 'atlas'"
)


def aims(world: World) -> dict[str, Any]:
    """Return what the calls are aimed at: a hidden record of B, its place, a queued set, a job, a clinic."""
    hidden = world.record[f"{B} hidden"]
    key, _, _ = filed(world, "b", B, hidden)
    with world.database.writing(world.token["b"]) as connection:
        job = connection.scalar(text("SELECT job_submit('geocode', 'x', '{}'::jsonb)"))
    with world.database.owning() as connection:
        point = connection.execute(
            text("SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM project_place WHERE project_id = :key"),
            {"key": hidden},
        ).one()
        programme = connection.scalar(text("SELECT min(programme_id) FROM slot"))
        entry_id = connection.scalar(
            text("SELECT id FROM change_entry WHERE change_set_id = :key"), {"key": key}
        )
    return (
        waiting(world)
        | given_out(world)
        | asked(world, hidden)
        | evaluated(world)
        | listed(world)
        | monday_list(world)
        | {
            "b": B,
            "hidden": hidden,
            "set": key,
            "entry": entry_id,
            "mine": world.record[f"{A} open"],
            "job": job,
            "lon": point.lon,
            "lat": point.lat,
            "programme": programme,
            "clinic": world.record[f"{B} open"],
        }
    )


def evaluated(world: World) -> dict[str, Any]:
    """Put in a finding about B that is not handed in, and an evaluator of another city."""
    with world.database.owning() as connection:
        if "evaluator" not in world.token:
            world.token["evaluator"] = making.token_of(
                connection, "who-evaluator", "evaluator", scope_code=OTHER_CITY
            )
        made = connection.scalar(
            text(
                "INSERT INTO evaluation (title, detail, area_code, rating, written_by, organisation)"
                " VALUES ('x', 'x', :b, 'poor', 'somebody', 'x') RETURNING id"
            ),
            {"b": B},
        )
    return {"finding": made}


def listed(world: World) -> dict[str, Any]:
    """Open a draft of a directory of B, once."""
    start = text("SELECT directory_start('pilots', '{}', :b, 'x', '2026-01-01', NULL, '{}')")
    with world.database.writing(world.token["b"]) as connection:
        held = connection.scalar(text("SELECT min(id) FROM directory"))
        return {"directory": held or connection.scalar(start, {"b": B})}


def given_out(world: World) -> dict[str, Any]:
    """Make what B gives out: a pack, a link to it, a token of its unit."""
    with world.database.writing(world.token["b"]) as connection:
        pack = connection.scalar(text(f"SELECT pack_keep({PACK}, 30)"))
        share = connection.scalar(
            text("SELECT pack_share_make(:pack, sha256(gen_random_uuid()::text::bytea), 5)"), {"pack": pack}
        )
    with world.database.owning() as connection:
        token = connection.scalar(
            text(
                "INSERT INTO api_token (unit_id, title, token_sha256, created_by, expires_at)"
                " VALUES (:b, 'x', sha256(gen_random_uuid()::text::bytea), 'x', now() + interval '1 day')"
                " RETURNING id"
            ),
            {"b": B},
        )
    return {"pack": pack, "share": share, "token": token}


def monday_list(world: World) -> dict[str, Any]:
    """Make a Monday list of B and return its sheet and the mark in its workbook."""
    with world.database.owning() as connection:
        row = connection.execute(
            text(
                "WITH made AS (INSERT INTO monday_round (made_on, made_by, folder)"
                " VALUES ('2026-11-23', 'x', md5(gen_random_uuid()::text)) RETURNING id)"
                " INSERT INTO monday_sheet (round_id, unit_id, unit_name, mark, file)"
                " SELECT id, :b, 'x', left(md5(gen_random_uuid()::text), 16), '0001.xlsx' FROM made"
                " RETURNING id AS sheet, mark"
            ),
            {"b": B},
        ).one()
    return dict(row._mapping)


def asked(world: World, hidden: str) -> dict[str, Any]:
    """Raise a matter of B about its hidden record, and call a meeting on it."""
    with world.database.writing(world.token["b"]) as connection:
        given = {"b": B, "hidden": hidden}
        matter = connection.scalar(text(f"SELECT raise_matter({MATTER})"), given)
        meeting = connection.scalar(text(f"SELECT call_meeting({CALLS['call_meeting']})"), given)
        connection.execute(text("SELECT put_on_agenda(:m, ARRAY[:k])"), {"m": meeting, "k": matter})
    return {"matter": matter, "meeting": meeting}


PACK = (
    "jsonb_build_object('title', 'x', 'records', 1, 'language', 'zh', 'folder', md5(gen_random_uuid()::text),"
    " 'files', '[]'::jsonb, 'chosen', '{}'::jsonb, 'detail', '{}'::jsonb)"
)


def waiting(world: World) -> dict[str, Any]:
    """File of B what waits: a plan with a record that was merged since, a visit, a figure."""
    with world.database.owning() as connection:
        key = making.project(connection, owner_unit_id=B, county_code=B)
    with world.database.writing(world.token["b"]) as connection:
        made = {
            "edition": PROPOSE,
            "event": "INSERT INTO promotion_event (kind, unit_id, project_id, counterpart)"
            " VALUES ('visit', :b, :key, 'x') RETURNING entry_id",
            "report": "SELECT report_id FROM file_indicator(:b, 'zhiweibing_centre_share', :b, NULL,"
            " DATE '2020-12-31', 50, NULL, NULL, :key)",
        }
        given = {"b": B, "key": key}
        found = {name: connection.scalar(text(statement), given) for name, statement in made.items()}
    with world.database.owning() as connection:
        making.change(connection, key, merged_into_id="SG-0001")
    heirs = "SELECT count(*) FROM edition_heirs(ARRAY[:edition])"
    assert world.scalar("b", heirs, edition=found["edition"]) == 1, "whom it concerns is told"
    return found


PROPOSE = (
    "SELECT propose_edition('rolling_plan', :b, 2026, 'x', '', '', NULL, ARRAY[:key], ARRAY['x'],"
    " '{}', '{}', '{}')"
)


def functions_of(connection: Connection, role: str) -> set[str]:
    return set(
        connection.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'atlas'::regnamespace"
                " AND has_function_privilege(:role, oid, 'EXECUTE')"
            ),
            {"role": role},
        )
    )


def test_no_function_changes_or_tells_what_is_anothers(world: World) -> None:
    """Everything that may be called is called with another county's things in its arguments."""
    given = aims(world)
    with world.database.owning() as connection:
        assert functions_of(connection, APP_ROLE) == PURE | ABOUT_ME | set(CALLS)
        for who in ("a", "other", "viewer", "fresh", "evaluator"):
            for name, arguments in CALLS.items():
                wrote, said = called(
                    connection, world.token[who], f"SELECT * FROM {name}({arguments})", given
                )
                makes = name in OWN_DEEDS or (
                    who in ("a", "other") and name in ("next_project_ids", "adopt_units")
                )
                assert makes or not wrote, (who, name)
                if name.startswith(("may_", "sees_subject", "change_set_", "job_cancel")):
                    assert said in ([(False,)], None), (who, name)
                if name == "shown_meeting":
                    assert said in ([], [(None, None, None)], None), who
                if name in ("edition_heirs", "agenda_counts", "accounts_of_units"):
                    assert said in ([], None), who
                if name == "near_places":
                    assert given["hidden"] not in {row[1] for row in said or ()}, who


def called(
    connection: Connection, token: str, call: str, given: dict[str, Any]
) -> tuple[int, list[Any] | None]:
    """Return how many rows a call wrote and what it said, None when it was refused; it is undone."""
    with making.acting(connection, token):
        before = connection.scalar(WRITTEN)
        try:
            with connection.begin_nested():
                said: list[Any] | None = [tuple(row) for row in connection.execute(text(call), given)]
        except DBAPIError as error:
            assert getattr(error.orig, "sqlstate", "") in ("42501", "23514"), (call, error)
            return 0, None
        return int(connection.scalar(WRITTEN) or 0) - int(before or 0), said


def test_a_point_tells_of_no_record_that_is_gone_or_hidden(world: World) -> None:
    near = "SELECT project_id FROM near_places(ARRAY[:lon], ARRAY[:lat], 30)"
    given = aims(world)
    found = {
        who: world.names(who, near, lon=given["lon"], lat=given["lat"])
        for who in ("a", "viewer", "b", "city")
    }
    assert world.record[f"{B} open"] in found["a"]
    for state in ("hidden", "deleted", "merged"):
        assert world.record[f"{B} {state}"] not in found["a"] | found["viewer"]
    assert world.record[f"{B} hidden"] in found["b"] & found["city"]


# ---- rights that nobody thought of ----

DOORS = (APP_ROLE, "atlas_anonymous", "atlas_door")
RELATIONS = "SELECT relname FROM pg_class WHERE relnamespace = 'atlas'::regnamespace"


def test_no_view_sequence_or_table_is_open_by_another_way(world: World) -> None:
    """Views run with their owner's rights unless they say otherwise: one read so shows everything."""
    with world.database.owning() as connection:
        for role in DOORS:
            views = (
                f"{RELATIONS} AND relkind IN ('v', 'm')"
                " AND NOT coalesce(reloptions, '{}') @> '{security_invoker=true}'"
            )
            open_views = f"{views} AND has_table_privilege(:role, oid, 'SELECT')"
            assert list(connection.scalars(text(open_views), {"role": role})) == []
            assert (
                list(
                    connection.scalars(
                        text(
                            f"{RELATIONS} AND CASE relkind"
                            " WHEN 'S' THEN has_sequence_privilege(:role, oid, 'UPDATE') END"
                        ),
                        {"role": role},
                    )
                )
                == []
            )
            assert (
                list(
                    connection.scalars(
                        text(
                            f"{RELATIONS} AND relkind = 'r' AND"
                            " has_table_privilege(:role, oid, 'TRUNCATE, TRIGGER, REFERENCES')"
                        ),
                        {"role": role},
                    )
                )
                == []
            )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_import('/etc/passwd')",
        "COPY project TO '/tmp/atlas-attack'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_ls_dir('.')",
        "CREATE EXTENSION dblink",
        "ALTER ROLE atlas_app SUPERUSER",
        "ALTER ROLE atlas_door LOGIN",
        "GRANT atlas_door TO atlas_app",
        "SELECT pg_reload_conf()",
        "CREATE TEMP TABLE mine (x int); CREATE TRIGGER t AFTER INSERT ON mine"
        " EXECUTE FUNCTION atlas.history_after_write('x', 'x')",
        "CREATE TEMP TABLE mine (x int); CREATE TRIGGER t AFTER INSERT ON mine"
        " EXECUTE FUNCTION atlas.free_slot()",
        "CREATE TEMP VIEW mine AS SELECT 1; ALTER VIEW mine OWNER TO atlas_owner",
        "CREATE FUNCTION public.acting_account() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION atlas.acting() SECURITY INVOKER",
        "CREATE RULE r AS ON SELECT TO project DO INSTEAD NOTHING",
        "SELECT setval('project_place_id_seq', 1)",
    ],
)
def test_no_statement_reaches_files_programs_roles_or_triggers(world: World, statement: str) -> None:
    for who in ("a", "admin"):
        with (
            pytest.raises((AtlasError, DBAPIError)) as caught,
            world.database.writing(world.token[who]) as connection,
        ):
            connection.exec_driver_sql(statement)
        cause = caught.value.__cause__ if isinstance(caught.value, AtlasError) else caught.value
        assert cause.orig.sqlstate in ("42501", "42809"), (who, cause)  # type: ignore[union-attr]


def test_nobody_reads_the_token_of_somebody_who_is_working(world: World) -> None:
    with world.database.writing(world.token["city"], "geheim") as other:
        assert other.scalar(text("SELECT acting_name()")) == "who-city"
        for who in ("", "a", "admin"):
            with world.database.reading(world.token[who]) as connection:
                for query in (
                    "SELECT string_agg(query, ' ') FROM pg_stat_activity",
                    "SELECT string_agg(setting, ' ') FROM pg_settings",
                    "SELECT string_agg(statement, ' ') FROM pg_prepared_statements",
                ):
                    seen = str(connection.scalar(text(query)))
                    assert world.token["city"] not in seen and "geheim" not in seen


# ---- lies ----


def test_history_names_no_change_set_that_is_not_ones_own(world: World) -> None:
    """A change made by hand is not put into the mouth of somebody else's review, nor of one that is over."""
    foreign, _, _ = filed(world, "b", B, world.record[f"{B} open"])
    mine, _, _ = filed(world, "a", A, world.record[f"{A} open"])
    over, _, _ = filed(world, "a", A, world.record[f"{A} open"])
    with world.database.writing(world.token["a"]) as connection:
        connection.execute(text(DECIDE), {"key": over, "state": "rejected"})
    for said, kept in ((foreign, None), (over, None), (10**6, None), (mine, mine)):
        with world.database.writing(world.token["a"], "x", said) as connection:
            key = world.record[f"{A} open"]
            connection.execute(
                text("UPDATE project SET note = :n WHERE id = :key"), {"n": str(said), "key": key}
            )
            line = text("SELECT change_set_id FROM history WHERE project_id = :key ORDER BY id DESC LIMIT 1")
            assert connection.scalar(line, {"key": key}) == kept


def test_a_withdrawal_bears_nobodys_name_and_words_stay_as_they_were_filed(world: World) -> None:
    key, _, _ = filed(world, "b", B, world.record[f"{B} open"])
    take_back = "UPDATE change_set SET state = 'withdrawn', decided_by = :by WHERE id = :key"
    for by in ("who-city", "who-b"):
        world.refused("b", take_back, key=key, by=by)
    for column in ("title", "reason"):
        for who in ("b", "city", "admin"):
            world.refused(who, f"UPDATE change_set SET {column} = 'y' WHERE id = :key", key=key)
    with world.writing("b") as run:
        assert run(take_back, key=key, by=None) == 1


def test_nothing_is_filed_or_brought_at_another_time(world: World) -> None:
    """The age in the queue and on the card is the database's."""
    before = SET.replace("(title", "(created_at, title").replace("('x'", "('2020-01-01', 'x'", 1)
    world.refused("b", before, **head(B, "b"))
    world.refused(
        "b",
        "INSERT INTO attachment"
        " (project_id, file_name, media_type, size_bytes, sha256, uploaded_by, uploaded_at)"
        " VALUES (:key, 'x.pdf', 'application/pdf', 1, 'x', 'who-b', '2020-01-01')",
        key=world.record[f"{B} open"],
    )


def test_a_shared_change_set_shows_each_county_its_own_records(world: World) -> None:
    """The city's upload touches a hidden record of B; A, which has a row in it too, does not read B's."""
    with world.database.writing(world.token["city"]) as connection:
        key = connection.scalar(text(SET), head(CITY, "city"))
        for county in (A, B):
            one = connection.scalar(text(ENTRY), entry(key, world.record[f"{county} hidden"]))
            connection.scalar(text(CHANGE), {"entry": one, "decision": None})
    entries = "SELECT project_id FROM change_entry WHERE change_set_id = :key"
    changes = "SELECT count(*) FROM change JOIN change_entry e ON e.id = entry_id WHERE change_set_id = :key"
    for who, counties in (("a", {A}), ("b", {B}), ("city", {A, B}), ("admin", {A, B}), ("other", set())):
        assert world.names(who, entries, key=key) == {world.record[f"{c} hidden"] for c in counties}, who
        assert world.scalar(who, changes, key=key) == len(counties), who


def test_the_public_does_not_read_what_offices_call_their_files(world: World) -> None:
    with world.database.writing(world.token["b"]) as connection:
        connection.execute(
            text("INSERT INTO source (id, kind, title) VALUES ('file-0', 'file', '内部储备.xlsx')")
        )
    count = "SELECT count(*) FROM source WHERE id = 'file-0'"
    assert [world.scalar(who, count) for who in ("", "viewer", "b")] == [0, 1, 1]
    assert "内部储备.xlsx" not in {source["title"] for source in world.library.sources()}
    assert world.scalar("", "SELECT count(*) FROM source WHERE kind IN ('document', 'package')") > 5


# ---- the pool ----


def test_after_a_time_limit_and_a_refusal_the_connection_is_nobodys(
    one_connection: Database, world: World
) -> None:
    with one_connection.reading() as connection:
        first = backend(connection)
    with (
        pytest.raises(StorageUnavailable),
        one_connection.writing(world.token["admin"], "why", 7) as connection,
    ):
        connection.exec_driver_sql("SET LOCAL statement_timeout = '30ms'")
        connection.exec_driver_sql("SELECT pg_sleep(5)")
    with pytest.raises(SignInNeeded), one_connection.writing("x" * 43):
        pass
    with pytest.raises(AtlasError), one_connection.writing(world.token["admin"]) as connection:
        connection.exec_driver_sql("DELETE FROM project")
    with one_connection.reading() as connection:
        assert (backend(connection), left_over(connection)) == (first, CLEAN)


def test_a_statement_left_in_the_connection_is_not_run_for_the_next_person(
    one_connection: Database, world: World
) -> None:
    """Prepared statements outlive a transaction: one under the driver's name would run as the victim."""
    theirs = world.record[f"{B} open"]
    for _ in range(12):  # more often than the driver repeats something before it prepares it
        with one_connection.writing(world.token["city"], "work") as connection:
            first = backend(connection)
    with one_connection.writing(world.token["a"]) as connection:
        assert backend(connection) == first
        query = (
            "SELECT name, parameter_types::text AS types FROM pg_prepared_statements"
            " WHERE statement LIKE :what"
        )
        for row in connection.execute(text(query), {"what": "%atlas.reason%"}).all():
            connection.exec_driver_sql(f'DEALLOCATE "{row.name}"')
            evil = f"UPDATE atlas.project SET note = 'stolen' WHERE id = '{theirs}' RETURNING true"
            connection.exec_driver_sql(f'PREPARE "{row.name}" ({row.types.strip("{}")}) AS {evil}')
    with one_connection.writing(world.token["city"], "work"):
        pass
    assert world.scalar("city", "SELECT note FROM project WHERE id = :key", key=theirs) != "stolen"
