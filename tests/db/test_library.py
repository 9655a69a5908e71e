"""The library in the database equals the reference tables, under every filter, on load and on reload."""

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, text

from data import setup
from data.database import Database
from data.importers.gazetteer import read_census, read_townships, read_villages
from data.importers.library import LibraryTables, read_library
from data.importers.tables import Row
from data.store import library_load, records
from data.store import names as names_store
from data.store.library import PostgisLibrary
from gis.datum import gcj02_to_wgs84
from projects.codes import Level, Precision
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.summary import Summary
from tests.db.making import acting, change, insert, project

pytestmark = pytest.mark.db

EVERYTHING = ProjectFilter()


@cache
def tables() -> LibraryTables:
    return read_library()


@cache
def by_id() -> dict[str, Row]:
    return {str(p["project_id"]): p for p in tables().projects}


@pytest.fixture(scope="module")
def everything(library: PostgisLibrary) -> dict[str, Summary]:
    return {record.id: record for record in library.stream(EVERYTHING)}


def chosen(**values: Any) -> ProjectFilter:
    return ProjectFilter.model_validate(values)


# ---- counts and findability ----


def test_counts_equal_the_reference_tables(library_database: Database) -> None:
    expected = {
        "project": len(tables().projects),
        "task_link": len(tables().mentions),
        "unit": len(tables().units),
        "unit_alias": len({(a["unit_id"], a["alias"]) for a in tables().unit_aliases}),
        "task": len(tables().tasks),
        "task_unit": len({(t["task_id"], t["role"], t["unit_id"]) for t in tables().task_units}),
        "target": len(tables().targets),
        "zone": len(tables().zones),
        "project_alias": len({(a["project_id"], a["alias"]) for a in tables().aliases}),
        "township": len(read_townships()),
        "village": len(read_villages()),
        "census_figure": len(read_census()),
        "slot": 831,
        "project_facet": len(tables().projects),
        "finance_line": 0,
        "milestone": 0,
        "project_party": 0,
    }
    with library_database.owning() as connection:
        assert {t: connection.scalar(text(f"SELECT count(*) FROM {t}")) for t in expected} == expected


def test_every_record_is_found_by_id_name_alias_and_printed_name(library: PostgisLibrary) -> None:
    words = [(p["project_id"], p["name"]) for p in tables().projects]
    words += [(a["project_id"], a["alias"]) for a in tables().aliases]
    words += [(m["project_id"], m["printed_name"]) for m in tables().mentions]
    lost = [
        (key, word)
        for key, word in words
        if key not in {r.id for r in library.page(chosen(q=word), limit=500).items}
    ]
    assert lost == []
    everyone = chosen(ids=tuple(by_id()))
    assert library.count(everyone).matched == len(by_id())


def test_nothing_of_a_record_is_money_a_date_or_an_invented_place(everything: dict[str, Summary]) -> None:
    for record in everything.values():
        assert record.total_investment_wan is None
        assert record.funding_status == "未报"
        assert (record.beds, record.floor_area_m2, record.land_mu, record.project_code) == (None,) * 4
        assert record.stage == (by_id()[record.id]["stage"] or "未明确")


def test_fields_stand_as_in_the_tables(everything: dict[str, Summary]) -> None:
    researched = {p["project_id"]: p for p in tables().places}
    for key, row in by_id().items():
        record = everything[key]
        for column in (
            "name",
            "kind",
            "category",
            "parent_id",
            "quantity_basis",
            "province_code",
            "prefecture_code",
            "county_code",
            "county_basis",
            "zone_id",
            "stage_words",
            "note",
        ):
            assert getattr(record, column) == row[column], (key, column)
        assert record.touches == tuple(sorted((row["touches"] or "").split()))
        assert record.delivery_mode == (row["delivery_mode"] or "未明确")
        assert str(record.quantity) == str(row["quantity"] and int(row["quantity"]))
        assert record.address == (researched[key]["address"] if key in researched else None)


# ---- every filter field alone against the tables ----


def units_of(role: str) -> Callable[[str], set[str]]:
    by_task = defaultdict(set)
    for row in tables().task_units:
        if row["role"] == role:
            by_task[row["task_id"]].add(str(row["unit_id"]))
    found = defaultdict(set)
    for mention in tables().mentions:
        found[mention["project_id"]] |= by_task[mention["task_id"]]
    return lambda key: found[key]


@cache
def tasks_of() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for mention in tables().mentions:
        found[str(mention["project_id"])].add(str(mention["task_id"]))
    return found


@cache
def document_of_task() -> dict[str, str]:
    return {str(t["task_id"]): str(t["document_id"]) for t in tables().tasks}


def areas_of(level: str) -> Callable[[str], set[str]]:
    def counties(row: Row) -> set[str]:
        return {str(row["county_code"])} - {"None"} | set((row["touches"] or "").split())

    if level == "county":
        return lambda key: counties(by_id()[key])
    digits = 4 if level == "prefecture" else 2

    def above(key: str) -> set[str]:
        own = by_id()[key][f"{level}_code"]
        found = {code[:digits].ljust(6, "0") for code in counties(by_id()[key])}
        return found | ({own} if own else set())

    return above


def column(name: str, default: str = "") -> Callable[[str], set[str]]:
    def of(key: str) -> set[str]:
        value = by_id()[key][name] or default
        return {value} if value else set()

    return of


FIELDS: dict[str, Callable[[], Callable[[str], set[str]]]] = {
    "county": lambda: areas_of("county"),
    "prefecture": lambda: areas_of("prefecture"),
    "province": lambda: areas_of("province"),
    "zone": lambda: column("zone_id"),
    "category": lambda: column("category"),
    "kind": lambda: column("kind"),
    "stage": lambda: column("stage", "未明确"),
    "funding": lambda: lambda key: {"未报"},
    "document": lambda: lambda key: {document_of_task()[t] for t in tasks_of()[key]},
    "task": lambda: lambda key: tasks_of()[key],
    "lead": lambda: units_of("lead"),
    "support": lambda: units_of("support"),
    "duty": lambda: units_of("duty"),
    "ids": lambda: lambda key: {key},
}
MUNICIPALITY = {"500000": "500000"}


@pytest.mark.parametrize("field", FIELDS)
def test_a_filter_equals_a_computation_over_the_tables(library: PostgisLibrary, field: str) -> None:
    values_of = FIELDS[field]()
    expected: dict[str, set[str]] = defaultdict(set)
    for key in by_id():
        for value in values_of(key):
            expected[value].add(key)
    if field == "prefecture":  # counties of a municipality stand under no prefecture of their own
        expected = {code: keys for code, keys in expected.items() if not code.startswith("50")}
    sample = sorted(expected) if len(expected) < 80 else sorted(expected)[::5]
    assert sample
    for value in sample:
        got = {r.id for r in library.page(chosen(**{field: (value,)}), limit=1000).items}
        assert got == expected[value], (field, value)
    two = sample[:2]
    both = {r.id for r in library.page(chosen(**{field: tuple(two)}), limit=1000).items}
    assert both == set().union(*(expected[value] for value in two)), "values of one field are joined with or"


def test_fields_are_joined_with_and(library: PostgisLibrary) -> None:
    some = chosen(category=("hospital",), document=("sg2016",), kind=("site",))
    got = {r.id for r in library.page(some, limit=1000).items}
    assert got == {
        k
        for k, p in by_id().items()
        if p["category"] == "hospital"
        and p["kind"] == "site"
        and "sg2016" in {document_of_task()[t] for t in tasks_of()[k]}
    }
    assert got


def test_precision_filter_and_counts(library: PostgisLibrary, everything: dict[str, Summary]) -> None:
    count = library.count(EVERYTHING)
    by_precision = Counter(r.precision for r in everything.values())
    for precision in Precision:
        assert library.count(chosen(precision=(precision,))).matched == by_precision[precision]
    assert count.matched == len(everything) == sum(by_precision.values())


def test_pages_follow_each_other_without_gap_or_repeat(
    library: PostgisLibrary, everything: dict[str, Summary]
) -> None:
    found: list[str] = []
    for offset in range(0, len(everything) + 50, 50):
        page = library.page(EVERYTHING, limit=50, offset=offset)
        assert page.matched == len(everything)
        assert page.returned == len(page.items) <= 50
        found += [r.id for r in page.items]
    assert found == sorted(everything)


# ---- places ----


def test_places_are_the_researched_ones_and_townships_and_nothing_else(
    everything: dict[str, Summary],
) -> None:
    researched = {p["project_id"]: p for p in tables().places if p["lon"] and int(str(p["precision"])) <= 3}
    townships = {t.code: t for t in read_townships()}
    for key, record in everything.items():
        if record.geometry is None:
            assert key not in researched
            assert record.place_method is None
            continue
        if key in researched:
            assert record.precision == int(str(researched[key]["precision"]))
            assert record.place_datum == (researched[key]["datum"] or "unknown")
            continue
        town = townships[str(record.township_code)]
        assert record.geometry == f'{{"type":"Point","coordinates":[{town.lon:.10g},{town.lat:.10g}]}}'
        assert (record.precision, record.place_basis) == (3, "derived")


def test_a_gcj02_point_is_converted_once(library: PostgisLibrary) -> None:
    place = next(p for p in tables().places if p["datum"] == "gcj02" and p["project_id"] == "CZ-0072")
    (stored,) = library.record("CZ-0072").places
    import numpy as np

    expected = gcj02_to_wgs84(np.array([[float(str(place["lon"])), float(str(place["lat"]))]]))[0]
    assert stored.geometry["coordinates"] == pytest.approx(expected.tolist(), abs=1e-7)
    assert stored.coordinates_entered == f"{float(str(place['lon']))}, {float(str(place['lat']))}"
    assert stored.datum_entered == "gcj02"


def test_a_point_of_unknown_datum_is_never_better_than_a_township(everything: dict[str, Summary]) -> None:
    unknown = [r for r in everything.values() if r.place_datum == "unknown"]
    assert unknown
    assert all(r.precision >= 3 for r in unknown)


# ---- aggregates ----


def test_areas_reconcile_with_the_matches(library: PostgisLibrary, everything: dict[str, Summary]) -> None:
    areas = library.area_counts(EVERYTHING)
    without = sum(
        not (r.county_code or r.zone_id or r.prefecture_code or r.province_code) for r in everything.values()
    )
    assert sum(area.total for area in areas) == len(everything) - without
    counties = {area.code: area.by_category for area in areas if area.level == "county"}
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    for record in everything.values():
        if record.county_code:
            expected[record.county_code][record.category] += 1
    assert counties == expected
    assert all(area.name != area.code for area in areas)
    only = library.area_counts(EVERYTHING, precisions=(4, 5))
    assert sum(area.total for area in only) == library.count(chosen(precision=(4, 5))).matched


def test_touching_counts_are_the_county_filter(library: PostgisLibrary) -> None:
    touching = library.touching_counts(EVERYTHING)
    for code in ("440232", "440281", "431002", "130304"):
        assert sum(touching[code].values()) == library.count(chosen(county=(code,))).matched
    programmes = [p for p in tables().projects if p["touches"]]
    assert programmes
    for row in programmes:
        for code in str(row["touches"]).split():
            assert row["project_id"] in {r.id for r in library.page(chosen(county=(code,)), limit=1000).items}


@pytest.mark.parametrize("field", [f for f in ProjectFilter.model_fields if f not in ("ids", "q")])
def test_options_count_what_choosing_them_finds(library: PostgisLibrary, field: str) -> None:
    under = EVERYTHING if field in ("document", "duty") else chosen(document=("sg2016", "cz2017"))
    options = library.options(field, under)
    assert options or field == "keylist", "no document puts a record on a list of key projects"
    assert len({o.value for o in options}) == len(options)
    for option in options[:: max(1, len(options) // 12)]:
        value = int(option.value) if field == "precision" else option.value
        assert library.count(under.with_(**{field: (value,)})).matched == option.count, option
        assert option.name


def test_an_options_own_field_does_not_narrow_it(library: PostgisLibrary) -> None:
    free = library.options("category", EVERYTHING)
    assert library.options("category", chosen(category=("tcm",))) == free


def test_choices_counted_together_are_those_counted_alone(library: PostgisLibrary) -> None:
    fields = [f for f in ProjectFilter.model_fields if f not in ("ids", "q")]
    for under in (EVERYTHING, chosen(q="温泉"), chosen(ids=("SG-0001", "CZ-0001"))):
        together = library.choices(fields, under)
        assert list(together) == fields
        assert together == {field: library.options(field, under) for field in fields}


def test_a_township_option_carries_its_registered_name(library: PostgisLibrary) -> None:
    registered = {t.code: t.name for t in read_townships()}
    options = library.options("township", EVERYTHING)
    assert {o.value: o.name for o in options} == {o.value: registered[o.value] for o in options}
    assert {o.value for o in options} >= {"440232100", "431022205"}
    assert all(o.parent[:4] == o.value[:4] for o in options)


def test_clusters_reconcile_with_the_points(library: PostgisLibrary) -> None:
    count = library.count(EVERYTHING)
    for bounds in ((73.0, 3.0, 136.0, 54.0), (112.0, 23.0, 115.0, 27.0)):
        found = library.clusters(EVERYTHING, bounds)
        for cluster in found:
            assert cluster.count == sum(cluster.by_category.values())
            assert len(cluster.ids) == (cluster.count if cluster.count <= 20 else 0)
            west, south, east, north = cluster.bounds
            assert west <= cluster.lon <= east
            assert south <= cluster.lat <= north
    whole = library.clusters(EVERYTHING, (73.0, 3.0, 136.0, 54.0))
    assert sum(c.count for c in whole) == count.points + count.township
    near = library.clusters(EVERYTHING, (112.9, 24.5, 114.4, 25.6))
    placed = {r.id for r in library.stream(chosen(precision=(1, 2, 3)))}
    shown = [key for cluster in near for key in cluster.ids]
    assert len(shown) == len(set(shown)) == sum(c.count for c in near) > 5
    assert set(shown) < placed
    assert library.clusters(EVERYTHING, (0.0, 0.0, 1.0, 1.0)) == ()


@pytest.mark.parametrize(
    "bounds", [(0.0, 0.0, 0.0, 0.0), (-1e308, -90.0, 1e308, 90.0), (136.0, 54.0, 73.0, 3.0)]
)
def test_odd_views_are_answered(library: PostgisLibrary, bounds: tuple[float, float, float, float]) -> None:
    assert sum(c.count for c in library.clusters(EVERYTHING, bounds)) <= library.count(EVERYTHING).matched


# ---- one record ----


def test_a_card_tells_where_everything_comes_from(library: PostgisLibrary) -> None:
    record = library.record("SG-0081")
    provenance = {p.field: p for p in record.provenance}
    assert provenance["name"].basis == "documented"
    assert provenance["name"].source == "韶府〔2016〕9号"
    assert provenance["category"].basis == "derived"
    assert provenance["county_code"].basis == "derived"
    assert "高校名单" in provenance["county_code"].source
    assert provenance["township"].basis == "derived"
    assert provenance["township"].source != "韶府〔2016〕9号", "a derived township is not in the document"
    assert provenance["address"].basis == "derived"
    assert record.summary.address == "马坝镇南华村曹溪路188号（曲江校区）"
    assert record.places[0].precision == 2
    assert {link.number for link in record.links} == {"韶府〔2016〕9号"}
    assert all(link.as_of_year == 2016 for link in record.links)


def test_a_township_that_the_name_tells_is_documented(library: PostgisLibrary) -> None:
    record = library.record("SG-0039")  # 乐昌市坪石镇区域性敬老院
    township = next(p for p in record.provenance if p.field == "township")
    assert (township.basis, township.source) == ("documented", "韶府〔2016〕9号")
    assert record.summary.precision in (3, 4)


@pytest.mark.parametrize("key", ["SG-0001", "SG-0028", "CZ-0024", "QHD-0015", "GX-0010", "YZ-0002"])
def test_links_and_parties_are_those_of_the_tables(library: PostgisLibrary, key: str) -> None:
    record = library.record(key)
    mentions = [m for m in tables().mentions if m["project_id"] == key]
    assert sorted((k.task_id, k.printed_name, k.quote) for k in record.links) == sorted(
        (m["task_id"], m["printed_name"], m["quote"]) for m in mentions
    )
    for role in ("lead", "support", "duty"):
        assert {p.unit_id for p in record.parties if p.role == role} == units_of(role)(key)
    assert all(p.printed for p in record.parties)
    candidates = (by_id()[key]["candidates"] or "").split()
    assert len(record.candidates) == len(candidates)


def test_parents_and_children_know_each_other(library: PostgisLibrary) -> None:
    children = [p for p in tables().projects if p["parent_id"]]
    assert children
    for row in children:
        parent = library.record(str(row["parent_id"]))
        assert row["project_id"] in {c.id for c in parent.children}
        child = library.record(str(row["project_id"]))
        assert child.parent is not None
        assert child.parent.id == row["parent_id"]


@pytest.mark.parametrize("key", ["", "SG-9999", "'; DROP TABLE project; --", "SG-0001 ", "\x00"[:0]])
def test_an_unknown_record_says_so(library: PostgisLibrary, key: str) -> None:
    with pytest.raises(UnknownRecord, match="no record"):
        library.record(key)


def test_an_unpublished_child_is_not_shown(writing: Connection) -> None:
    parent = project(writing)
    project(writing, parent_id=parent, published=False)
    seen = project(writing, parent_id=parent)
    with acting(writing):
        record = records.record(writing, parent, names_store.read(writing))
    assert [c.id for c in record.children] == [seen]


# ---- names and areas ----


def test_every_code_has_a_name(everything: dict[str, Summary]) -> None:
    for record in everything.values():
        for name in (
            record.province,
            record.prefecture,
            record.county,
            record.zone,
            *record.lead_units,
            *record.documents,
        ):
            assert name is None or not name.isascii(), (record.id, name)


@pytest.mark.parametrize(
    ("code", "name", "level"),
    [
        ("441900", "东莞市", "prefecture"),
        ("419001", "济源市", "county"),
        ("500000", "重庆市", "province"),
        ("440232", "乳源瑶族自治县", "county"),
        ("440200", "韶关市", "prefecture"),
    ],
)
def test_a_stand_in_has_the_name_of_what_it_is(
    library: PostgisLibrary, code: str, name: str, level: str
) -> None:
    area = library.area(code)
    assert area is not None
    assert (area.name, area.level) == (name, level)
    with library._database.reading() as connection:
        assert names_store.read(connection).area(code) == name


def test_unknown_codes_name_themselves_and_absent_ones_stay_unknown(library_database: Database) -> None:
    with library_database.reading() as connection:
        names = names_store.read(connection)
    assert names.area(None) is None
    assert names.area("999999") == "999999"
    assert names.zone(None) is None
    assert names.unit("nobody") == "nobody"


def test_areas_within_and_bounds(library: PostgisLibrary) -> None:
    counties = library.areas(Level.COUNTY, "440200")
    assert [a.code for a in counties] == [
        "440203",
        "440204",
        "440205",
        "440222",
        "440224",
        "440229",
        "440232",
        "440233",
        "440281",
        "440282",
    ]
    whole = library.bounds(["440200"])
    assert whole is not None
    for area in counties:
        assert area.bounds[0] >= whole[0] - 0.01
        assert area.bounds[3] <= whole[3] + 0.01
        assert area.bounds[0] < area.lon < area.bounds[2]
    assert library.bounds(["999999"]) is None
    assert library.area("999999") is None


def test_zones_list_their_counties_in_order(library: PostgisLibrary) -> None:
    zones = {zone.id: zone for zone in library.zones()}
    assert set(zones) == {z["zone_id"] for z in tables().zones}
    for row in tables().zones:
        assert zones[str(row["zone_id"])].counties == tuple(sorted((row["county_codes"] or "").split()))


# ---- loading again ----


def snapshot(connection: Connection) -> dict[str, list[Any]]:
    """Everything the library consists of, without clocks and row numbers."""
    queries = {
        "project": "SELECT to_jsonb(t) - 'created_at' - 'updated_at' FROM project t ORDER BY id",
        "place": "SELECT to_jsonb(t) - 'id' FROM project_place t ORDER BY project_id, position",
        "link": "SELECT to_jsonb(t) - 'id' FROM task_link t"
        " ORDER BY project_id, task_id, printed_name, quote",
        "facet": "SELECT to_jsonb(t) FROM project_facet t ORDER BY project_id",
        "issue": "SELECT to_jsonb(t) - 'id' FROM data_issue t ORDER BY project_id, code",
        "slot": "SELECT to_jsonb(t) FROM slot t ORDER BY programme_id, number",
        "target": "SELECT to_jsonb(t) FROM target t ORDER BY id",
        "task_unit": "SELECT to_jsonb(t) FROM task_unit t ORDER BY task_id, role, unit_id",
        "alias": "SELECT to_jsonb(t) FROM project_alias t ORDER BY project_id, alias",
        "area": "SELECT to_jsonb(t) FROM project_area t ORDER BY project_id, county_code, relation",
    }
    return {name: list(connection.scalars(text(query))) for name, query in queries.items()}


def test_loading_twice_changes_nothing(writing: Connection) -> None:
    before = snapshot(writing)
    counts = library_load.load(writing, tables(), setup.gazetteer())
    assert snapshot(writing) == before
    assert counts["kept_as_edited"] == 0
    assert counts["slots"] == 831


def test_what_an_office_changed_is_kept(writing: Connection) -> None:
    change(writing, "SG-0002", name="办公室改的名", county_code="440203", updated_by="sg-health")
    insert(writing, "project_alias", {"project_id": "SG-0002", "alias": "办公室的别名", "kind": "public"})
    insert(
        writing,
        "project_place",
        {
            "project_id": "SG-0003",
            "geom": "SRID=4326;POINT(113.6 24.8)",
            "precision": 1,
            "method": "gps",
            "basis": "reported",
            "datum_entered": "wgs84",
        },
    )
    writing.execute(text("UPDATE project SET name = 'x' WHERE id = 'SG-0004'"))
    counts = library_load.load(writing, tables(), setup.gazetteer())
    names = names_store.read(writing)
    kept = records.record(writing, "SG-0002", names).summary
    assert (kept.name, kept.county_code) == ("办公室改的名", "440203")
    assert "办公室的别名" in kept.aliases
    assert records.record(writing, "SG-0003", names).summary.precision == 1
    assert records.record(writing, "SG-0004", names).summary.name == by_id()["SG-0004"]["name"]
    assert counts["kept_as_edited"] == 2


def test_a_line_taken_out_of_a_document_goes(writing: Connection) -> None:
    from dataclasses import replace

    fewer = replace(tables(), targets=tables().targets[1:], task_units=tables().task_units[1:])
    library_load.load(writing, fewer, setup.gazetteer())
    assert writing.scalar(text("SELECT count(*) FROM target")) == len(tables().targets) - 1
    assert len(snapshot(writing)["task_unit"]) == len(
        {(t["task_id"], t["role"], t["unit_id"]) for t in fewer.task_units}
    )


def test_a_filled_database_is_ready_at_once(library_database: Database) -> None:
    lines: list[str] = []
    setup.initialise(library_database, lines.append)
    assert [line.split(": ")[1].split()[0] for line in lines[1:]] == ["present"] * 4
