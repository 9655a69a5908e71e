"""Minutes of a joint meeting (会议纪要) as a Word file: who met, what was decided, who does what until when.

The decisions stand with the numbers of the matters that were made of them. What the reader may not see is
counted, never left out in silence; the minutes of a meeting that is not closed say that they are a draft.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, RGBColor

from data.exports.request import ExportRequest
from projects.matters.meetings import AgendaItem, Meeting
from projects.matters.model import Matter, UnitName
from services import word_text

MEDIA_TYPE: Final = word_text.MEDIA_TYPE
RED: Final = RGBColor(0x9C, 0x1F, 0x1F)
_WIDTHS: Final = (1.2, 2.0, 5.6, 3.4, 2.6, 2.2)
"""Widths of the columns of the list of decisions, in cm; together those of the text."""
Words = Callable[[str], str]


def document(meeting: Meeting, request: ExportRequest, words: Words = str) -> bytes:
    """Return the minutes as a docx file; ``words`` translates the page's own words."""
    _ = words
    page = _Minutes(request, words)
    page.title(meeting)
    page.facts(meeting)
    decided = [item for item in meeting.agenda if item.decision]
    page.heading(_("一、议定事项（{n}）").format(n=len(decided)))
    for number, item in enumerate(decided, 1):
        page.decision(number, item)
    if not decided:
        page.line(_("没有作出决定。"))
    page.followed([item for item in decided if item.follow_up_id is not None])
    page.left([item for item in meeting.agenda if not item.decision], meeting.hidden)
    return page.made()


def file_name(meeting: Meeting, request: ExportRequest) -> str:
    """Return the name of the file: day and title; a draft says so."""
    english = request.language == "en"
    label = "minutes" if english else "会议纪要"
    if meeting.closed_at is None:
        label += "-draft" if english else "草稿"
    day = f"{meeting.draft.held_on:%Y%m%d}_" if meeting.draft.held_on else ""
    return request.file_name(f"{label}_{day}{word_text.name_part(meeting.draft.title)}.docx")


class _Minutes:
    """The minutes being written."""

    def __init__(self, request: ExportRequest, words: Words) -> None:
        self._request, self._words = request, words
        self._file = word_text.new_file(request)

    def made(self) -> bytes:
        """Return the file."""
        file = io.BytesIO()
        self._file.save(file)
        return file.getvalue()

    def title(self, meeting: Meeting) -> None:
        """Write the title; a draft and practice data say so below it."""
        _ = self._words
        title = _("{title}纪要").format(title=meeting.draft.title)
        word_text.write(self._paragraph(centred=True), title, 18, bold=True, heading=True)
        if meeting.closed_at is None:
            note = _("草稿：会议尚未结束，内容仍可能改动")
            word_text.write(self._paragraph(centred=True), note, 10, colour=RED)
        if self._request.practice:
            word_text.write(self._paragraph(centred=True), self._request.heading, 9, colour=RED)

    def facts(self, meeting: Meeting) -> None:
        """Write when, where, who; what nobody filled in is said to be so."""
        _, draft = self._words, meeting.draft
        missing = _("未填")
        rows = (
            (_("时间"), str(draft.held_on or missing)),
            (_("地点"), draft.place or missing),
            (_("召集单位"), _unit(meeting.unit, _)),
            (_("主持"), draft.chair or missing),
            (_("参加"), draft.attendees or missing),
            (_("说明"), draft.note),
        )
        for label, text in rows:
            if text:
                self._labelled(_("{label}：").format(label=label), text)

    def decision(self, number: int, item: AgendaItem) -> None:
        """Write one item: what it was about, what was decided, who does it."""
        _, matter = self._words, item.matter
        head = _("{n}. {title}（{id} 号事项，{about}）").format(
            n=number, title=matter.title, id=matter.id, about=_about(matter)
        )
        paragraph = self._paragraph()
        paragraph.paragraph_format.keep_with_next = True
        word_text.write(paragraph, head, 11, bold=True)
        self._labelled(_("{label}：").format(label=_("决定")), item.decision)
        done = item.follow_up or matter
        who = [_("责任单位：{unit}").format(unit=_unit(done.lead_unit, _))]
        if done.support_units:
            who.append(_("配合单位：{units}").format(units=_units(done.support_units, _)))
        who.append(_("期限：{day}").format(day=done.due_on or _("未定")))
        if item.follow_up_id is not None:
            who.append(_("转为 {n} 号事项").format(n=item.follow_up_id))
        self.line("；".join(who) + "。", size=10.5)

    def followed(self, items: Sequence[AgendaItem]) -> None:
        """Write the matters that decisions became as a table."""
        _ = self._words
        self.heading(_("二、转办事项清单（{n}）").format(n=len(items)))
        if not items:
            self.line(_("没有。"))
            return
        heads = (_("序号"), _("事项编号"), _("事项"), _("责任单位"), _("配合单位"), _("期限"))
        table = self._file.add_table(rows=1, cols=len(heads))
        table.style, table.autofit = "Table Grid", False
        self._cells(table.rows[0], heads, bold=True)
        for number, item in enumerate(items, 1):
            self._cells(table.add_row(), self._follow(number, item))

    def _follow(self, number: int, item: AgendaItem) -> Sequence[str]:
        """Return one row; a matter that the reader may not see is named by its number alone."""
        _, follow = self._words, item.follow_up
        if follow is None:
            return (str(number), str(item.follow_up_id), _("（无权查看）"), "", "", "")
        return (
            str(number),
            str(follow.id),
            follow.title,
            _unit(follow.lead_unit, _),
            _units(follow.support_units, _),
            str(follow.due_on or _("未定")),
        )

    def left(self, items: Sequence[AgendaItem], hidden: int) -> None:
        """Write the items without a decision, and how many are not shown."""
        _ = self._words
        if items:
            self.heading(_("三、未作决定的议题（{n}）").format(n=len(items)))
            for item in items:
                matter = item.matter
                text = _("{id} 号 {title}（{about}）").format(
                    id=matter.id, title=matter.title, about=_about(matter)
                )
                self.line(text)
        if hidden:
            self.line(_("另有 {n} 个议题与下载本文件的单位无关，未列入。").format(n=hidden))

    def heading(self, text: str) -> None:
        """Write a heading that stays with what follows."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.keep_with_next = True
        word_text.write(paragraph, text, 13, bold=True, heading=True)

    def line(self, text: str, *, size: float = 11) -> None:
        """Write a paragraph."""
        word_text.write(self._paragraph(), text, size)

    def _labelled(self, label: str, text: str) -> None:
        paragraph = self._paragraph()
        word_text.write(paragraph, label, 11, bold=True, heading=True)
        word_text.write(paragraph, text, 11)

    def _cells(self, row: Any, texts: Sequence[str], *, bold: bool = False) -> None:
        for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            word_text.tight(paragraph)
            word_text.write(paragraph, text, 9.5, bold=bold)

    def _paragraph(self, *, centred: bool = False) -> Any:
        paragraph = self._file.add_paragraph()
        word_text.tight(paragraph, 5)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph


def _about(matter: Matter) -> str:
    """Return what a matter is about: its record with the id, or its area."""
    return f"{matter.project_name} {matter.project_id}".strip() if matter.project_id else matter.area_name


def _unit(unit: UnitName, _: Words) -> str:
    """Return a unit under the name it has today, with the one it had then."""
    renamed = unit.was and unit.was != unit.name
    return _("{name}（原{was}）").format(name=unit.name, was=unit.was) if renamed else unit.name


def _units(units: Sequence[UnitName], words: Words) -> str:
    return "、".join(_unit(one, words) for one in units)
