"""A deck being written with python-pptx: slides of 16:9 with native tables and charts that stay editable.

Every text carries a Latin and an East Asian font by name; signs that XML cannot hold and marks that turn the
writing direction never reach a slide, and a text that would break the layout is cut visibly.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from data.exports.pieces import write_whole
from layers.html import clean_text
from services.pack.bench import Bench

WIDTH, HEIGHT, MARGIN, TOP = 13.333, 7.5, 0.5, 1.25
"""Of a slide in inches: its size, its margin, where the content begins."""
ROOM: Final = WIDTH - 2 * MARGIN
BOTTOM: Final = 6.85
"""Where the content ends; below it stands the credit."""
ROW: Final = 0.34
LOWEST_ROW: Final = 0.28
_TITLE_ONLY: Final = 5
_PRESENT: Final = 10.0
"""Width in inches of the slides that python-pptx's own layouts are drawn for."""
_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA: Final = str.maketrans({"=": "＝", "+": "＋", "-": "－", "@": "＠"})
_NARROW: Final = 0.56
"""Width of a Latin letter in units of the type size; a Chinese character is as wide as the size."""


def shown(text: object) -> str:
    """Return text that a slide can hold: nothing that steers, nothing that XML refuses."""
    return _NOT_XML.sub("\ufffd", clean_text(str(text)))


def cut(text: object, inches: float, size: float, lines: int = 1) -> str:
    """Return a text cut to what ``lines`` lines hold at a type size in points, with … where it was cut.

    >>> cut("健" * 40, 1.0, 12), cut("短", 1.0, 12)
    ('健健健健健…', '短')
    """
    whole, room, held = shown(text), inches * 72 * lines, 0.0
    for number, letter in enumerate(whole):
        held += size * (1.0 if unicodedata.east_asian_width(letter) in "WFA" else _NARROW)
        if held > room:
            return whole[: max(number - 1, 1)] + "…"
    return whole


def label(text: object) -> str:
    """Return the label of a chart: its workbook would take a text that begins with = for a formula.

    >>> label("=1+1"), label("乳源")
    ('＝1+1', '乳源')
    """
    plain = shown(text)
    return plain[:1].translate(_FORMULA) + plain[1:]


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


class Deck:
    """The deck under way."""

    def __init__(self, bench: Bench, title: str) -> None:
        self.bench = bench
        self._file: Any = Presentation()
        self._file.slide_width, self._file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._file.core_properties.title = shown(title)[:250]
        self._file.core_properties.author = shown(bench.request.credit_line)[:250]
        self._file.core_properties.last_modified_by = ""
        self._file.core_properties.created = bench.request.generated_at.replace(tzinfo=None)
        self._file.core_properties.modified = bench.request.generated_at.replace(tzinfo=None)
        self._charts: list[Any] = []
        _widen(self._file.slide_master)
        self._place_titles()

    @property
    def slides(self) -> int:
        """How many slides there are."""
        return len(self._file.slides)

    def colour(self, key: str) -> RGBColor:
        """Return a colour of the office's template."""
        return _colour(self.bench.template.colour(key))

    def slide(self, title: str, *, first: bool = False) -> "Slide":
        """Add a slide with a title, the credit below and its number; the first one's title is large."""
        made: Any = self._file.slides.add_slide(self._file.slide_layouts[_TITLE_ONLY])
        slide = Slide(self, made)
        slide.title(title, 34 if first else 24, 3 if first else 1)
        if first:
            _move(made.shapes.title, Box(MARGIN, 0.9, ROOM, 1.8))
        slide.foot()
        return slide

    def keep(self, chart: Any) -> None:
        """Remember a chart, so that its texts get their fonts too."""
        self._charts.append(chart)

    def write(self, path: Path) -> int:
        """Write the deck, whole or not at all; return its size. Raises ``OSError``."""
        for element in (
            self._file.slide_master.element,
            *(slide._element for slide in self._file.slides),
            *(chart.element for chart in self._charts),
        ):
            self._set_fonts(element)
        file = io.BytesIO()
        self._file.save(file)
        return write_whole(iter((file.getvalue(),)), path)

    def _set_fonts(self, element: Any) -> None:
        """Name the East Asian font beside every Latin one, and instead of the theme's in the master."""
        template = self.bench.template
        for latin in list(element.iter(qn("a:latin"))):
            latin.set("typeface", shown(template.font("pptx_latin")))
            following = latin.getnext()
            if following is None or following.tag != qn("a:ea"):
                latin.addnext(OxmlElement("a:ea"))
        for east in element.iter(qn("a:ea")):
            east.set("typeface", shown(template.font("pptx")))

    def _place_titles(self) -> None:
        title = self._file.slide_layouts[_TITLE_ONLY].placeholders[0]
        _move(title, Box(MARGIN, 0.32, ROOM, 0.8))


class Slide:
    """One slide being written."""

    def __init__(self, deck: Deck, made: Any) -> None:
        self.deck, self._made = deck, made

    def title(self, text: str, size: float = 24, lines: int = 1) -> None:
        """Write the title, in the place that readers and outlines look for."""
        holder = self._made.shapes.title
        frame = holder.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        shown_text = cut(text, ROOM - 0.4, size, lines)
        self._run(paragraph, shown_text, size, bold=True, colour=self.deck.colour("accent"))

    def foot(self) -> None:
        """Write the credit, when it was made, and the number of the slide."""
        request, bench = self.deck.bench.request, self.deck.bench
        made = f"{request.generated_at:%Y-%m-%d %H:%M}"
        words = f"{request.credit_line} · {bench.pick('生成于', 'made')} {made}"
        colour = self.deck.colour("warning" if request.practice else "muted")
        self.text(Box(MARGIN, 6.98, ROOM - 1, 0.35), [cut(words, ROOM - 1.4, 10)], size=10, colour=colour)
        box = self._made.shapes.add_textbox(*_placed(Box(WIDTH - MARGIN - 0.9, 6.98, 0.9, 0.35)))
        paragraph = box.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        paragraph._p.append(_number_field(self.deck.slides))

    def text(
        self,
        box: Box,
        lines: Sequence[str],
        *,
        size: float = 14,
        bold: bool = False,
        colour: RGBColor | None = None,
    ) -> None:
        """Write lines of text, a paragraph each."""
        holder = self._made.shapes.add_textbox(*_placed(box))
        frame = holder.text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 3)
            self._run(paragraph, shown(line), size, bold=bold, colour=colour)

    def table(
        self,
        box: Box,
        heads: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths: Sequence[float],
        size: float = 11,
    ) -> None:
        """Write a native table; ``widths`` are the columns' shares, numbers stand at the right.

        Lines are ``ROW`` high, lower only where the box would not hold them.
        """
        high = min(ROW, max(box.height / (len(rows) + 1), LOWEST_ROW))
        frame = self._made.shapes.add_table(len(rows) + 1, len(heads), *_placed(box))
        table = frame.table
        inches = [box.width * share / sum(widths) for share in widths]
        for column, wide in zip(table.columns, inches, strict=True):
            column.width = Inches(wide)
        for line, cells in zip(table.rows, [heads, *rows], strict=True):
            line.height = Inches(high)
            head = cells is heads
            for cell, value, wide in zip(line.cells, cells, inches, strict=True):
                self._cell(cell, value, wide, size, head=head)

    def bars(self, box: Box, labels: Sequence[str], values: Sequence[int], name: str) -> None:
        """Draw a native chart of bars, the first label at the top; nothing is drawn for no labels."""
        if not labels:
            return
        data: Any = CategoryChartData(number_format="#,##0")  # type: ignore[no-untyped-call]
        data.categories = [label(one)[:24] for one in labels]
        data.add_series(label(name), values)
        frame = self._made.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_placed(box), data)
        _describe(frame, name)
        chart = frame.chart
        self.deck.keep(chart)
        chart.has_legend, chart.has_title = False, False
        chart.font.size, chart.font.name = Pt(11), "Arial"
        chart.category_axis.reverse_order = True
        chart.category_axis.has_major_gridlines = False
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.font.size, plot.data_labels.font.name = Pt(11), "Arial"
        fill = plot.series[0].format.fill
        fill.solid()
        fill.fore_color.rgb = self.deck.colour("accent")

    def picture(self, box: Box, picture: bytes, words: str) -> None:
        """Put a picture into a box, as large as it fits, with words for who cannot see it."""
        made = self._made.shapes.add_picture(io.BytesIO(picture), Inches(box.left), Inches(box.top))
        scale = min(Inches(box.width) / made.width, Inches(box.height) / made.height)
        made.width, made.height = Emu(int(made.width * scale)), Emu(int(made.height * scale))
        _describe(made, words)

    def _cell(self, cell: Any, value: object, inches: float, size: float, *, head: bool) -> None:
        cell.margin_left = cell.margin_right = Inches(0.06)
        cell.margin_top = cell.margin_bottom = Inches(0.03)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        number = isinstance(value, int)
        text = f"{value:,}" if number else cut(value, inches - 0.16, size)
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
        colour = _colour("#FFFFFF") if head else self.deck.colour("ink")
        self._run(paragraph, text, size, bold=head, colour=colour)
        if head:
            cell.fill.solid()
            cell.fill.fore_color.rgb = self.deck.colour("accent")

    def _run(
        self, paragraph: Any, text: str, size: float, *, bold: bool = False, colour: RGBColor | None = None
    ) -> None:
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Arial"
        run.font.color.rgb = colour or self.deck.colour("ink")


def _colour(code: str) -> RGBColor:
    """Return a colour given as ``#rrggbb``."""
    made: RGBColor = RGBColor.from_string(code[1:].upper())  # type: ignore[no-untyped-call]
    return made


def _placed(box: Box) -> tuple[Any, Any, Any, Any]:
    return Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height)


def _move(shape: Any, box: Box) -> None:
    """Put a shape into a box; all four at once, since one alone would make the others zero."""
    shape.left, shape.top, shape.width, shape.height = _placed(box)


def _describe(shape: Any, words: str) -> None:
    """Give a picture or chart the words that are read aloud instead of it."""
    next(shape._element.iter(qn("p:cNvPr"))).set("descr", shown(words)[:500])


def _number_field(number: int) -> Any:
    """Return the number of a slide as a field, so that it stays right when slides are moved."""
    return parse_xml(
        f'<a:fld {nsdecls("a")} id="{{5C7D9A40-3C1B-4B52-9C0E-5D1F3B1E7A10}}" type="slidenum">'
        f'<a:rPr lang="zh-CN" sz="1000"><a:latin typeface="Arial"/></a:rPr><a:t>{number}</a:t></a:fld>'
    )


def _widen(master: Any) -> None:
    """Stretch the placeholders of the master and its layouts, which are drawn for narrower slides."""
    for holder in (
        *master.placeholders,
        *(p for layout in master.slide_layouts for p in layout.placeholders),
    ):
        if holder._element.spPr.find(qn("a:xfrm")) is not None:
            holder.left = Emu(int(holder.left * WIDTH / _PRESENT))
            holder.width = Emu(int(holder.width * WIDTH / _PRESENT))
