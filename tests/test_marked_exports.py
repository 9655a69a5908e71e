"""Every file that leaves a practice database says so, in its name and in itself; a real one never does.

Makers of files, buttons and answers are found in the source: a new one that is not walked here fails.
"""

from __future__ import annotations

import ast
import io
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

import openpyxl
import pytest
from docx import Document
from PIL import Image

from data.exports import (
    directories,
    dispatch,
    editions,
    exhibit,
    formats,
    funding,
    matters,
    promotion,
    scores,
    targets,
)
from data.exports.cover import Cover
from data.exports.request import PRACTICE, ExportRequest, Language, marked_name
from data.exports.returned import returned
from data.exports.workbook import Content, workbook
from data.exports.workbook_columns import HOW_TO
from data.settings import Settings
from layers.labels import ZH
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from projects.plans.editions import EditionKind
from projects.plans.ports import Wish
from projects.promotion.funnel import Ask, Cohort, Funnel
from projects.promotion.opportunities import OpportunityPage, OpportunityTotals
from services import dispatch_document, minutes_document
from services.exhibit_picture import exhibit_png
from services.map_parts import Shading, Wishes
from tests import exhibit_made
from tests.fake_editions import FakeEditions
from tests.fake_editions import record as member
from tests.fake_ledger import FakeLedger
from tests.fake_ledger import Kept as KeptMoney
from tests.fake_schedule import FakeSchedule
from tests.fake_schedule import Kept as KeptSteps
from tests.ui.analysis_shell import FakeScenes
from tests.unit.data import directory_made
from tests.unit.data import test_exports_matters as asked
from tests.unit.data import test_exports_returned as mending
from tests.unit.data.exports_fake import FakeLibrary, record
from tests.unit.data.test_exports_scores import CARDS
from tests.unit.data.test_exports_workbook import MADE, PLACES
from tests.unit.projects.importing_rows import COUNTY
from tests.unit.projects.promotion.making import deal, site
from tests.unit.projects.test_scoring import WEIGHTS
from tests.unit.services import test_minutes_document as minutes_made
from views.promotion import compare_tab, print_sheet
from views.shell import Shell, credit

ROOT: Final = Path(__file__).resolve().parent.parent
WHEN: Final = Reference(date(2026, 6, 10), 25)
LIBRARY: Final = FakeLibrary([record(1, id="YS-0001", name="云杉国医堂（演示0001）", basis="demo")])
STEPS: Final = FakeSchedule(KeptSteps("YS-0001", "院", "储备", {}, basis="demo"))


class File(NamedTuple):
    """What one way out of the building gives."""

    name: str
    content: bytes


Maker = Callable[[ExportRequest, Path], File]


def of_format(name: str, request: ExportRequest, _: Path) -> File:
    names = formats.file_names(name, request)
    return File(names[request.language == "en"], b"".join(formats.stream(name, cast(Any, LIBRARY), request)))


def of_money(request: ExportRequest, _: Path) -> File:
    ledger = FakeLedger((KeptMoney("YS-0001", "院", None, []),), ())
    return File(funding.file_name(request), funding.funding(cast(Any, LIBRARY), ledger, request))


def of_dispatch(request: ExportRequest, _: Path) -> File:
    content = dispatch.dispatch(cast(Any, LIBRARY), STEPS, request, WHEN)
    return File(dispatch.file_name(request, WHEN), content)


def of_unit_page(request: ExportRequest, _: Path) -> File:
    sheet = STEPS.sheets(ProjectFilter(), WHEN)[0]
    name = dispatch_document.file_name(sheet, WHEN, request)
    return File(name, dispatch_document.document(sheet, WHEN, request))


def of_unit_pages(request: ExportRequest, _: Path) -> File:
    content = dispatch_document.bundle(STEPS.sheets(ProjectFilter(), WHEN), WHEN, request)
    return File(dispatch_document.bundle_name(WHEN, request), content)


def of_edition(request: ExportRequest, _: Path, *, compared: bool = False) -> File:
    made = FakeEditions({"YS-0001": member("YS-0001", basis="demo")})
    made.publish(EditionKind.ROLLING_PLAN, "YS-0001", entering={"YS-0001": Wish()})
    edition = made.edition(1)
    asked = editions.EditionExport(edition, "某县", str, edition if compared else None)
    return File(editions.file_name(request, edition), editions.edition_book(made, request, asked))


def of_targets(request: ExportRequest, _: Path) -> File:
    says = dict.fromkeys(targets.Words.__annotations__, str) | {"language": request.language, "status": {}}
    frame = targets.Frame(
        cast(Any, SimpleNamespace(**says)), {}, "署名", "v1", date(2026, 6, 1), practice=request.practice
    )
    return File(frame.request.file_name("目标看板.xlsx"), targets.workbook((), frame))


def of_opportunities(request: ExportRequest, _: Path) -> File:
    page = OpportunityPage((deal(),), OpportunityTotals())
    return File(
        request.file_name("招商机会.xlsx"),
        promotion.opportunities_book(cast(Any, LIBRARY), request, page, str),
    )


def of_comparison(request: ExportRequest, _: Path) -> File:
    sites = [site(), site("YS-0002", basis="demo")]
    return File(
        request.file_name("比选.xlsx"), promotion.comparison_book(cast(Any, LIBRARY), request, sites, str)
    )


def of_comparison_on_paper(request: ExportRequest, _: Path) -> File:
    chosen = Settings(demo=request.practice)
    shell = cast(Shell, SimpleNamespace(settings=chosen, translate=str, version="v1", language="zh"))
    notes = [compare_tab._made(shell, request)]
    content = print_sheet.page(request.heading, "<table></table>", notes, request.language)
    assert ("演示数据" in notes[0]) is ("演示数据" in credit(shell)) is request.practice
    return File(request.file_name("比选.html"), content)


def of_funnel(request: ExportRequest, _: Path) -> File:
    ask = Ask(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    content = promotion.funnel_book(cast(Any, LIBRARY), request, Funnel(ask, Cohort(), (), ()))
    return File(request.file_name("漏斗.xlsx"), content)


def of_visits(request: ExportRequest, _: Path) -> File:
    return File(request.file_name("线索.xlsx"), promotion.events_book(cast(Any, LIBRARY), request, (), str))


def of_minutes(request: ExportRequest, _: Path) -> File:
    held = minutes_made.meeting(minutes_made.item(1, "同意"), closed=False)
    return File(minutes_document.file_name(held, request), minutes_document.document(held, request))


def of_matters(request: ExportRequest, _: Path) -> File:
    content = matters.matters_book(cast(Any, LIBRARY), request, asked.export(asked.matter()), str)
    return File(request.file_name("事项.xlsx"), content)


def of_scores(request: ExportRequest, _: Path) -> File:
    content = scores.scorecards_book(cast(Any, LIBRARY), request, CARDS, WEIGHTS, units=False)
    return File(request.file_name("记分卡.xlsx"), content)


def of_exhibit(request: ExportRequest, _: Path, *, kind: exhibit.Kind) -> File:
    made = exhibit_made.exhibit(title="集聚")
    if kind == "png":
        mark = PRACTICE[request.language] if request.practice else ""
        wishes = Wishes(ZH, f"某局 · {mark}", Shading("none", "", "", ""))
        content = exhibit_png(cast(Any, LIBRARY), cast(Any, FakeScenes()), request, wishes, made)
    else:
        make = {"geojson": exhibit.exhibit_geojson, "xlsx": exhibit.exhibit_book}[kind]
        content = make(cast(Any, LIBRARY), request, made)
    return File(exhibit.file_name(request, made, kind), content)


def of_unit_workbook(request: ExportRequest, _: Path, cover: Cover | None = None) -> File:
    content = Content(COUNTY, PLACES, MADE, language=request.language, practice=request.practice, cover=cover)
    name = marked_name(Settings(demo=request.practice), f"{COUNTY.name}.xlsx", request.language)
    assert content.file_name.startswith("演示_") is request.practice
    return File(name, workbook(content))


def of_returned(request: ExportRequest, folder: Path, *, kind: str) -> File:
    path = folder / "upload"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表一"
    sheet.append(mending.HEADINGS)
    book.create_sheet("资金")
    book.save(path)
    plan = mending.plan(kind)
    content = returned(path, plan, request.language, practice=request.practice)
    assert content is not None
    return File(marked_name(Settings(demo=request.practice), "退回.xlsx", request.language), content)


def of_directory(request: ExportRequest, _: Path, *, kind: str) -> File:
    name = directories.file_name(directory_made.LIST, directory_made.HEAD, request, kind)
    make = {"xlsx": directories.directory_book, "geojson": directories.directory_geojson}[kind]
    return File(name, make(directory_made.LIST, directory_made.HEAD, directory_made.LINES, request))


MAKERS: Final[Mapping[str, Maker]] = {
    **{name: partial(of_format, name) for name in formats.FORMATS},
    "funding": of_money,
    "dispatch": of_dispatch,
    "document": of_unit_page,
    "document, minutes": of_minutes,
    "bundle": of_unit_pages,
    "edition_book": of_edition,
    "edition_book, compared": partial(of_edition, compared=True),
    "workbook of targets": of_targets,
    "opportunities_book": of_opportunities,
    "comparison_book": of_comparison,
    "page": of_comparison_on_paper,
    "funnel_book": of_funnel,
    "events_book": of_visits,
    "scorecards_book": of_scores,
    "matters_book": of_matters,
    "exhibit_geojson": partial(of_exhibit, kind="geojson"),
    "exhibit_book": partial(of_exhibit, kind="xlsx"),
    "exhibit_png": partial(of_exhibit, kind="png"),
    "workbook": of_unit_workbook,
    "workbook,cover": partial(of_unit_workbook, cover=Cover("x", "0" * 16, MADE.date())),
    "returned": partial(of_returned, kind="xlsx"),
    "plain": partial(of_returned, kind="csv"),
    "directory_book": partial(of_directory, kind="xlsx"),
    "directory_geojson": partial(of_directory, kind="geojson"),
}
"""Function that makes a file → how it is made here; what stands behind a comma is a variant."""

NO_FILES: Final = {
    "data/exports/book.py:book": "the way in of dispatch and scorecards, walked with them",
    "data/exports/formats.py:stream": "chooses among the formats, walked each",
    "data/exports/geojson.py:opening": "a piece of a file that is walked whole",
    "data/exports/geojson.py:closing": "a piece of a file that is walked whole",
    "data/exports/csv_table.py:csv_table": "the format csv, walked",
    "data/exports/geopackage.py:geopackage": "the format gpkg, walked",
    "data/exports/pieces.py:chunks_of": "a finished file, walked as its format",
    "services/leaders/a4.py:page_pdf": "its mark is read in tests/unit/services/leaders/test_a4.py",
    "views/leaders/made.py:pdf": "the page above, with the office's template",
    "services/pack/maps/maps.py:county_map_png": "drawn into slides that are marked",
    "data/exports/unit_workbook.py:unit_workbook": "workbook(Content), practice read from the database",
    "services/watching/metrics.py:exposition": "figures about the program, none about the library",
}
"""Functions that give bytes and are no way out of their own."""


# ---- what is in the file ----


def has_mark(file: File, language: Language) -> bool:
    """Return whether the reader of a file cannot miss that it is invented, wherever it is opened."""
    words, kind = PRACTICE[language], file.name.rsplit(".", 1)[-1]
    if kind == "zip" and "hapefile" in file.name:
        return in_map_archive(file.content, words)
    if kind == "gpkg":
        return in_geopackage(file.content, words)
    return {"xlsx": in_workbook, "docx": in_document, "zip": in_bundle, "png": in_picture}.get(kind, in_text)(
        file.content, words
    )


def in_picture(content: bytes, words: str) -> bool:
    """Read the words that a picture carries beside its pixels; they are the ones that are drawn."""
    held = Image.open(io.BytesIO(content)).info
    found = {words in str(held[name]) for name in ("Title", "Copyright")}
    assert len(found) == 1, "title and credit say the same"
    return found.pop()


def in_workbook(content: bytes, words: str) -> bool:
    book = openpyxl.load_workbook(io.BytesIO(content))
    heads = [sheet.oddHeader.center.text for sheet in book.worksheets]
    tabs = [sheet.sheet_properties.tabColor for sheet in book.worksheets]
    assert len(set(heads)) == 1 and len({tab is None for tab in tabs}) == 1, "all sheets alike"
    about = [sheet for sheet in book.worksheets if sheet.title in ("说明", "About", HOW_TO)]
    told = [str(cell.value) for sheet in about for cell in next(sheet.iter_rows(max_row=1))]
    marked = [any(words in one for one in told)] if told else []
    found = {heads[0] == words, tabs[0] is not None, *marked}
    assert len(found) == 1, "head, tab and first line say the same"
    return found.pop()


def in_document(content: bytes, words: str) -> bool:
    document = Document(io.BytesIO(content))
    top = " ".join(paragraph.text for paragraph in document.paragraphs[:3])
    footer = " ".join(paragraph.text for paragraph in document.sections[0].footer.paragraphs)
    assert (words in top) is (words in footer)
    return words in top


def in_bundle(content: bytes, words: str) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        found = {in_document(packed.read(name), words) for name in packed.namelist()}
        named = {name.startswith(("演示", "practice")) for name in packed.namelist()}
    assert len(found | named) == 1
    return found.pop()


def in_geopackage(content: bytes, words: str) -> bool:
    """Read the names that QGIS shows for the layers, and the first line of the table about."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(content)
        listed = [row for row in base.execute("SELECT identifier, description FROM gpkg_contents") if row[1]]
        first = str(base.execute("SELECT * FROM about").fetchone())
    found = {words in text for row in listed for text in row} | {words in first}
    assert listed and len(found) == 1, "every layer and the first line say the same"
    return found.pop()


def in_map_archive(content: bytes, words: str) -> bool:
    """Read the names in the archive, which lie about loose once it is unpacked, and its first line."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        named = {name.startswith("practice-") for name in packed.namelist()}
        about = next(name for name in packed.namelist() if name.endswith("about.csv"))
        first = packed.read(about).decode("utf-8-sig").splitlines()[0]
    assert named == {words in first}
    return words in first


def in_text(content: bytes, words: str) -> bool:
    text = content.decode("utf-8-sig")
    if text.startswith(("{", "<")):
        return words in text
    return all("演示" in line or "demo" in line for line in text.splitlines()[1:])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("maker", list(MAKERS))
def test_every_file_is_marked_in_its_name_and_in_itself(
    maker: str, language: Language, tmp_path: Path
) -> None:
    request = ExportRequest(chosen=ProjectFilter(), language=language, practice=True, title="某表")
    file = MAKERS[maker](request, tmp_path)
    assert file.name.startswith("演示_" if language == "zh" else "practice-")
    assert has_mark(file, language)


@pytest.mark.parametrize("maker", [name for name in MAKERS if name != "csv"])
def test_a_real_file_is_not(maker: str, tmp_path: Path) -> None:
    request = ExportRequest(chosen=ProjectFilter(), title="某表")
    file = MAKERS[maker](request, tmp_path)
    assert not file.name.startswith(("演示", "practice"))
    assert not has_mark(file, "zh")


# ---- nothing is forgotten ----


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def test_every_function_that_makes_a_file_is_walked() -> None:
    walked = {name.split(",")[0].split(" ")[0] for name in MAKERS}
    forgotten = [
        f"{path}:{node.name}"
        for path, tree in trees("data/exports", "services", "views")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns
        and ast.unparse(node.returns) in ("bytes", "bytes | None", "tuple[bytes, str]", "Iterator[bytes]")
        and node.name not in walked | {name.split(":")[1] for name in NO_FILES if name.startswith(path)}
    ]  # fmt: skip
    assert forgotten == [], "a way out that MAKERS does not walk"


def test_workbooks_and_documents_are_opened_where_they_are_marked() -> None:
    opened = {
        (path, ast.unparse(node.func))
        for path, tree in trees("data", "services", "views", "layers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in OPENERS
    }
    assert opened == OPENED


OPENERS: Final = ("xlsxwriter.Workbook", "Document", "docx.Document", "openpyxl.Workbook")
OPENED: Final = {
    ("data/exports/xlsx.py", "xlsxwriter.Workbook"),  # new_book: the one place
    ("data/exports/workbook.py", "xlsxwriter.Workbook"),  # the office workbook, walked above
    ("data/exports/returned_plain.py", "xlsxwriter.Workbook"),  # rows to mend, walked above
    ("services/word_text.py", "Document"),
    ("services/pack/book/word.py", "Document"),  # unit/services/pack/test_book.py
}

MARKED_BY: Final = ("file_name", "file_names", "bundle_name", "marked_name")
"""Functions that mark the name of a file, all of them walked above."""
NAMED_ELSEWHERE: Final = {
    "views/map/downloads.py": "names[0] if shell.language == 'zh' else names[1]",  # formats.file_names
    "views/rounds/sheets_part.py": "sheet.file_name",  # Content.file_name, as it was made
}
ANSWERED: Final = {
    "services/downloads.py": "disposition(*formats.file_names(name, wanted))",
    "services/office_files.py": {
        "disposition(name, f'atlas-{unit}.xlsx')",  # Content.file_name
        "disposition(*names)",  # an upload, back with reasons, under marked names
    },
    "services/attachments.py": "disposition(held.file_name, f'attachment-{held.id}{suffix}')",  # as uploaded
    "services/pack/web/routes.py": "disposition(name, plain)",  # Part.file_name
}


def test_every_button_gives_a_file_under_a_marked_name() -> None:
    names = {
        (path, ast.unparse(keyword.value))
        for path, tree in trees("views")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button")
        for keyword in node.keywords
        if keyword.arg == "file_name"
    }
    assert len(names) > 12
    bare = {
        (path, name)
        for path, name in names
        if not isinstance(ast.parse(name, mode="eval").body, ast.Call) or called(name) not in MARKED_BY
    }
    assert bare == set(NAMED_ELSEWHERE.items())


def called(expression: str) -> str:
    call = ast.parse(expression, mode="eval").body
    assert isinstance(call, ast.Call)
    return ast.unparse(call.func).rsplit(".", 1)[-1]


def test_every_answer_with_a_file_is_known_here() -> None:
    found: dict[str, set[str]] = {}
    for path, tree in trees("services", "views"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(ast.unparse(node)) == "disposition":
                found.setdefault(path, set()).add(ast.unparse(node))
    assert found == {path: {one} if isinstance(one, str) else one for path, one in ANSWERED.items()}


def test_the_credit_of_every_map_says_it() -> None:
    def line(**chosen: Any) -> str:
        shell = SimpleNamespace(settings=Settings(credit_line="某局", **chosen), translate=str)
        return credit(cast(Shell, shell))

    assert line() == "某局" and line(map_approval_number="粤S1") == "某局 · 粤S1"
    assert line(demo=True, map_approval_number="粤S1") == "某局 · 粤S1 · 演示数据"
