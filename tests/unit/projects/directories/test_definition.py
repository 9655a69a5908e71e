"""A definition's file: what is right becomes a definition, what is wrong is told in its place."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importers.directories.definitions import BUILT_IN, MOST_FILES, check_definition, read_definitions
from projects.directories.definition import MOST_BYTES, parse_definition
from projects.directories.frozen import freeze, thaw
from projects.directories.model import ColumnType, Condition
from projects.directories.model import Test as Held
from projects.errors import BadValue

GOOD = """
zh = "名录"
en = "List"
purpose_zh = "做什么"
source = "某文件 第三条"
title = "name"

[[column]]
name = "kind"
type = "choice"
zh = "类别"
choices = ["甲", "乙"]

[[column]]
name = "name"
type = "text"
zh = "名称"
en = "Name"
required = true
longest = 60

[[column]]
name = "area"
type = "area_m2"
zh = "面积（平方米）"
lowest = 0.5
highest = 100

[[column]]
name = "ok"
type = "boolean"
zh = "合格"

[[computed]]
name = "flag"
zh = "达标"
source = "某文件"
conditions = [
    { column = "area", test = "at_least", value = 0.1 },
    { column = "kind", test = "one_of", value = ["甲"] },
    { column = "ok", test = "equals", value = true },
]
"""


def said(content: str | bytes, name: str = "my_list.toml") -> str:
    """Return all mistakes of a file as one text; a file with none fails the test."""
    data = content if isinstance(content, bytes) else content.encode()
    found, mistakes = parse_definition(name, data)
    assert found is None and mistakes
    assert all(one.file == name and one.where and one.what_zh and one.what_en for one in mistakes)
    return "\n".join(f"{one.where}: {one.what_zh}" for one in mistakes)


def test_a_good_file_becomes_a_definition() -> None:
    found, mistakes = parse_definition("my_list.toml", GOOD.encode(), own=True)
    assert found is not None and mistakes == []
    assert (found.key, found.zh, found.en, found.title_column, found.own) == (
        "my_list", "名录", "List", "name", True,
    )  # fmt: skip
    kind, name, area, _ = found.columns
    assert kind.choices == ("甲", "乙") and kind.en == "kind" and not kind.required
    assert name.longest == 60 and name.required and area.type is ColumnType.AREA_M2
    assert (area.lowest, area.highest) == (Decimal("0.5"), Decimal(100)), "exact, never a float"
    assert found.computed[0].conditions == (
        Condition("area", Held.AT_LEAST, Decimal("0.1")),
        Condition("kind", Held.ONE_OF, ("甲",)),
        Condition("ok", Held.EQUALS, "true"),
    )
    assert len(found.digest) == 64


def test_a_key_of_thousands_of_levels_and_columns_that_nobody_would_see_are_refused() -> None:
    assert "层次无法读取" in said(b"a." * 49_000 + b"b = 1")
    only = 'zh = "x"\n[[column]]\nname = "tel"\ntype = "text"\nzh = "电话"\ncontact = true\n'
    assert "至少有一列不是" in said(only)


@pytest.mark.parametrize(
    "kept", [{}, [], None, {"columns": []}, {"key": "x", "zh": "x", "en": "x", "columns": []}]
)
def test_what_was_never_a_definition_is_told_plainly(kept: object) -> None:
    with pytest.raises(BadValue, match="定义已损坏"):
        thaw(kept)


def test_what_is_kept_with_an_edition_comes_back_as_it_was() -> None:
    found, _ = parse_definition("my_list.toml", GOOD.encode(), own=True)
    assert found is not None and thaw(json.loads(freeze(found))) == found
    for built_in in read_definitions().usable:
        assert thaw(json.loads(freeze(built_in))) == built_in


@pytest.mark.parametrize(
    ("change", "to", "where", "what"),
    [
        ('zh = "名录"\n', "", "zh", "缺少“zh”"),
        ('zh = "名录"', "zh = 3", "zh", "带引号"),
        ('zh = "名录"', f'zh = "{"长" * 41}"', "zh", "最多 40 个"),
        ('zh = "名录"', 'zh = "名\\u0000录"', "zh", "控制字符"),
        ('en = "List"', 'colour = "red"', "colour", "不认识“colour”"),
        ('title = "name"', 'title = "nme"', "title", "没有名为“nme”的列；已有的列：kind、name"),
        ('type = "area_m2"', 'type = "area"', "第 3 个 [[column]] · type", "没有“area”这种类型；可用：text"),
        ('name = "ok"', 'name = "area"', "第 4 个 [[column]] · name", "重复"),
        ('zh = "合格"', 'zh = "名 称"', "第 4 个 [[column]] · zh", "重复"),
        ('name = "ok"', 'name = "Ok"', "第 4 个 [[column]] · name", "小写"),
        ('name = "ok"', 'name = "lon"', "第 4 个 [[column]] · name", "由程序使用"),
        ("required = true", "required = 1", "required", "true 或 false"),
        ("longest = 60", "longest = 5000", "longest", "4000"),
        ("lowest = 0.5", 'lowest = "0.5"', "lowest", "不加引号：0.5"),
        ("lowest = 0.5", "lowest = inf", "lowest", "数字"),
        ("lowest = 0.5", "lowest = 500", "lowest / highest", "下限大于上限"),
        ('choices = ["甲", "乙"]', "", "choices", "要写 choices"),
        ('choices = ["甲", "乙"]', 'choices = ["甲", " 甲"]', "choices", "重复的选项"),
        ('choices = ["甲", "乙"]', 'choices = "甲"', "choices", "一列文字"),
        ("longest = 60", 'choices = ["甲"]', "choices", "其他类型的列不写"),
        ('zh = "合格"', 'zh = "合格"\nlowest = 1', "lowest / highest", "只有数字类"),
        ('column = "area"', 'column = "size"', "第 1 个 [[computed]] · 条件 1", "没有名为“size”的列"),
        ('test = "at_least"', 'test = "more"', "第 1 个 [[computed]] · 条件 1", "没有“more”这种比较"),
        ("value = 0.1", 'value = "大"', "第 1 个 [[computed]] · 条件 1", "不加引号：大"),
        (", value = 0.1", "", "第 1 个 [[computed]] · 条件 1", "缺少“value”"),
        ('value = ["甲"]', 'value = ["丙"]', "条件 2", "“丙”不是列“kind”的选项"),
        ('value = ["甲"]', "value = []", "条件 2", "不能这样比较"),
        ("value = true", "value = 1", "条件 3", "不能这样比较"),
        ('name = "flag"', 'name = "area"', "第 1 个 [[computed]] · name", "已经用过"),
        ('source = "某文件"', "", "第 1 个 [[computed]]", "缺少“source”"),
        ("[[computed]]", "[[column]]", "conditions", "不认识“source”"),
    ],
)
def test_a_mistake_is_told_in_its_place(change: str, to: str, where: str, what: str) -> None:
    assert change in GOOD
    told = said(GOOD.replace(change, to))
    assert where in told and what in told


def test_all_mistakes_are_told_at_once() -> None:
    told = said(GOOD.replace('type = "area_m2"', 'type = "x"').replace("required = true", "required = 1"))
    assert "这种类型" in told and "true 或 false" in told


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "一列也没有"),
        (b'zh = "x"\ncolumn = 3', "[[column]]"),
        (b'zh = "x\n', "第 1 行"),
        ('zh = "名录"'.encode("gbk"), "第 1 行: 文件不是 UTF-8"),
        (b"\n\nzh = \xff", "第 3 行"),
        (b"#" * (MOST_BYTES + 1), "超过 100 KB"),
        (b"x = " + b"[" * 20_000, ""),
        (b"x = 1e999999999999999999999", ""),
        (b'zh="x"\n' + b'[[column]]\nname="a"\ntype="text"\nzh="a"\n' * 41, "最多 40 段"),
    ],
)
def test_what_is_no_definition_is_refused_in_words(content: bytes, what: str) -> None:
    assert what in said(content)


@pytest.mark.parametrize(
    "name", ["名录.toml", "My.toml", "a.toml", "x" * 50 + ".toml", "../x.toml", "1a.toml"]
)
def test_a_file_name_that_cannot_be_a_key_is_refused(name: str) -> None:
    assert "文件名" in said(GOOD, name)


def test_a_mapped_directory_has_its_county_of_itself() -> None:
    told = said('mapped = true\n[[column]]\nname = "seat"\ntype = "county"\nzh = "县"\n' + "x = 1")
    assert "自带县" in told
    told = said('mapped = true\nzh = "x"\n[[column]]\nname = "county"\ntype = "text"\nzh = "县"\n')
    assert "自带县" in told


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_makes_the_reading_fail(content: bytes) -> None:
    found, mistakes = parse_definition("any.toml", content)
    assert (found is None) == bool(mistakes)


@given(
    st.dictionaries(
        st.sampled_from(["zh", "en", "title", "mapped", "column", "computed", "purpose_zh"]),
        st.sampled_from(
            ['""', '"x"', "1", "true", "[]", "[1]", "{}", "[{}]", "[{name=1,type=[]}]", "1979-05-27"]
        ),
    )
)
def test_no_kind_of_value_makes_the_reading_fail(table: dict[str, str]) -> None:
    content = "\n".join(f"{key} = {value}" for key, value in table.items())
    found, mistakes = parse_definition("any.toml", content.encode())
    assert found is None and mistakes


# ---- folders ----


def test_the_built_in_directories_are_right_and_say_where_they_come_from() -> None:
    found = read_definitions()
    assert found.mistakes == () and len(found.usable) == 12
    assert {path.stem for path in BUILT_IN.glob("*.toml")} == {one.key for one in found.usable}
    numbers = (
        "韶府〔2016〕9号",
        "郴政办发〔2017〕56号",
        "秦政字〔2017〕22号",
        "渝中卫发〔2019〕96号",
        "桂卫规划发",
    )
    for one in found.usable:
        assert any(number in one.source for number in numbers), one.key
        assert one.purpose_zh and one.purpose_en and one.en != one.key, one.key
        assert all(column.en != column.name for column in one.columns), one.key
        assert not one.own
    assert {one.key for one in found.usable if one.mapped} == {"vacant_space", "carriers"}
    (rule,) = next(one for one in found.usable if one.key == "vacant_space").computed
    assert ("floor_area_m2", Held.AT_LEAST, Decimal(2000)) in [
        (one.column, one.test, one.value) for one in rule.conditions
    ]
    assert "渝中卫发〔2019〕96号" in rule.source


def test_columns_for_people_are_marked_as_contacts() -> None:
    for one in read_definitions().usable:
        for column in one.columns:
            assert column.contact == ("联系人" in column.zh or "电话" in column.zh), (one.key, column.name)


def test_an_own_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    folder = tmp_path
    path = folder / "my_list.toml"
    path.write_text(GOOD, "utf-8")
    assert [one.key for one in read_definitions(folder).usable][-1] == "my_list"
    path.write_text(GOOD + "\nx = 1\n", "utf-8")
    assert read_definitions(folder).mistakes[0].file == "my_list.toml"
    path.unlink()
    assert read_definitions(folder) == read_definitions() == read_definitions(folder / "nowhere")


def test_too_many_files_and_one_that_cannot_be_opened_are_told(tmp_path: Path) -> None:
    folder = tmp_path
    for number in range(MOST_FILES + 1):
        (folder / f"list_{number}.toml").write_text(GOOD, "utf-8")
    found = read_definitions(folder)
    assert len(found.usable) == 12 + MOST_FILES and str(MOST_FILES + 1) in found.mistakes[0].what_zh
    nothing, mistakes = check_definition(folder / "gone.toml")
    assert nothing is None and "打不开" in mistakes[0].what_zh
