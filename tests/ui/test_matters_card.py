"""Matters on the project card and on 我的单位: what is late stands first, what fails harms nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from projects.errors import StorageUnavailable
from projects.matters.model import MatterState, Timing
from projects.matters.ports import Asked, MatterPage
from tests.fake_desk import EDITOR, LECHANG, REVIEWER, RUYUAN, VIEWER
from tests.fake_matters import FakeMatters, matter
from tests.ui.office import OfficeShell, desk, html, opened
from views.matters.address import today

HOME = "office.home_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"


def late(number: int = 1, **values: Any) -> Any:
    return matter(number, due_on=today() - timedelta(3), **values)


def draw_card() -> None:
    """Draw the matters of one record with the shell of the session."""
    import streamlit as st

    from views.matters import card

    card.draw(st.session_state["shell"], "SG-0001")


def card_of(shell: OfficeShell) -> AppTest:
    at = AppTest.from_function(draw_card, default_timeout=30)
    at.session_state["shell"] = shell
    at.run()
    assert not at.exception
    return at


def test_the_card_lists_what_is_not_settled_with_ways_to_all_and_to_a_new_one() -> None:
    office = OfficeShell(desk(), matters=FakeMatters.of(late(1, title=HOSTILE), matter(2)))
    text = html(card_of(office))
    assert "事项（2 件未办结）" in text and "逾期 3 天" in text and 'href="matters?matter=1"' in text
    assert "<script>" not in text
    assert "matters?about=SG-0001" in text and "matters?new=1&#38;about=SG-0001" in text
    (asked,) = office.matters.asks
    assert asked.project_id == "SG-0001" and MatterState.CLOSED not in asked.states


def test_somebody_who_may_raise_none_and_sees_none_is_not_bothered() -> None:
    office = OfficeShell(desk(identity=VIEWER, units=()))
    assert html(card_of(office)) == ""


def test_a_unit_finds_what_it_has_to_answer() -> None:
    office = OfficeShell(desk(), matters=FakeMatters.of(*(late(n) for n in range(1, 8)), matter(9)))
    at = opened(HOME, office)
    text = html(at)
    assert "由本单位负责：7 件已逾期。" in text and text.count("逾期 3 天") == 5
    assert any("另有 2 件到期或逾期" in caption.value for caption in at.caption)
    asked = office.matters.asks[0]
    assert (asked.unit_id, asked.lead_only) == ("440232", True)
    assert asked.timings == (Timing.OVERDUE, Timing.DUE_SOON)


def test_a_unit_without_pressing_matters_is_told_so() -> None:
    text = html(opened(HOME, OfficeShell(desk(identity=EDITOR), matters=FakeMatters.of(matter(1)))))
    assert "没有逾期的，也没有七日内到期的" in text and "出错" not in text


def test_a_reviewer_reads_how_many_are_late_in_one_line() -> None:
    shell = OfficeShell(
        desk(identity=REVIEWER, units=(RUYUAN, LECHANG)), matters=FakeMatters.of(late(1), matter(2))
    )
    text = html(opened(HOME, shell))
    assert "2 件事项未办结，其中 1 件已逾期，2 件超过 30 天" in text and "matters?show=units" in text


class Broken(FakeMatters):
    """Matters whose store is away."""

    def page(self, asked: Asked, *_: Any, **__: Any) -> MatterPage:
        raise StorageUnavailable("database away")


def test_a_failure_of_matters_leaves_the_rest_of_the_page() -> None:
    text = html(opened(HOME, OfficeShell(desk(), matters=Broken())))
    assert "数据库暂时没有响应" in text and "最缺什么" in text and "本单位的记录" in text
