"""The book: one page per project whatever it is called, contents that add up, and the same in Word."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from projects.errors import BadValue
from projects.filters import ProjectFilter
from projects.promotion.opportunities import Contact
from projects.work import JobCancelled
from services.pack.book import contents, word
from services.pack.book import pdf as pdf_book
from services.pack.book.sheet import Known, sheet
from services.pack.book.word import type_size
from services.pack.template import load
from tests.unit.data.exports_fake import HOSTILE, point, record, sample
from tests.unit.services.pack.paper_world import FULL, LINK, World, texts

SIX = [
    FULL,
    point(1, 113.3, 24.7, county_code="440232", county="乳源", prefecture_code="440200", prefecture="韶关市"),
    record(2, name="只到市", precision=5, prefecture_code="440200", prefecture="韶关市"),
    record(3, name="功能区的", precision=5, zone_id="zone-a", zone="丹霞山管委会"),
    record(4, name="不知在哪"),
    record(
        5,
        name="又一个",
        precision=4,
        county_code="440281",
        county="乐昌市",
        prefecture_code="440200",
        prefecture="韶关市",
    ),
]


def pdf(world: World, folder: Path, **request: Any) -> tuple[list[str], Any]:
    """Return the pages of the book and what it says of itself."""
    held = pdf_book.book_pdf(world.bench(**request), folder / "book.pdf")
    return texts(folder / "book.pdf"), held


def docx(world: World, folder: Path, **request: Any) -> tuple[Any, Any]:
    """Return the Word file, read back, and what it says of itself."""
    held = word.book_docx(world.bench(**request), folder / "book.docx")
    return Document(str(folder / "book.docx")), held


def names(file: Any) -> list[str]:
    """Return the names of the sheets of a Word file."""
    return [p.text for p in file.paragraphs if p.style.name == "Heading 1"]


def test_each_project_has_exactly_one_page(tmp_path: Path) -> None:
    pages, held = pdf(World(SIX), tmp_path)
    assert (held.records, held.detail["pages"], len(pages)) == (6, 7, 7)
    for number, key in enumerate(["SG-0001", "SG-0009", "SG-0005", "SG-0002", "SG-0003", "SG-0004"], 1):
        assert key in pages[0]
        assert f"{key}·" in pages[number]
        assert f"第{number}页/共6页" in pages[number]


def test_the_contents_are_by_county_and_add_up() -> None:
    bench = World(SIX).bench()
    made = list(contents.sheets(bench))
    areas = contents.by_area(bench, made)
    assert [(area.name, len(area.sheets)) for area in areas] == [
        ("韶关市 · 乳源", 2),
        ("韶关市 · 乐昌市", 1),
        ("韶关市 · 县未明确", 1),
        ("丹霞山管委会", 1),
        ("地点未知", 1),
    ]
    assert [one.id for area in areas for one in area.sheets] == [one.id for one in made]
    assert [one.number for one in made] == [1, 2, 3, 4, 5, 6]


def test_links_of_the_contents_lead_to_the_pages(tmp_path: Path) -> None:
    pdf(World(SIX), tmp_path)
    first: Any = PdfReader(tmp_path / "book.pdf").pages[0]
    assert len([a for a in first["/Annots"] if a.get_object()["/Subtype"] == "/Link"]) >= len(SIX)


def test_hostile_and_endless_records_stay_on_their_page(tmp_path: Path) -> None:
    long = "长" * 900
    bad = FULL._replace(
        id="SG-0777", name="名" * 200, cooperation=long, note=long, address=long, stage_words=long
    )
    world = World([*sample(), bad], {"links": (replace(LINK, quote=long, title=long),) * 9})
    pages, held = pdf(world, tmp_path)
    contents = held.detail["pages"] - held.records
    assert held.records == len(sample()) + 1
    assert len(pages) == held.detail["pages"]
    assert sum("SG-0777·" in page for page in pages[contents:]) == 1
    for name in HOSTILE[:3]:
        assert any("".join(name.split())[:20] in page for page in pages), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_chosen_is_a_book_that_says_so(tmp_path: Path, language: str) -> None:
    pages, held = pdf(World([]), tmp_path, language=language)
    assert (held.records, len(pages)) == (0, 1)
    assert ("没有符合条件的项目" in pages[0]) or ("Noprojectmatches" in pages[0])
    file, held = docx(World([]), tmp_path, language=language)
    assert (held.records, names(file)) == (0, [])


def test_practice_data_are_marked_on_every_page(tmp_path: Path) -> None:
    pages, _ = pdf(World(SIX), tmp_path, practice=True)
    assert all("全部虚构" in page for page in pages)
    file, _ = docx(World(SIX), tmp_path, practice=True)
    assert sum("全部虚构" in p.text for p in file.paragraphs) >= 7
    assert "全部虚构" in file.sections[1].footer.paragraphs[0].text


def test_the_marks_are_explained_and_the_office_named_on_every_page(tmp_path: Path) -> None:
    pages, _ = pdf(World(SIX), tmp_path, credit="某局 审图号略", approval_number="GS(2026)1号")
    assert all("[文]文件载明" in page and "某局审图号略" in page for page in pages[1:])
    assert "GS(2026)1号" in pages[0]


def test_a_contact_is_in_both_books_only_for_those_who_may_see_it(tmp_path: Path) -> None:
    told = World([FULL], contacts={FULL.id: Contact("李梅", "0751-5551234")})
    pages, _ = pdf(told, tmp_path)
    assert "李梅0751-5551234" in pages[1]
    file, _ = docx(told, tmp_path)
    assert "李梅 0751-5551234" in [
        cell.text.split(" [")[0] for t in file.tables for r in t.rows for cell in r.cells
    ]
    for world in (World([FULL]), World([FULL], contacts={})):
        assert "李梅" not in pdf(world, tmp_path)[0][1]
        assert "联系" not in pdf(world, tmp_path)[0][1]


def test_too_many_pages_are_refused_before_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "MOST", 5)
    for make in (pdf_book.book_pdf, word.book_docx):
        with pytest.raises(BadValue, match="最多 5 页，当前有 6 个项目"):
            make(World(SIX).bench(), tmp_path / "x")
        assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("make", [pdf_book.book_pdf, word.book_docx])
def test_a_cancelled_book_leaves_nothing(tmp_path: Path, make: Any) -> None:
    said: list[str] = []

    def step(message: str) -> None:
        said.append(message)
        if len(said) == 3:
            raise JobCancelled("stop")

    with pytest.raises(JobCancelled):
        make(World(SIX, step=step).bench(), tmp_path / "x")
    assert said[-1].endswith("3 / 6")
    assert not (tmp_path / "x").exists()


def test_a_basket_is_a_book_of_its_records(tmp_path: Path) -> None:
    file, held = docx(World(SIX), tmp_path, chosen=ProjectFilter(ids=("SG-0002", "SG-0009")))
    assert held.records == 2
    assert names(file) == ["乳源县人民医院", "只到市"]


def test_the_word_file_reads_back_whole(tmp_path: Path) -> None:
    file, held = docx(World([*sample(), *SIX[:1]]), tmp_path)
    assert held.records == len(names(file)) == len(sample()) + 1
    body = file.element.body
    marks = {m.get(qn("w:name")) for m in body.iter(qn("w:bookmarkStart"))}
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert set(links) <= marks and len(links) == held.records
    fields = [i.text for i in body.iter(qn("w:instrText"))]
    assert len([f for f in fields if re.fullmatch(r" PAGEREF p_SG\d+ \\h ", f)]) == held.records
    breaks = [
        p for p in file.paragraphs if p.style.name == "Heading 1" and p.paragraph_format.page_break_before
    ]
    assert len(breaks) == held.records - 1, "the first page follows the section break"
    properties = file.sections[1]._sectPr
    assert properties.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    order = [child.tag for child in properties]
    assert order.index(qn("w:pgNumType")) < order.index(qn("w:cols")), "Word is strict about the order"
    values = {cell.text for table in file.tables for row in table.rows for cell in row.cells}
    assert "未知" in values and "0" not in values


def test_chinese_fonts_are_named_for_word(tmp_path: Path) -> None:
    file, _ = docx(World(SIX[:1]), tmp_path)
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Heading 2", "黑体")):
        assert file.styles[style].element.rPr.rFonts.get(qn("w:eastAsia")) == font


def test_each_place_that_is_known_has_its_small_map(tmp_path: Path) -> None:
    file, _ = docx(World(SIX), tmp_path)
    assert len(file.inline_shapes) == 4, (
        "two counties with outlines, one prefecture; zone and nowhere have none"
    )
    numbers = [p.get("id") for p in file.element.body.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers)


def test_type_shrinks_with_what_a_sheet_has_to_say() -> None:
    bench = World([FULL]).bench()
    short = sheet(bench, bench.library.record(FULL.id), Known(), 1)
    long_world = World(
        [FULL._replace(cooperation="长" * 900, note="长" * 900)], {"links": (LINK,) * 4}
    ).bench()
    long = sheet(long_world, long_world.library.record(FULL.id), Known(), 1)
    assert type_size(short) == 9.0
    assert type_size(long) < type_size(short)


def test_an_office_prints_its_own_layout(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "sheet.html").write_text("<p>本局版式 {{ sheet.name }}</p>", encoding="utf-8")
    pages, held = pdf(World(SIX, template=load(own)), tmp_path)
    assert held.records == 6
    assert pages[1] == "本局版式第1项目"


def test_a_layout_that_does_not_fit_is_told_with_the_record(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "sheet.html").write_text(
        "<p>{{ sheet.name }}</p><p style='break-before: page'>2</p>", encoding="utf-8"
    )
    with pytest.raises(BadValue, match=r"SG-0001 .*sheet\.html"):
        pdf(World(SIX, template=load(own)), tmp_path)


def test_pdf_says_what_it_is(tmp_path: Path) -> None:
    pdf(World(SIX), tmp_path, credit="某局")
    told = PdfReader(io.BytesIO((tmp_path / "book.pdf").read_bytes())).metadata
    assert told is not None and (told.title, told.author) == ("招商项目册", "某局")
