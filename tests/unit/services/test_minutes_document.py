"""Minutes of a meeting: what was decided, by whom it is done, what is left, what is not shown, its fonts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document

from data.exports.request import ExportRequest
from projects.filters import ProjectFilter
from projects.matters.meetings import AgendaItem, Meeting, MeetingDraft
from services import minutes_document
from tests.fake_matters import HEALTH, NOW, PLANNING, RUYUAN, matter

DRAFT = MeetingDraft(title="第三次联席会议", unit_id="440232", held_on=date(2026, 6, 1), chair="李四")
FOLLOW = matter(9, title="落实用地", lead_unit=PLANNING, support_units=(HEALTH,), due_on=date(2026, 7, 1))


def item(position: int, decision: str = "", **values: Any) -> AgendaItem:
    base: dict[str, Any] = {"matter": matter(position), "follow_up_id": None, "follow_up": None}
    given = base | values
    return AgendaItem(
        position, given["matter"], decision, given["follow_up_id"], given["follow_up"], "审核员", NOW
    )


def meeting(*agenda: AgendaItem, closed: bool = True, **values: Any) -> Meeting:
    base: dict[str, Any] = {"draft": DRAFT, "hidden": 0, "version": 1, "may_change": True}
    closing = {"closed_at": NOW if closed else None, "closed_by": "审核员" if closed else ""}
    return Meeting(id=1, unit=RUYUAN, agenda=agenda, **(base | closing | values))


def request(language: Any = "zh", **values: Any) -> ExportRequest:
    return ExportRequest(chosen=ProjectFilter(), language=language, title="第三次联席会议", **values)


def made(held: Meeting, **values: Any) -> Any:
    return Document(io.BytesIO(minutes_document.document(held, request(**values))))


def text_of(document: Any) -> str:
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join(lines)


def test_the_minutes_say_who_met_and_what_nobody_filled_in() -> None:
    text = text_of(made(meeting()))
    assert text.startswith("第三次联席会议纪要") and "草稿" not in text
    assert "时间：2026-06-01" in text and "主持：李四" in text and "地点：未填" in text
    assert "没有作出决定" in text


def test_a_decision_stands_with_the_matter_that_it_became() -> None:
    document = made(meeting(item(1, "由发改局牵头\n十日内办结", follow_up_id=9, follow_up=FOLLOW)))
    text = text_of(document)
    assert "1. 用地指标1（1 号事项，县人民医院 SG-0001）" in text and "决定：由发改局牵头" in text
    assert (
        "责任单位：韶关市发展和改革局；配合单位：韶关市卫生健康局（原韶关市卫生和计划生育局）；"
        "期限：2026-07-01；转为 9 号事项。" in text
    )
    (table,) = document.tables
    row = [cell.text for cell in table.rows[1].cells]
    assert row[:4] == ["1", "9", "落实用地", "韶关市发展和改革局"] and row[5] == "2026-07-01"


def test_what_was_not_decided_and_what_is_not_shown_is_counted() -> None:
    text = text_of(made(meeting(item(1), item(2, "同意"), hidden=3)))
    assert "一、议定事项（1）" in text and "三、未作决定的议题（1）" in text
    assert "1 号 用地指标1（县人民医院 SG-0001）" in text
    assert "另有 3 个议题与下载本文件的单位无关，未列入" in text


def test_a_follow_up_that_the_reader_may_not_see_is_named_by_its_number_alone() -> None:
    text = text_of(made(meeting(item(1, "另行研究", follow_up_id=77))))
    assert "转为 77 号事项" in text and "1 | 77 | （无权查看）" in text


def test_minutes_before_the_closing_are_a_draft() -> None:
    held = meeting(closed=False)
    assert "草稿：会议尚未结束" in text_of(made(held))
    assert minutes_document.file_name(held, request()) == "会议纪要草稿_20260601_第三次联席会议.docx"
    assert minutes_document.file_name(held, request("en")) == "minutes-draft_20260601_第三次联席会议.docx"


def test_practice_data_is_marked_in_name_and_text() -> None:
    held = meeting(item(1, "同意"))
    assert minutes_document.file_name(held, request(practice=True)).startswith("演示_会议纪要_")
    document = made(held, practice=True)
    assert "演示数据" in text_of(document)
    assert "演示数据" in document.sections[0].footer.paragraphs[0].text


@pytest.mark.parametrize("text", ["坏\x00字\x0b", "孤立\ud800", "<b>&amp;</b>", "=1+1"])
def test_hostile_text_makes_a_file_that_opens(text: str) -> None:
    draft = replace(DRAFT, title=text, attendees=text)
    held = meeting(item(1, text, matter=matter(1, title=text)), draft=draft)
    assert "决定：" in text_of(made(held))
    assert "/" not in minutes_document.file_name(replace(held, draft=replace(DRAFT, title="a/b")), request())


def test_chinese_fonts_are_named() -> None:
    document = made(meeting(item(1, "同意")))
    fonts = {
        run._element.rPr.rFonts.get(f"{{{run._element.nsmap['w']}}}eastAsia")
        for paragraph in document.paragraphs
        for run in paragraph.runs
    }
    assert fonts == {"宋体", "黑体"}
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
