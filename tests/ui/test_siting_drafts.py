"""A proposed site from the siting page through the form: opened as a draft, filed as what it is."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from projects.codes import Method
from projects.filing.changes import Kind, Operation
from tests.ui import editing
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import address, desk, html, opened, press

EDIT = "editing.edit_page"


def saved() -> tuple[AnalysisShell, str]:
    """Return an office in which the siting page has saved its drafts, and the first one's subject."""
    office = AnalysisShell(desk())
    at = opened("analysis.siting.siting_page", office, county="440232", km=12, n=2)
    press(at, "siting-save")
    return office, next(iter(office.desk.saved))


def form(office: AnalysisShell, subject: str) -> AppTest:
    """Open the form on the same desk."""
    return opened(EDIT, editing.shell(office.desk), new=subject)


def test_a_draft_opens_by_its_link_and_says_that_it_is_modelled() -> None:
    office, subject = saved()
    at = form(office, subject)
    assert "选址模型提出的（模拟）" in html(at)
    assert address(at)["new"] == subject
    names = [str(one.value) for one in at.text_input if one.label.startswith("项目名称")]
    assert names[0].startswith("拟选址 1")


def test_it_is_filed_as_a_site_with_its_place_as_the_model_gave_it() -> None:
    office, subject = saved()
    at = form(office, subject)
    press(at, next(str(b.key) for b in at.button if str(b.key).endswith(":file")))
    (filed,) = office.desk.requests
    (entry,) = filed.entries
    values: dict[str, Any] = {change.path: change.new for change in entry.changes}
    assert (filed.kind, entry.operation) == (Kind.SITING, Operation.INSERT)
    assert values["place/0"]["method"] == str(Method.SITING) and values["place/0"]["precision"] == 3
    assert values["stage"] == "储备" and not values.get("published")
    assert subject not in office.desk.saved and len(office.desk.saved) == 1, "the other draft stays"


def test_what_is_typed_is_kept_in_the_draft_that_stays_a_site() -> None:
    office, subject = saved()
    at = form(office, subject)
    beds = next(one for one in at.text_input if one.label.startswith("床位"))
    beds.set_value("80").run()
    content = office.desk.saved[subject].content
    assert content["beds"] == "80" and content["filing"] == "siting"


def test_a_draft_that_is_gone_is_a_sentence() -> None:
    office, _subject = saved()
    assert "已提交或已丢弃" in html(form(office, "new-siting-000000000000"))


def test_drafts_are_listed_where_records_are_filled_in() -> None:
    office, subject = saved()
    text = html(opened(EDIT, editing.shell(office.desk)))
    assert f"new={subject}" in text and "拟选址 1" in text
