"""The book as a Word file: contents with links and page numbers, then the sheets, all of it editable.

Tables are written as WordprocessingML, which is twenty times as fast as filling them cell by cell. Chinese
fonts are named for Word (``pack.toml``); where they are missing the reader's own stand in.
"""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.shape import CT_Inline
from docx.shared import Cm, Mm, Pt, RGBColor

from data.exports.request import PRACTICE
from services.pack.bench import Bench, Held
from services.pack.book.contents import Area, about, by_area, notes, title
from services.pack.book.contents import sheets as sheets_of
from services.pack.book.locator import HEIGHT_MM, Locator
from services.pack.book.sheet import Fact, Section, Sheet
from services.pack.words import cut, legend

_WIDE: Final = ("parties", "place", "contact")
"""Sections with one fact per line; the others have two."""
_TWIPS: Final = (1850, 3250)
"""Widths of a title and of its value, in twentieths of a point; the text is four such columns wide."""
_FITS: Final = ((46, 9.0), (58, 8.0), (76, 7.0))
"""Lines that a page holds at a size of type in points; a longer sheet has the last size."""
_SMALLEST: Final = 6.0
_ACROSS: Final = 56
"""Chinese characters of a line at nine points."""


def book_docx(bench: Bench, path: Path) -> Held:
    """Write the book as Word: contents with page numbers, then one page per project, all of it editable."""
    sheets = list(sheets_of(bench))
    paper = _Paper(bench)
    paper.cover(sheets, by_area(bench, sheets))
    if sheets:
        paper.begin_sheets()
    locator = Locator(bench)
    for one in sheets:
        bench.step(
            bench.pick(
                f"项目册 Word {one.number} / {len(sheets)}", f"book in Word {one.number} / {len(sheets)}"
            )
        )
        paper.sheet(one, locator.png(one.summary))
    paper.save(path)
    return Held(len(sheets), {"sheets": len(sheets)})


def type_size(sheet: Sheet) -> float:
    """Return the size of type in points at which a sheet stays on one page, by counting its lines."""
    lines = 4.0 + len(sheet.name) / 28 + 2 * len(sheet.flags)
    for section in sheet.sections:
        in_a_row = 1 if section.key in _WIDE else 2
        lines += 1.8 + len(section.facts) / in_a_row
        lines += sum(len(fact.value) // (36 if in_a_row == 1 else 15) for fact in section.facts) / in_a_row
        lines += sum(1 + len(text) // _ACROSS for text in section.texts)
        lines += 7 if section.key == "place" else 0
    return next((size for most, size in _FITS if lines <= most), _SMALLEST)


class _Paper:
    """A Word file being written."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._template = bench, bench.template
        self._file: Any = Document()
        self._marks = self._pictures = 0
        self._style_ids = {name: self._file.styles[name].style_id for name in _HEADINGS}
        properties = self._file.core_properties
        properties.title = cut(f"{title(bench)} · {bench.request.heading}", 240)
        properties.author = cut(bench.request.credit_line, 240)
        properties.comments = ""
        self._styles()
        self._page(self._file.sections[0])

    def save(self, path: Path) -> None:
        """Write the file."""
        made = io.BytesIO()
        self._file.save(made)
        path.write_bytes(made.getvalue())

    def cover(self, sheets: Sequence[Sheet], areas: Sequence[Area]) -> None:
        """Write title, filter, how to read the book, and the contents by county."""
        self._logo()
        if self._bench.request.practice:
            self._line(PRACTICE[self._bench.request.language], 11, bold=True, colour="warning")
        self._line(title(self._bench), 26, style="Title", colour="accent")
        for line in about(self._bench, sheets):
            self._line(line, 10, colour="muted")
        self._line(
            self._template.word("contents", self._bench.request.language), 13, bold=True, colour="accent"
        )
        for area in areas:
            self._line(f"{area.name}（{len(area.sheets)}）", 10.5, bold=True, colour="accent", keep=True)
            for one in area.sheets:
                self._entry(one)
        for note in notes(self._bench, sheets):
            self._line(note, 8.5, colour="muted")

    def begin_sheets(self) -> None:
        """Begin the part whose pages are numbered from 1, one per sheet."""
        section = self._file.add_section(WD_SECTION.NEW_PAGE)
        self._page(section)
        numbering = OxmlElement("w:pgNumType")
        numbering.set(qn("w:start"), "1")
        section._sectPr.find(qn("w:cols")).addprevious(numbering)
        section.footer.is_linked_to_previous = False
        footer = section.footer.paragraphs[0]
        self._run(
            footer, f"{legend(self._bench)}　{self._bench.request.credit_line}　— ", 7.5, colour="muted"
        )
        _field(footer, "PAGE", "1", Pt(7.5))
        self._run(footer, " —", 7.5, colour="muted")

    def sheet(self, one: Sheet, picture: bytes | None) -> None:
        """Write one page."""
        size = type_size(one)
        heading = self._paragraph("Heading 1")
        heading.paragraph_format.page_break_before = one.number > 1
        self._bookmark(heading, one.id)
        self._run(
            heading, one.name, 17 if len(one.name) <= 30 else 12 if len(one.name) <= 90 else 9, bold=True
        )
        self._line(f"{one.id} · {one.category_name} · {one.where}", size, colour="muted")
        for flag in one.flags:
            self._line(flag, size + 1, bold=True, colour="warning")
        for section in one.sections:
            self._section(section, size, picture)

    def _section(self, section: Section, size: float, picture: bytes | None) -> None:
        title = self._paragraph("Heading 2")
        self._run(title, section.title, size + 1.5, bold=True)
        if section.facts:
            across = 1 if section.key in _WIDE else 2
            self._file.element.body.insert_element_before(
                parse_xml(_table(section.facts, across, size, self._template.colour)), "w:sectPr"
            )
        for text in section.texts:
            self._line(text, size)
        if picture and section.key == "place":
            self._picture(picture)

    def _picture(self, picture: bytes) -> None:
        """Put a small map; python-docx searches the whole file for a free number with every picture."""
        relation, image = self._file.part.get_or_add_image(io.BytesIO(picture))
        width, height = image.scaled_dimensions(None, Mm(HEIGHT_MM * 0.7))
        self._pictures += 1
        drawn = CT_Inline.new_pic_inline(_PICTURES + self._pictures, relation, "map.png", width, height)
        paragraph = self._file.add_paragraph()
        _tight(paragraph)
        paragraph.add_run()._r.add_drawing(drawn)

    def _paragraph(self, style: str | None = None) -> Any:
        """Begin a paragraph; python-docx searches all styles with every one that is named."""
        paragraph = self._file.add_paragraph()
        if style:
            paragraph._p.style = self._style_ids[style]
        return paragraph

    def _entry(self, one: Sheet) -> None:
        """Write a line of the contents: a link to the sheet, its page as a field that Word keeps right."""
        paragraph = self._file.add_paragraph()
        _tight(paragraph)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(17.2), _right())
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _anchor(one.id))
        paragraph._p.append(link)
        link.append(self._run(paragraph, f"{one.id}　{cut(one.name, 44)}", 9.5)._r)
        self._run(paragraph, "\t", 9.5)
        _field(paragraph, f"PAGEREF {_anchor(one.id)} \\h", str(one.number), Pt(9.5))

    def _bookmark(self, paragraph: Any, record: str) -> None:
        self._marks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._marks))
        start.set(qn("w:name"), _anchor(record))
        paragraph._p.append(start)
        paragraph._p.append(end)

    def _logo(self) -> None:
        """Put the office's mark in front; Word shows no SVG from here, so that one stays in the PDF."""
        logo = self._template.logo
        if logo is not None and logo.suffix.lower() != ".svg":
            height = Mm(int(self._template.value("logo", "height_mm")))
            self._file.add_paragraph().add_run().add_picture(str(logo), height=height)

    def _line(  # noqa: PLR0913 - one line with its looks
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = "ink",
        style: str | None = None,
        keep: bool = False,
    ) -> None:
        paragraph = self._paragraph(style)
        _tight(paragraph)
        paragraph.paragraph_format.keep_with_next = keep
        self._run(paragraph, text, size, bold=bold, colour=colour)

    def _run(self, paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = "") -> Any:
        run = paragraph.add_run(text if text == "\t" else _xml_text(text))
        run.font.size, run.font.bold = Pt(size), bold or None
        if colour:
            run.font.color.rgb = RGBColor.from_string(self._template.colour(colour)[1:].upper())
        return run

    def _styles(self) -> None:
        """Name the fonts of the template in the styles; the sheets carry sizes alone."""
        font, styles = self._template.font, self._file.styles
        for name, chinese in (("Normal", "docx_body"), *((n, "docx_heading") for n in _HEADINGS)):
            style = styles[name]
            style.font.name = font("docx_latin")
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in [a for a in fonts.attrib if a.endswith("Theme")]:
                del fonts.attrib[attribute]
            fonts.set(qn("w:eastAsia"), font(chinese))
            fonts.set(qn("w:ascii"), font("docx_latin"))
            fonts.set(qn("w:hAnsi"), font("docx_latin"))
            if name in _HEADINGS:
                style.font.color.rgb = RGBColor.from_string(self._template.colour("accent")[1:].upper())
                style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(4), Pt(1)

    def _page(self, section: Any) -> None:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin, section.bottom_margin = Cm(1.4), Cm(1.5)
        section.footer_distance = Cm(0.7)


_PICTURES: Final = 10_000
"""Numbers of pictures begin here, far from those of logo and bookmarks."""
_HEADINGS: Final = ("Title", "Heading 1", "Heading 2")


def _table(facts: Sequence[Fact], across: int, size: float, colour: Callable[[str], str]) -> str:
    """Return a table of facts as WordprocessingML, ``across`` of them per row; every text is escaped."""
    spans = (_TWIPS[0], _TWIPS[1] if across == 2 else _TWIPS[0] + 2 * _TWIPS[1])
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in spans * across)
    half_points = round(size * 2)
    rows = []
    for start in range(0, len(facts), across):
        cells = [
            cell
            for fact in facts[start : start + across]
            for cell in _cells(fact, spans, half_points, colour)
        ]
        missing = across - len(facts[start : start + across])
        cells += [_cell("", width, half_points, colour("ink")) for width in spans * missing]
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    line = f'w:val="single" w:sz="2" w:space="0" w:color="{colour("line")[1:]}"'
    borders = f"<w:bottom {line}/><w:insideH {line}/>"
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(spans) * across}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cells(fact: Fact, widths: Sequence[int], size: int, colour: Callable[[str], str]) -> tuple[str, str]:
    mark = f" [{fact.mark}]" if fact.mark else ""
    ink = colour("ink") if fact.known else colour("muted")
    return (
        _cell(fact.title, widths[0], size, colour("muted")),
        _cell(
            fact.value,
            widths[1],
            size,
            ink,
            _text_run(mark, max(size - 4, 8), colour("accent")) if mark else "",
        ),
    )


def _cell(text: str, width: int, size: int, ink: str, marked: str = "") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
        '<w:spacing w:before="10" w:after="10" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"{_text_run(text, size, ink)}{marked}</w:p></w:tc>"
    )


def _text_run(text: str, size: int, ink: str) -> str:
    return (
        f'<w:r><w:rPr><w:color w:val={quoteattr(ink[1:])}/><w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_xml_text(text))}</w:t></w:r>'
    )


def _xml_text(text: str) -> str:
    r"""Return text that XML 1.0 can hold: the two non-characters at the end of the plane go.

    >>> _xml_text("a\uffff b")
    'a b'
    """
    return text.replace("\ufffe", "").replace("\uffff", "")


def _anchor(record: str) -> str:
    return "p_" + "".join(c for c in record if c.isascii() and c.isalnum())


def _tight(paragraph: Any) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0


def _right() -> Any:
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.RIGHT


def _field(paragraph: Any, instruction: str, shown: str, size: Any) -> None:
    """Add a field that Word works out, with the value that stands there until it does."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        run.font.size = size
        if kind == "shown":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
        run._r.append(element)
