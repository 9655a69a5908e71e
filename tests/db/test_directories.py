"""Directories on real PostGIS: drafts, files, places, publishing, comparing, and whose eyes see what.

County A (乳源) publishes by itself, county B (乐昌) is reviewed by its city; both lie in 韶关.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from data.store.directories.adapter import PostgisDirectories
from projects.directories.model import EditionState, Entry, Verdict
from projects.directories.ports import EntriesAsked
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.fields import JsonValue
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

A, B, CITY, ELSEWHERE = "440232", "440281", "440200", "431000"
DAY = date(2026, 6, 1)
ALL = EntriesAsked()
IN_A = {"lon": "113.275", "lat": "24.776", "datum": "WGS84"}
HALL: Mapping[str, JsonValue] = {
    "name": "旧车站大楼",
    "kind": "办公楼宇",
    "new_building": "是",
    "floor_area_m2": "2,000",
    "tenure": "国有出让",
    "contact": "王某 0751-1234567",
    **IN_A,
}
HOSTILE = "<script>alert(1)</script> =1+1 **粗** ${x} '; DROP TABLE directory; --"
OWN = """
zh = "测试名录"
en = "Test list"
[[column]]
name = "name"
type = "text"
zh = "名称"
required = true
[[column]]
name = "amount"
type = "money"
zh = "金额（万元）"
[[column]]
name = "kind"
type = "choice"
zh = "类别"
choices = ["甲", "乙"]
[[column]]
name = "ok"
type = "boolean"
zh = "合格"
[[column]]
name = "seat"
type = "county"
zh = "所在县"
[[column]]
name = "owner"
type = "unit"
zh = "单位"
[[column]]
name = "site"
type = "url"
zh = "网址"
[[column]]
name = "record"
type = "project"
zh = "项目"
[[computed]]
name = "large"
zh = "大额合格"
source = "本办规定"
[[computed.conditions]]
column = "amount"
test = "at_least"
value = 100
[[computed.conditions]]
column = "ok"
test = "equals"
value = true
"""


@dataclass
class World:
    """One database with the people of a prefecture, and a folder of own definitions."""

    database: Database
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def of(self, who: str) -> PostgisDirectories:
        """Return the directories with somebody's rights; "nobody" has not signed in."""
        return PostgisDirectories(
            self.database, self.tokens.get(who, ""), Settings(data_dir=self.folder, demo=False)
        )

    def define(self, key: str, content: str) -> None:
        """Write a definition into the office's own folder."""
        (self.folder / "directories").mkdir(exist_ok=True)
        (self.folder / "directories" / f"{key}.toml").write_text(content, "utf-8")

    def run(self, statement: str, **values: Any) -> Any:
        """Run a statement as the owner of the tables."""
        with self.database.owning() as connection:
            return connection.execute(text(statement), values)

    def attack(self, who: str, statement: str, **values: Any) -> str:
        """Run a statement as somebody's session and return what the server said, "" when it was let."""
        with self.database.owning() as connection, making.acting(connection, self.tokens.get(who, "")):
            try:
                with connection.begin_nested():
                    connection.execute(text(statement), values)
            except Exception as error:  # noqa: BLE001 - whatever was said
                return str(getattr(getattr(error, "orig", error), "sqlstate", error))
        return ""


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        made = World(database, tmp_path_factory.mktemp("office"))
        with database.owning() as connection:
            connection.execute(text("UPDATE owner_unit SET reviewed = (id <> :a)"), {"a": A})
            people: dict[str, tuple[str, dict[str, Any]]] = {
                "a": ("editor", {"unit_id": A}),
                "b": ("editor", {"unit_id": B}),
                "city": ("reviewer", {"scope_code": CITY}),
                "other": ("reviewer", {"scope_code": ELSEWHERE}),
                "viewer": ("viewer", {}),
                "admin": ("administrator", {}),
            }
            for name, (role, more) in people.items():
                made.tokens[name] = making.token_of(connection, f"dir-{name}", role, **more)
        made.define("test_list", OWN)
        yield made


@pytest.fixture
def draft(world: World) -> Iterator[int]:
    """An empty draft of county A's vacant space, taken back at the end whatever became of it."""
    key = world.of("a").start("vacant_space", A, "闲置资源", DAY)
    yield key
    if world.of("admin").edition(key)[0].state is not EditionState.WITHDRAWN:
        world.of("admin").withdraw(key, "测试完毕")


@pytest.fixture
def plain(world: World) -> Iterator[int]:
    """An empty draft of the city of a list without a map."""
    key = world.of("city").start("test_list", CITY, "测试名录", DAY)
    yield key
    if world.of("admin").edition(key)[0].state is not EditionState.WITHDRAWN:
        world.of("admin").withdraw(key, "测试完毕")


def table(*rows: Mapping[str, Any]) -> bytes:
    """Return a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    headings = list(dict.fromkeys(key for row in rows for key in row))
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def lines(directories: PostgisDirectories, key: int, asked: EntriesAsked = ALL) -> tuple[Entry, ...]:
    return directories.entries(key, asked, limit=None).items


# ---- one line ----


def test_a_line_is_read_as_people_write_it_and_flagged_by_its_rule(world: World, draft: int) -> None:
    entry = world.of("a").put(draft, None, HALL)
    assert entry.cells["floor_area_m2"] == "2000" and entry.cells["new_building"] is True
    assert entry.flags == {"area_for_subsidy": Verdict.YES}
    assert (entry.place.lon, entry.place.lat, entry.place.county_code) == (113.275, 24.776, A)
    assert entry.place.datum_entered == "wgs84" and entry.place.doubt == ""
    again = world.of("a").put(
        draft, entry.key, {"name": "旧车站大楼", "kind": "办公楼宇", "new_building": "是"}
    )
    assert again.key == entry.key and again.position == entry.position
    assert again.flags["area_for_subsidy"] is Verdict.UNKNOWN, "an area that nobody wrote is not 0"
    assert again.place.lon is None and "contact" not in again.cells, "a form says all of a line"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"name": ""}, "名称"),
        ({"name": "x", "kind": "城堡"}, "城堡"),
        ({"name": "x", "floor_area_m2": "很大"}, "很大"),
        ({"name": "x", "floor_area_m2": "-3"}, "-3"),
        ({"name": "x", "free_from": "2026年"}, "2026年"),
        ({"name": "x" * 201}, "200"),
        ({"name": "x", "project": "SG-9999"}, "SG-9999"),
        ({"name": "x", "county": "北湖区"}, "北湖区"),
        ({"name": "x", "county": "无此县"}, "无此县"),
        ({"name": "x", "colour": "red"}, "colour"),
        ({"name": ["x"]}, "名称"),
    ],
)
def test_a_wrong_cell_is_named_with_its_value(
    world: World, draft: int, cells: dict[str, JsonValue], said: str
) -> None:
    with pytest.raises(BadValue, match=said):
        world.of("a").put(draft, None, cells)
    assert lines(world.of("a"), draft) == ()


@pytest.mark.parametrize(
    ("place", "doubt"),
    [
        ({"lon": "113.275", "lat": "24.776"}, "坐标系"),
        ({"lon": "113.275", "lat": "24.776", "datum": "不清楚"}, "坐标系"),
        ({"lon": "113.275", "datum": "WGS84"}, "纬度"),
        ({"lon": "0", "lat": "0", "datum": "WGS84"}, "0"),
        ({"lon": "116.4", "lat": "39.9", "datum": "WGS84"}, "116.4"),
        ({"lon": "东边", "lat": "24.7", "datum": "WGS84"}, "东边"),
    ],
)
def test_coordinates_that_are_not_taken_say_why_and_are_kept_as_entered(
    world: World, draft: int, place: dict[str, JsonValue], doubt: str
) -> None:
    entry = world.of("a").put(draft, None, {"name": "x", **place})
    assert entry.place.lon is None and entry.place.precision == 0
    assert doubt in entry.place.doubt
    assert str(place["lon"]) in entry.place.coordinates_entered


def test_another_datum_is_converted_and_a_swapped_pair_put_right(world: World, draft: int) -> None:
    shifted = world.of("a").put(draft, None, {"name": "x", **IN_A, "datum": "高德"})
    assert shifted.place.datum_entered == "gcj02" and shifted.place.coordinates_entered == "113.275, 24.776"
    assert 300 < abs((shifted.place.lon or 0) - 113.275) * 101_000 < 900
    swapped = world.of("a").put(
        draft, None, {"name": "y", "lon": "24.776", "lat": "113.275", "datum": "WGS84"}
    )
    assert (swapped.place.lon, swapped.place.lat) == (113.275, 24.776)


def test_a_city_finds_the_county_of_a_place_and_refuses_one_outside(world: World) -> None:
    city = world.of("city")
    key = city.start("carriers", CITY, "载体", DAY)
    assert city.put(key, None, {"name": "甲园", **IN_A}).place.county_code == A
    outside = city.put(key, None, {"name": "乙园", "lon": "113.03", "lat": "25.78", "datum": "WGS84"})
    assert outside.place.lon is None and "不在本名录的地区" in outside.place.doubt
    wrong = city.put(key, None, {"name": "丙园", "county": "乐昌市", **IN_A})
    assert wrong.place.lon is None and wrong.place.doubt
    page = city.entries(key, EntriesAsked(counties=(A,)))
    assert (page.matched, page.located) == (1, 1) and [e.cells["name"] for e in page.items] == ["甲园"]
    assert city.entries(key, ALL).matched == 3 and city.entries(key, ALL).located == 1
    city.withdraw(key, "")


def test_a_line_names_a_record_and_its_card_finds_it(world: World) -> None:
    with world.database.owning() as connection:
        record = making.project(connection, name="名录项目", county_code=A, owner_unit_id=A, published=True)
        hidden = making.project(connection, name="乙县草稿", county_code=B, owner_unit_id=B, published=False)
    a = world.of("a")
    key = a.start("enterprise_tiers", A, "梯队", DAY)
    with pytest.raises(BadValue, match=hidden):
        a.put(key, None, {"firm": "某公司", "tier": "龙头", "project": hidden})
    line = a.put(key, None, {"firm": "某公司", "tier": "龙头", "project": record.lower()})
    assert line.project_name == "名录项目" and a.lines_of(record) == ()
    a.publish(key)
    (found,) = world.of("nobody").lines_of(record)
    assert found.entry.cells["firm"] == "某公司" and found.head.id == key
    copied = a.start("enterprise_tiers", A, "梯队二", DAY, copy_of=key)
    a.remove(copied, [line.key])
    a.put(copied, None, {"firm": "另一公司", "tier": "总部"})
    a.publish(copied)
    assert world.of("nobody").lines_of(record) == (), "the newest edition names it no more"
    world.run("UPDATE project SET deleted_at = now() WHERE id = :id", id=record)
    assert record in lines(world.of("nobody"), key)[0].note
    for one in (key, copied):
        a.withdraw(one, "测试完毕")


def test_a_unit_that_was_renamed_is_told_on_the_line(world: World, plain: int) -> None:
    city = world.of("city")
    world.run("INSERT INTO unit (id, name, kind) VALUES ('dir-u', '韶关市卫生健康局（测试）', 'institution')")
    world.run(
        "INSERT INTO unit_alias (unit_id, alias, kind) VALUES ('dir-u', '韶关市卫计局（测试）', 'former')"
    )
    line = city.put(plain, None, {"name": "x", "owner": "韶关市卫计局（测试）"})
    assert line.cells["owner"] == "韶关市卫计局（测试）", "what was written stays"
    assert line.note == "“韶关市卫计局（测试）”现为“韶关市卫生健康局（测试）”"


def test_a_line_is_written_only_over_what_was_seen(world: World, draft: int) -> None:
    a = world.of("a")
    seen = a.put(draft, None, HALL)
    theirs = a.put(draft, seen.key, {**HALL, "name": "新礼堂"}, seen=seen)
    with pytest.raises(Conflict, match="旧车站大楼”，现在是“新礼堂"):
        a.put(draft, seen.key, {**HALL, "name": "旧礼堂"}, seen=seen)
    with pytest.raises(Conflict):
        a.remove(draft, [seen.key], seen=[seen])
    moved = a.put(draft, seen.key, {**HALL, "name": "新礼堂", "lon": "113.28"}, seen=theirs)
    with pytest.raises(Conflict, match="位置也改了"):
        a.put(draft, seen.key, HALL, seen=theirs)
    a.remove(draft, [seen.key], seen=[moved])
    assert lines(a, draft) == ()


def test_a_file_is_taken_only_in_the_version_that_was_previewed(world: World, draft: int) -> None:
    a = world.of("a")
    seen = a.edition(draft)[0].version
    a.put(draft, None, HALL)
    with pytest.raises(Conflict):
        a.take(draft, table({"名称": "粮库"}), "表.xlsx", seen=seen)
    assert len(lines(a, draft)) == 1
    a.take(draft, table({"名称": "粮库"}), "表.xlsx", seen=a.edition(draft)[0].version)
    assert len(lines(a, draft)) == 2


# ---- files ----


def test_a_file_is_previewed_and_taken_with_every_row_in_one_count(world: World, draft: int) -> None:
    a = world.of("a")
    held = a.put(draft, None, HALL)
    other = a.put(draft, None, {"name": "空地"})
    content = table(
        {"名称": "旧车站大楼", "建筑面积（平方米）": 2500, "类型": "办公楼宇", "颜色": "红"},
        {"名称": "粮库", "建筑面积（平方米）": "约1000", "类型": "厂房仓库"},
        {"名称": "粮库二", "建筑面积（平方米）": "不详", "类型": "城堡"},
        {"名称": "合计", "建筑面积（平方米）": 3500},
        {"名称": "示例：某楼"},
    )
    said = a.preview(draft, content, "表.xlsx")
    assert said.rows == len(said.fresh) + len(said.changed) + said.same + len(said.refused) == 4
    assert [e.cells["name"] for e in said.fresh] == ["粮库"] and said.refused == (4, 5)
    ((before, after),) = said.changed
    assert (before.cells["floor_area_m2"], after.cells["floor_area_m2"]) == ("2000", "2500")
    assert after.cells["tenure"] == "国有出让" and after.place == held.place, "a blank cell changes nothing"
    assert {(f.row, f.column) for f in said.faults} == {(4, "kind"), (5, "name")}
    assert [e.key for e in said.left_out] == [other.key] and said.ignored == ("颜色",)
    assert [e.cells["name"] for e in lines(a, draft)] == ["旧车站大楼", "空地"], "nothing is stored"
    assert a.take(draft, content, "表.xlsx") == said
    assert [e.cells["name"] for e in lines(a, draft)] == ["旧车站大楼", "空地", "粮库"]
    a.take(draft, content, "表.xlsx", remove_left_out=True)
    assert [e.cells["name"] for e in lines(a, draft)] == ["旧车站大楼", "粮库"]
    assert a.edition(draft)[0].entries == 2


def test_a_file_in_another_unit_order_and_spelling_is_understood(world: World, plain: int) -> None:
    city = world.of("city")
    content = table(
        {"附表": "测试名录"},
        {"附表": None},
    )
    with pytest.raises(BadValue, match="名称"):
        city.preview(plain, content, "x.xlsx")
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["2026年测试名录", "", "", ""])
    writer.writerow(["金额（亿元）", "所在县", "名 称", "合格"])
    writer.writerow(["1.5", "乳源县", "甲", "是"])
    writer.writerow(["", "乐昌", "乙", "×"])
    said = city.take(plain, file.getvalue().encode("gb18030"), "表.csv")
    assert said.refused == () and [dict(e.cells) for e in lines(city, plain)] == [
        {"name": "甲", "amount": "15000", "ok": True, "seat": A},
        {"name": "乙", "ok": False, "seat": B},
    ]
    assert [e.flags["large"] for e in lines(city, plain)] == [Verdict.YES, Verdict.NO]


def test_what_is_exported_reads_back_as_the_same(world: World, draft: int) -> None:
    a = world.of("a")
    a.put(draft, None, HALL)
    a.put(draft, None, {"name": HOSTILE[:200], "note": "第一行\n第二行", **IN_A, "datum": "百度"})
    a.put(draft, None, {"name": "没有坐标系", "lon": "113.2", "lat": "24.7"})
    for language in ("zh", "en"):
        content, name = a.workbook(draft, "", language)
        assert name.endswith(".xlsx") and a.preview(draft, content, name).same == 3
    before = lines(a, draft)
    a.remove(draft, [entry.key for entry in before])
    said = a.preview(draft, content, name)
    assert said.refused == (1 + 1, 2 + 1, 3 + 1) and "编号" in said.faults[0].what_zh, "numbers of no line"
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.worksheets[1].iter_rows(min_row=2, max_col=1):
        row[0].value = None
    file = io.BytesIO()
    book.save(file)
    a.take(draft, file.getvalue(), name)
    after = lines(a, draft)
    assert [(e.cells, e.place, e.flags) for e in after] == [(e.cells, e.place, e.flags) for e in before]
    assert not {e.key for e in after} & {e.key for e in before}, "a number is never given twice"


def test_a_word_empties_a_cell_and_rows_of_one_name_are_asked_back(world: World, draft: int) -> None:
    a = world.of("a")
    first = a.put(draft, None, HALL)
    a.take(draft, table({"编号": first.key, "名称": "旧车站大楼", "权属": "清除", "经度": "清除"}), "x.xlsx")
    (line,) = lines(a, draft)
    assert "tenure" not in line.cells and line.cells["kind"] == "办公楼宇"
    assert line.place.lon is None and line.place.coordinates_entered == ""
    a.put(draft, None, {"name": "旧车站大楼"})
    said = a.preview(
        draft, table({"名称": "旧车站大楼"}, {"编号": first.key, "名称": "旧车站大楼"}), "x.xlsx"
    )
    assert said.refused == () and said.same + len(said.changed) == 2, "the other one is the only one left"
    said = a.preview(draft, table({"名称": "旧车站大楼"}), "x.xlsx")
    assert said.refused == (2,) and "同名" in said.faults[0].what_zh
    twice = table({"编号": first.key, "名称": "甲"}, {"编号": first.key, "名称": "乙"})
    assert a.preview(draft, twice, "x.xlsx").refused == (2, 3)


def test_another_county_without_coordinates_is_asked_back(world: World) -> None:
    city = world.of("city")
    key = city.start("carriers", CITY, "载体", DAY)
    city.put(key, None, {"name": "甲园", **IN_A})
    said = city.preview(key, table({"载体名称": "甲园", "县（市、区）": "乐昌市"}), "x.xlsx")
    assert said.refused == (2,) and said.faults[0].column == "county"
    city.withdraw(key, "")


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 x", b"PK\x03\x04broken", b"\x00\x01\x02", "名称".encode()]
)
def test_a_file_that_is_no_table_is_refused_in_words(world: World, draft: int, content: bytes) -> None:
    if content == "名称".encode():
        assert world.of("a").preview(draft, content, "x.csv").rows == 0
        return
    with pytest.raises(BadValue):
        world.of("a").preview(draft, content, "x.xlsx")


def test_geojson_has_every_line_and_null_where_no_place_is(world: World, draft: int) -> None:
    a = world.of("a")
    a.put(draft, None, HALL)
    a.put(draft, None, {"name": HOSTILE[:150]})
    content, name = a.geojson(draft, "zh")
    found = json.loads(content)
    assert [f["geometry"] for f in found["features"]] == [
        {"type": "Point", "coordinates": [113.275, 24.776]},
        None,
    ]
    assert found["features"][0]["properties"]["area_for_subsidy"] == "yes"
    assert found["counts"] == {"lines": 2, "located": 1, "unlocated": 1} and name.endswith(".geojson")


def test_a_blank_workbook_explains_its_columns(world: World) -> None:
    content, name = world.of("nobody").workbook(None, "vacant_space", "zh")
    about, sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    headings = [cell.value for cell in sheet[1]]
    assert "空白表" in name and headings[:2] == ["编号", "名称"] and "坐标系" in headings
    assert any("2000 平方米以上" in str(row[1].value) for row in about.iter_rows())
    with pytest.raises(UnknownRecord):
        world.of("nobody").workbook(None, "no_such_list", "zh")


# ---- asking ----


def test_lines_are_found_by_words_choice_and_flag(world: World, plain: int) -> None:
    city = world.of("city")
    rows: list[dict[str, JsonValue]] = [
        {"name": "甲方 50%_x", "amount": "100", "kind": "甲", "ok": "是", "seat": A},
        {"name": "乙方", "amount": "99.99", "kind": "乙", "ok": "是"},
        {"name": "丙方", "amount": "", "kind": "乙", "ok": "否"},
        {"name": "丁方", "amount": "500"},
    ]
    for row in rows:
        city.put(plain, None, row)

    def named(**asked: Any) -> list[str]:
        page = city.entries(plain, EntriesAsked(**asked))
        assert page.matched == len(page.items)
        return [str(entry.cells["name"])[:2] for entry in page.items]

    assert named(words="方 50%_") == ["甲方"] and named(words="5_0") == []
    assert named(choices={"kind": ("乙",)}) == ["乙方", "丙方"]
    assert named(flags={"large": Verdict.YES}) == ["甲方"]
    assert named(flags={"large": Verdict.NO}) == ["乙方", "丙方"]
    assert named(flags={"large": Verdict.UNKNOWN}) == ["丁方"]
    assert named(counties=(A,)) == ["甲方"]
    with pytest.raises(BadValue):
        named(flags={"x' OR true --": Verdict.YES})
    with pytest.raises(BadValue):
        named(choices={"name": ("甲",)})
    page = city.entries(plain, ALL, limit=2, offset=2)
    assert page.matched == 4 and [str(e.cells["name"]) for e in page.items] == ["丙方", "丁方"]


@pytest.mark.parametrize("words", ['"引号"', "反\\斜", "%", "_", "MIXed", "中文"])
def test_words_are_found_as_they_stand(world: World, plain: int, words: str) -> None:
    city = world.of("city")
    city.put(plain, None, {"name": '甲"引号"反\\斜%_mixED中文'})
    city.put(plain, None, {"name": "乙 name kind amount"})
    found = city.entries(plain, EntriesAsked(words=words)).items
    assert [str(entry.cells["name"])[0] for entry in found] == ["甲"]
    assert city.entries(plain, EntriesAsked(words="mixed 中文")).matched == 1, "every word has to be there"
    assert city.entries(plain, EntriesAsked(words="record")).matched == 0, "names of columns are no cells"


def test_a_flag_asked_of_the_database_is_the_flag_that_is_shown(world: World, plain: int) -> None:
    """The rule stands in SQL for filters and in Python for lines; both answer every line alike."""
    city = world.of("city")
    for amount in ("99.999999", "100", "100.0", "-5", "", "1e2", "1000000000000"):
        for ok in ("是", "否", ""):
            city.put(plain, None, {"name": f"{amount} {ok}".strip() or "x", "amount": amount, "ok": ok})
    strange = {"很大", "1e999", "٣", "NaN", "0x10", "100 ", ""}
    for number, value in enumerate(sorted(strange)):
        world.run(
            "UPDATE directory_entry SET cells = cells || jsonb_build_object('amount', CAST(:value AS text))"
            " WHERE directory_id = :key AND position = :position",
            value=value,
            key=plain,
            position=number * 3 + 1,
        )
    for verdict in Verdict:
        asked = city.entries(plain, EntriesAsked(flags={"large": verdict}), limit=None).items
        assert {e.key for e in asked} == {e.key for e in lines(city, plain) if e.flags["large"] is verdict}


# ---- editions ----


def test_a_draft_becomes_an_edition_that_stands_and_a_copy_goes_on(world: World) -> None:
    a = world.of("a")
    first = a.start("hot_spring_chain", A, " 温泉 产业链 ", DAY)
    leader = a.put(first, None, {"name": "丽宫温泉", "role": "龙头"})
    gone = a.put(first, None, {"name": "旧温泉", "role": "支撑"})
    with pytest.raises(BadValue, match="草稿"):
        a.start("hot_spring_chain", A, "又一份", DAY)
    assert a.publish(first) == 1
    head, _ = world.of("nobody").edition(first)
    assert (head.number, head.title, head.state) == (1, "温泉 产业链", EditionState.PUBLISHED)
    assert head.created_by == "" and not head.may_edit
    second = a.start("hot_spring_chain", A, "温泉产业链", date(2026, 9, 1), copy_of=first)
    a.put(second, leader.key, {"name": "丽宫温泉", "role": "重点"})
    a.remove(second, [gone.key])
    fresh = a.put(second, None, {"name": "新温泉", "role": "支撑"})
    assert a.publish(second) == 2
    changed = a.compare(first, second)
    assert [e.key for e in changed.entered] == [fresh.key] and [e.key for e in changed.left] == [gone.key]
    ((before, after),) = changed.changed
    assert (before.cells["role"], after.cells["role"], changed.same) == ("龙头", "重点", 0)
    for attempt in (
        lambda: a.put(first, leader.key, {"name": "x", "role": "龙头"}),
        lambda: a.remove(first, [leader.key]),
        lambda: a.rename(first, head.version, "x", DAY),
        lambda: a.publish(first),
        lambda: a.take(first, table({"名称": "x", "链上角色": "龙头"}), "x.xlsx"),
    ):
        with pytest.raises(BadValue, match="已经公布"):
            attempt()
    with pytest.raises(BadValue, match="原因"):
        a.withdraw(first, " ")
    for key in (first, second):
        a.withdraw(key, "数字有误")
        with pytest.raises(UnknownRecord):
            world.of("nobody").edition(key)
    seen, _ = a.edition(first)
    assert (seen.state, seen.reason, seen.number) == (EditionState.WITHDRAWN, "数字有误", 1)
    third = a.start("hot_spring_chain", A, "温泉产业链", DAY, copy_of=second)
    assert len(lines(a, third)) == 2 and a.publish(third) == 3, "a number is never given twice"
    a.withdraw(third, "测试完毕")


def test_what_nobody_filled_in_cannot_be_published(world: World, draft: int) -> None:
    a = world.of("a")
    with pytest.raises(BadValue, match="一行也没有"):
        a.publish(draft)
    a.put(draft, None, HALL)
    assert a.publish(draft) >= 1


def test_an_edition_keeps_the_definition_it_was_made_with(world: World) -> None:
    a = world.of("a")
    world.define("changing", OWN)
    old = a.start("changing", A, "会变的", DAY)
    kept = a.put(old, None, {"name": "甲", "kind": "乙", "amount": "5"})
    a.publish(old)
    world.define("changing", OWN.replace('["甲", "乙"]', '["甲", "丙"]').replace('"amount"', '"sum"'))
    assert [c.name for c in a.edition(old)[1].columns][1] == "amount"
    copied = a.start("changing", A, "会变的", DAY, copy_of=old)
    (line,) = lines(a, copied)
    assert line.key == kept.key and dict(line.cells) == {"name": "甲", "kind": "乙"}
    with pytest.raises(BadValue, match="乙"):
        a.publish(copied)
    a.put(copied, line.key, {"name": "甲", "kind": "丙", "sum": "5"})
    assert a.publish(copied) == 2
    (world.folder / "directories" / "changing.toml").unlink()
    assert lines(world.of("nobody"), old)[0].cells["amount"] == "5", "the file is gone, the edition stands"
    with pytest.raises(UnknownRecord):
        a.start("changing", A, "x", DAY)


def test_a_draft_that_moved_on_is_no_longer_the_one_that_was_read(world: World, draft: int) -> None:
    a = world.of("a")
    version = a.edition(draft)[0].version
    a.rename(draft, version, "新标题", date(2026, 7, 1))
    with pytest.raises(Conflict):
        a.rename(draft, version, "更新的标题", DAY)
    head, _ = a.edition(draft)
    assert (head.title, head.valid_on) == ("新标题", date(2026, 7, 1))
    with pytest.raises(BadValue):
        a.rename(draft, head.version, " ", DAY)
    with pytest.raises(BadValue):
        a.rename(draft, head.version, "x", date(1800, 1, 1))


def test_a_mistake_in_one_file_harms_no_other(world: World) -> None:
    world.define("broken", 'zh = "坏"\n[[column]]\nname = "a"\ntype = "colour"\n')
    world.define("carriers", OWN)
    found = world.of("viewer").definitions()
    keys = [one.key for one in found.usable]
    assert "broken" not in keys and keys.count("carriers") == 1 and "test_list" in keys
    assert {one.file for one in found.mistakes} == {"broken.toml", "carriers.toml"}
    assert next(one for one in found.usable if one.key == "test_list").own
    for name in ("broken", "carriers"):
        (world.folder / "directories" / f"{name}.toml").unlink()
    assert world.of("viewer").definitions().mistakes == ()


# ---- rights ----


def test_a_draft_is_its_units_and_of_those_above(world: World, draft: int) -> None:
    world.of("a").put(draft, None, HALL)
    for who in ("b", "other", "viewer", "nobody"):
        with pytest.raises(UnknownRecord):
            world.of(who).edition(draft)
        assert draft not in [head.id for head in world.of(who).editions("vacant_space")]
    for who in ("a", "city", "admin"):
        head, _ = world.of(who).edition(draft)
        assert head.may_edit and head.may_publish and head.entries == 1


def test_whose_changes_are_reviewed_drafts_and_does_not_publish(world: World) -> None:
    b = world.of("b")
    key = b.start("pilots", B, "试点", DAY)
    b.put(key, None, {"name": "医养结合试点", "county": "乐昌市"})
    head, _ = b.edition(key)
    assert head.may_edit and not head.may_publish
    with pytest.raises(NotAllowed):
        b.publish(key)
    assert world.of("city").publish(key) == 1
    with pytest.raises(NotAllowed):
        b.withdraw(key, "不想要了")
    with pytest.raises(NotAllowed):
        world.of("a").withdraw(key, "不想要了")
    world.of("city").withdraw(key, "重复")


def test_nobody_starts_a_directory_for_another_unit(world: World) -> None:
    for who in ("a", "other", "viewer"):
        with pytest.raises(NotAllowed):
            world.of(who).start("pilots", B, "试点", DAY)
    with pytest.raises(SignInNeeded):
        world.of("nobody").start("pilots", B, "试点", DAY)
    with pytest.raises(SignInNeeded):
        world.of("nobody").preview(1, b"", "x.csv")


def test_contacts_are_for_people_who_signed_in(world: World) -> None:
    a = world.of("a")
    key = a.start("vacant_space", A, "闲置", DAY)
    a.put(key, None, HALL)
    a.publish(key)
    assert lines(world.of("viewer"), key)[0].cells["contact"] == "王某 0751-1234567"
    nobody = world.of("nobody")
    assert "contact" not in lines(nobody, key)[0].cells
    for content, _ in (nobody.workbook(key, "", "zh"), nobody.geojson(key, "zh")):
        assert b"1234567" not in content
    assert nobody.entries(key, EntriesAsked(words="1234567")).matched == 0
    sheet = openpyxl.load_workbook(io.BytesIO(nobody.workbook(key, "", "zh")[0])).worksheets[1]
    assert "联系人和电话" not in [cell.value for cell in sheet[1]]
    assert world.attack("nobody", "SELECT contacts FROM directory_entry") == "42501"
    a.withdraw(key, "测试完毕")


ATTACKS = (
    "INSERT INTO directory_entry (directory_id, key, position, cells, changed_by)"
    " VALUES (:key, 99999, 1, '{}', 'x')",
    "UPDATE directory_entry SET cells = '{}' WHERE directory_id = :key",
    "DELETE FROM directory_entry WHERE directory_id = :key",
    "UPDATE directory SET title = 'x' WHERE id = :key",
    "DELETE FROM directory WHERE id = :key",
    "TRUNCATE directory CASCADE",
    "SELECT nextval('directory_entry_key')",
)


@pytest.mark.parametrize("who", ["a", "b", "viewer", "admin", "nobody"])
def test_nobody_writes_past_the_functions(world: World, draft: int, who: str) -> None:
    assert {world.attack(who, statement, key=draft) for statement in ATTACKS} == {"42501"}


CALLS = (
    "SELECT own_directory_draft(:key)",
    "SELECT directory_put(:key, '[]')",
    "SELECT directory_remove(:key, '{1}')",
    "SELECT directory_rename(:key, 1, 'x', DATE '2026-01-01')",
    "SELECT directory_publish(:key, 1)",
    "SELECT directory_withdraw(:key, 'x')",
    "SELECT directory_start('pilots', '{}', :unit, 'x', DATE '2026-01-01', NULL, '{}')",
)


def test_what_is_another_countys_is_refused_by_every_function(world: World, draft: int) -> None:
    for who in ("b", "other", "viewer", "nobody"):
        said = {world.attack(who, call, key=draft, unit=A) for call in CALLS}
        assert said == {"42501"}, who
    copying = "SELECT directory_start('vacant_space', '{}', :b, 'x', '2026-01-01', :key, '{}')"
    assert world.attack("b", copying, b=B, key=draft) == "23514"


def test_a_published_edition_is_frozen_for_the_owner_of_the_tables_too(world: World, draft: int) -> None:
    a = world.of("a")
    line = a.put(draft, None, HALL)
    a.publish(draft)
    for statement in (
        "UPDATE directory SET title = 'x' WHERE id = :key",
        "UPDATE directory SET state = 'draft', number = NULL, published_at = NULL WHERE id = :key",
        "DELETE FROM directory WHERE id = :key",
        "UPDATE directory_entry SET cells = '{}' WHERE directory_id = :key",
        "DELETE FROM directory_entry WHERE directory_id = :key",
        "INSERT INTO directory_entry (directory_id, key, position, cells, changed_by)"
        " VALUES (:key, 99999, 1, '{}', 'x')",
        "TRUNCATE directory_entry",
    ):
        with (
            pytest.raises(Exception, match=r"stands? as|withdrawn, never|never emptied"),
            world.database.owning() as c,
        ):
            c.execute(text(statement), {"key": draft})
    assert lines(a, draft)[0] == line
