"""The page of third-party evaluation on a fake of its port: who is offered what, the form, handing in."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from projects.errors import BadValue, StorageUnavailable
from projects.evaluation import FindingState, Rating
from projects.identity import NOBODY, Identity, Role
from tests.fake_desk import EDITOR, FakeDesk
from tests.fake_evaluations import FakeEvaluations
from tests.ui.office import OfficeShell, address, html, opened, press

PAGE = "evaluation.evaluation_page"
EVALUATOR = Identity(9, "pinggu", "某评价中心", Role.EVALUATOR, scope_code="440200")
HOSTILE = "<script>alert(1)</script> **粗**"


class NoFiles:
    """A place of files that holds none."""

    def listed(self, subject: str) -> tuple[Any, ...]:
        return ()


@dataclass
class Shell(OfficeShell):
    """The office's shell with findings and their files."""

    evaluations: FakeEvaluations = field(default_factory=FakeEvaluations)
    office_files: NoFiles = field(default_factory=NoFiles)
    demo: bool = False


def shell(evaluations: FakeEvaluations, who: Identity = EVALUATOR, **values: Any) -> Shell:
    return Shell(FakeDesk(identity=who), evaluations=evaluations, **values)


def test_nobody_without_signing_in_sees_findings() -> None:
    found = FakeEvaluations()
    found.put()
    at = opened(PAGE, shell(found, NOBODY))
    assert "请先登录" in html(at) and not found.asks


def test_a_reader_sees_the_list_without_any_way_to_write() -> None:
    found = FakeEvaluations()
    found.put(title=HOSTILE, rating=Rating.POOR, score=Decimal("61.50"), project_id="SG-0001", area_code="")
    at = opened(PAGE, shell(found, EDITOR))
    shown = html(at)
    assert "<script>" not in shown and "共 1 条" in shown
    assert "差" in shown and "评分 61.5" in shown and "某评价中心" in shown
    assert "SG-0001 云门康养小镇" in shown
    assert not [b for b in at.button if b.key == "finding-new"]
    press(at, "finding-open-1")
    assert address(at)["finding"] == "1"
    assert "现场 40 张" in html(at) and "未知" in html(at), "a day that nobody noted is said"
    assert not [b for b in at.button if b.key in ("finding-in", "finding-correct")]


def test_an_address_narrows_the_list_and_nonsense_is_told() -> None:
    found = FakeEvaluations()
    found.put()
    opened(PAGE, shell(found), about="440232")
    assert found.asks[-1] == ("440232", "")
    opened(PAGE, shell(found), about="sg-0001")
    assert found.asks[-1] == ("", "SG-0001")
    at = opened(PAGE, shell(found), about="乳源")
    assert "看不懂“乳源”" in html(at) and len(found.asks) == 2


def test_a_finding_is_written_kept_as_a_draft_and_handed_in() -> None:
    found = FakeEvaluations(writes="pinggu")
    at = opened(PAGE, shell(found))
    press(at, "finding-new")
    at.text_input(key="finding-form-new0-record").input("sg-0001")
    at.text_input(key="finding-form-new0-title").input("床位与上报不符")
    at.text_input(key="finding-form-new0-score").input("约60")
    at.text_input(key="finding-form-new0-seen").input("2099-01-01")
    press(at, "finding-form-new0-send")
    shown = html(at)
    assert "评分看不懂：约60" in shown and "“评价意见”还没有写" in shown and "2099-01-01 在今天以后" in shown
    assert not found.held, "nothing is stored, and what was typed stays"
    assert at.text_input(key="finding-form-new0-title").value == "床位与上报不符"
    at.text_area(key="finding-form-new0-text").input("现场 40 张，上报 80 张")
    at.text_input(key="finding-form-new0-score").input("60")
    at.text_input(key="finding-form-new0-seen").input("")
    press(at, "finding-form-new0-send")
    draft = found.held[1].draft
    assert (draft.project_id, draft.area_code, draft.score, draft.seen_on) == (
        "SG-0001",
        "",
        Decimal(60),
        None,
    )
    assert "草稿已保存为 1 号" in html(at) and "草稿，只有您能看到" in html(at)
    press(at, "finding-in")
    assert found.held[1].state is FindingState.HANDED_IN
    assert "1 号评价已提交" in html(at)


def test_a_finding_about_an_area_of_the_scope() -> None:
    found = FakeEvaluations(writes="pinggu")
    at = opened(PAGE, shell(found), new="1")
    at.radio(key="finding-form-new0-subject").set_value("area").run()
    at.selectbox(key="finding-form-new0-area").set_value("440281")
    at.text_input(key="finding-form-new0-title").input("标题")
    at.text_area(key="finding-form-new0-text").input("意见")
    press(at, "finding-form-new0-send")
    assert (found.held[1].draft.area_code, found.held[1].draft.project_id) == ("440281", "")


def test_a_draft_is_changed_or_thrown_away() -> None:
    found = FakeEvaluations(writes="pinggu")
    key = found.put(handed_in=False, score=Decimal("70.00"))
    at = opened(PAGE, shell(found), finding=key)
    assert at.text_input(key="finding-form-1-score").value == "70"
    at.text_input(key="finding-form-1-title").input("改了")
    press(at, "finding-form-1-send")
    assert found.held[key].draft.title == "改了"
    press(at, "finding-off")
    assert not found.held and "草稿已删除" in html(at)


def test_what_was_handed_in_is_corrected_by_a_further_finding() -> None:
    found = FakeEvaluations(writes="pinggu")
    first = found.put(score=Decimal(60))
    at = opened(PAGE, shell(found), finding=first)
    press(at, "finding-correct")
    assert "更正 1 号评价" in html(at)
    at.text_input(key="finding-form-new1-score").input("65")
    press(at, "finding-form-new1-send")
    assert (found.held[2].draft.replaces_id, found.held[2].draft.area_code) == (1, "440232")
    assert found.held[1].draft.score == Decimal(60)


@pytest.mark.parametrize("error", [BadValue("440999 不在您的评价范围内"), StorageUnavailable("gone")])
def test_a_refusal_is_told_and_what_was_typed_stays(error: Exception) -> None:
    found = FakeEvaluations(writes="pinggu", refuse=error)
    at = opened(PAGE, shell(found), new="1", about="SG-0001")
    at.text_input(key="finding-form-new0-title").input("标题")
    at.text_area(key="finding-form-new0-text").input("意见")
    press(at, "finding-form-new0-send")
    assert "不在您的评价范围内" in html(at) or "数据库暂时没有响应" in html(at)
    assert at.text_input(key="finding-form-new0-title").value == "标题"


def test_a_finding_that_is_not_there_is_told() -> None:
    at = opened(PAGE, shell(FakeEvaluations()), finding="77")
    assert "没有找到这条记录" in html(at)


def test_the_card_of_a_record_names_its_findings() -> None:
    from streamlit.testing.v1 import AppTest

    def script(shell: "Any") -> None:
        from views.evaluation import card

        card.draw(shell, "SG-0001")

    found = FakeEvaluations()
    at = AppTest.from_function(script, args=(shell(found, EDITOR),), default_timeout=20).run()
    assert not at.exception and not html(at)
    found.put(project_id="SG-0001", area_code="", title=HOSTILE)
    at = AppTest.from_function(script, args=(shell(found, EDITOR),), default_timeout=20).run()
    assert "第三方评价（1）" in html(at) and "<script>" not in html(at)
