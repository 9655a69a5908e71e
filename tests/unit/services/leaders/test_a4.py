"""The leaders' A4: one page whatever happens, with the map and the same words as the screen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from projects.errors import BadValue
from services.leaders.a4 import ROWS, page_pdf
from services.leaders.board import Board, Rows, board
from services.leaders.figures import Told, chosen_of
from services.pack.bench import Bench
from services.pack.template import load
from tests.unit.services.leaders import world
from tests.unit.services.pack.paper_world import World


def bench(**request: Any) -> Bench:
    """Return a bench for the prefecture."""
    return World().bench(chosen=chosen_of(world.AREA), **request)


def page(of: Bench, seen: Told | None = None, **values: Any) -> PdfReader:
    """Return the PDF."""
    figures, known = world.figures(**values), world.told() if seen is None else seen

    def made(rows: Rows) -> Board:
        return board(of, figures, known, world.SINCE, rows)

    return PdfReader(io.BytesIO(page_pdf(of, made, figures.picture)))


def text(pdf: PdfReader) -> str:
    """Return the words of the page without the blanks of the layout."""
    return "".join(pdf.pages[0].extract_text().split())


def test_it_is_one_sheet_of_a4_with_every_list() -> None:
    pdf = page(bench())
    assert len(pdf.pages) == 1
    box = pdf.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    said = text(pdf)
    for title in ("项目在哪里", "有什么、投多少", "谁逾期、谁未报", "承诺兑现了多少", "超30天没办结的事项"):
        assert title in said
    assert "韶关市·健康产业一页" in said and "11-15以来的变化" in said and said.count("来源：") == 5
    assert "乳源瑶族自治县" in said, "the map's names are text"
    assert pdf.metadata is not None and pdf.metadata.title == "韶关市 · 健康产业一页"


def test_hostile_names_are_printed_as_they_are() -> None:
    assert "<script>alert(1)</script>${7*7}`温泉" in text(page(bench()))


def test_practice_and_credit_stand_on_it() -> None:
    said = text(page(bench(practice=True, credit="某办公室", approval_number="GS(2026)1号")))
    assert "演示数据，全部虚构" in said and "某办公室" in said and "审图号：GS(2026)1号" in said


def test_without_a_map_or_a_session_it_is_a_page_all_the_same() -> None:
    said = text(page(bench(language="en"), Told(), picture=b""))
    assert "Mattersareshownaftersigningin." in said and "Wheretheyare" in said


def test_lists_become_shorter_until_it_fits(tmp_path: Any) -> None:
    style = (load(None).file("style.css")).read_text(encoding="utf-8")
    (tmp_path / "style.css").write_text(
        style + "html.leaders .columns .rows td { padding: 4.6mm 0; }", encoding="utf-8"
    )
    of = World(template=load(tmp_path)).bench(chosen=chosen_of(world.AREA))
    tried: list[Rows] = []
    figures, known = world.figures(), world.told()
    moved = world.changes().moved * 9
    known = Told(known.matters, known.load * 5, world.changes(moved=moved, moved_count=9))

    def made(rows: Rows) -> Board:
        tried.append(rows)
        return board(of, figures, known, world.SINCE, rows)

    assert len(PdfReader(io.BytesIO(page_pdf(of, made, figures.picture))).pages) == 1
    assert len(set(tried)) > 1 and tried[0] == ROWS[0]


def test_a_template_that_never_fits_is_said(tmp_path: Any) -> None:
    long = load(None).file("leaders.html").read_text(encoding="utf-8")
    (tmp_path / "leaders.html").write_text(long.replace("</body>", "<p>长</p>" * 900 + "</body>"), "utf-8")
    with pytest.raises(BadValue, match=r"leaders\.html"):
        page(World(template=load(tmp_path)).bench(chosen=chosen_of(world.AREA)))
