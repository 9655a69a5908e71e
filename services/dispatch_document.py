"""The monthly dispatch of one unit on one page of A4, to print or to send: made with python-docx.

Lists are cut so that the page holds; what is left out is counted.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, RGBColor

from data.exports.request import ExportRequest
from projects.codes import MILESTONE_ZH
from projects.lifecycle.dispatch import LIGHT_SIGN, Light, Reference, light_words, rule
from projects.lifecycle.ports import Item, Sheet
from services import word_text

MEDIA_TYPE: Final = word_text.MEDIA_TYPE
SHOWN: Final = 8
"""Rows of each list that fit the page."""
_LONGEST: Final = 26
_RULES: Final = 6
"""The sentences of the rule that say what the lights mean."""
_COLOURS: Final = {
    Light.RED: RGBColor(0x9C, 0x1F, 0x1F),
    Light.YELLOW: RGBColor(0x8A, 0x5A, 0x00),
    Light.GREEN: RGBColor(0x1F, 0x5A, 0x33),
    Light.GREY: RGBColor(0x55, 0x5F, 0x69),
    Light.OVER: RGBColor(0x55, 0x5F, 0x69),
}
Words = Callable[[str], str]


def document(sheet: Sheet, when: Reference, request: ExportRequest, words: Words = str) -> bytes:
    """Return the page of a unit as a docx file; ``words`` translates stages and steps."""
    page = _Page(request, words)
    page.title(
        _pick(request, "{unit}月调度单", "Monthly dispatch: {unit}").format(unit=_unit(sheet, request))
    )
    page.line(
        _pick(
            request,
            "参照日 {today} · 上次调度日 {last} · 请在 {next} 前更新",
            "Reference day {today} · last dispatch {last} · please update by {next}",
        ).format(today=when.today, last=when.last, next=when.next),
        centred=True,
    )
    page.lights(sheet)
    page.steps(
        _pick(request, "逾期（{n} 步）", "Overdue ({n} steps)").format(n=sheet.tally.overdue_steps),
        sheet.overdue,
        sheet.tally.overdue_steps,
    )
    page.steps(
        _pick(request, "90 天内到期（{n} 步）", "Due within 90 days ({n} steps)").format(
            n=sheet.tally.due[2]
        ),
        sheet.due,
        sheet.tally.due[2],
    )
    page.silent(sheet)
    page.contacts(sheet)
    page.rule()
    return page.made()


def bundle(sheets: Iterable[Sheet], when: Reference, request: ExportRequest, words: Words = str) -> bytes:
    """Return a zip of the pages of all units."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet in sheets:
            packed.writestr(file_name(sheet, when, request), document(sheet, when, request, words))
    return file.getvalue()


def file_name(sheet: Sheet, when: Reference, request: ExportRequest) -> str:
    """Return the name of a unit's page; characters that a file name cannot hold are left out."""
    unit = word_text.name_part(_unit(sheet, request))
    label = _pick(request, "月调度", "dispatch")
    return request.file_name(f"{label}_{sheet.tally.key or '-'}_{unit}_{when.today:%Y%m%d}.docx")


def bundle_name(when: Reference, request: ExportRequest) -> str:
    """Return the name of the zip of all units."""
    return request.file_name(_pick(request, "月调度单_", "dispatch-sheets-") + f"{when.today:%Y%m%d}.zip")


def _unit(sheet: Sheet, request: ExportRequest) -> str:
    return sheet.tally.name or _pick(request, "没有归属单位", "no owner unit")


def _pick(request: ExportRequest, zh: str, en: str) -> str:
    return en if request.language == "en" else zh


class _Page:
    """A page of A4 being written."""

    def __init__(self, request: ExportRequest, words: Words) -> None:
        self._request, self._words = request, words
        self._file = word_text.new_file(request)

    def made(self) -> bytes:
        """Return the file."""
        file = io.BytesIO()
        self._file.save(file)
        return file.getvalue()

    def title(self, text: str) -> None:
        """Write the title; practice data says so in it."""
        paragraph = self._paragraph(centred=True)
        word_text.write(paragraph, text, 16, bold=True, heading=True)
        if self._request.practice:
            word_text.write(
                self._paragraph(centred=True), self._request.heading, 9, colour=_COLOURS[Light.RED]
            )

    def line(self, text: str, *, centred: bool = False, size: float = 9.5) -> None:
        """Write one line."""
        word_text.write(self._paragraph(centred=centred), text, size)

    def lights(self, sheet: Sheet) -> None:
        """Write the unit's light and how many projects have which."""
        tally, language = sheet.tally, self._request.language
        paragraph = self._paragraph()
        text = f"{LIGHT_SIGN[tally.light]} {light_words(tally.light, language)}"
        word_text.write(paragraph, text, 13, bold=True, colour=_COLOURS[tally.light])
        text = _pick(
            self._request,
            "　{n} 个项目：报过日期 {reported}，没有报过 {silent}（未知，不是按期），已结束 {over}",
            "　{n} projects: dates reported {reported}, never reported {silent} (unknown, not on time),"
            " finished {over}",
        )
        word_text.write(
            paragraph,
            text.format(
                n=tally.projects, reported=tally.reported, silent=tally.never_reported, over=tally.over
            ),
            9.5,
        )
        counts = "　".join(
            f"{LIGHT_SIGN[one]} {light_words(one, language)} {tally.lights.get(one, 0)}" for one in Light
        )
        updates = _pick(
            self._request,
            "　·　上次调度日后未更新 {stale}，漏报上一期 {missed}，从未填报 {never}",
            "　·　not updated since {stale}, missed the last dispatch {missed}, never filed {never}",
        ).format(stale=tally.stale, missed=tally.missed, never=tally.never_filed)
        self.line(counts + updates)

    def steps(self, heading: str, items: Sequence[Item], whole: int) -> None:
        """Write a list of steps as a table, cut to what the page holds."""
        word_text.write(self._paragraph(), heading, 11, bold=True, heading=True)
        if not items:
            self.line(_pick(self._request, "没有。", "None."))
            return
        heads = _pick(
            self._request, "项目|步骤|计划日期|天数|阶段", "Project|Step|Planned on|Days|Stage"
        ).split("|")
        table = self._file.add_table(rows=1, cols=len(heads))
        table.style = "Table Grid"
        self._cells(table.rows[0], heads, bold=True)
        for item in items[:SHOWN]:
            self._cells(table.add_row(), self._step(item))
        if whole > len(items[:SHOWN]):
            more = _pick(self._request, "另有 {n} 步，见工作簿。", "{n} more: see the workbook.")
            self.line(more.format(n=whole - len(items[:SHOWN])))

    def silent(self, sheet: Sheet) -> None:
        """Write which projects have not reported any date."""
        n = sheet.tally.never_reported
        heading = _pick(self._request, "没有报过日期（{n} 个）", "Never reported ({n})").format(n=n)
        word_text.write(self._paragraph(), heading, 11, bold=True, heading=True)
        names = [f"{_short(item.name)}（{item.project_id}）" for item in sheet.unreported[:SHOWN]]
        if not names:
            self.line(_pick(self._request, "没有。", "None."))
            return
        more = n - len(names)
        rest = _pick(self._request, "；另有 {n} 个。", "; {n} more.").format(n=more) if more > 0 else ""
        self.line("；".join(names) + rest)

    def contacts(self, sheet: Sheet) -> None:
        """Write who is to be asked, as far as the reader may know, and how the dates come in."""
        known = dict.fromkeys(i.contact for i in (*sheet.overdue, *sheet.due, *sheet.unreported) if i.contact)
        told = "；".join(list(known)[:4])
        how = _pick(
            self._request,
            "请在“我的单位”下载已填工作簿，补“里程碑”表后上传，或在表单中填写；不知道的留空。",
            "Download the filled workbook under My unit, complete the sheet 里程碑 and upload it, or use the"
            " form; leave blank what is not known.",
        )
        who = _pick(self._request, "联系人：{who}。", "Contacts: {who}. ").format(who=told) if told else ""
        self.line(who + how)

    def rule(self) -> None:
        """Write the rule of the lights."""
        sentences = rule(self._request.language)[:_RULES]
        self.line(_pick(self._request, "规则：", "Rule: ") + " ".join(sentences), size=7.5)

    def _step(self, item: Item) -> list[str]:
        name = self._words(MILESTONE_ZH[item.step]) if item.step else ""
        late = (
            _pick(self._request, "逾期 {n}", "{n} late")
            if item.days_late > 0
            else _pick(self._request, "还有 {n}", "in {n}")
        )
        day = item.planned_on.isoformat() if item.planned_on else ""
        return [_short(item.name), name, day, late.format(n=abs(item.days_late)), self._words(item.stage)]

    def _cells(self, row: Any, texts: Sequence[str], *, bold: bool = False) -> None:
        for cell, text in zip(row.cells, texts, strict=True):
            paragraph = cell.paragraphs[0]
            word_text.tight(paragraph)
            word_text.write(paragraph, text, 8.5, bold=bold)
        row.cells[0].width = Cm(7)

    def _paragraph(self, *, centred: bool = False) -> Any:
        paragraph = self._file.add_paragraph()
        word_text.tight(paragraph)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph


def _short(name: str) -> str:
    """Return a name that takes one line of a table cell.

    >>> len(_short("健" * 40))
    26
    """
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
