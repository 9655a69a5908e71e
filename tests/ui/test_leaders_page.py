"""The leaders' page on fakes of its ports: area and day in the address, links, the large screen, visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from data.store.library import PostgisLibrary
from projects.codes import Level
from projects.errors import SignInNeeded, StorageUnavailable
from projects.filters import ProjectFilter
from projects.identity import NOBODY, Identity
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.ports import AreaName, Bounds, Option, ZoneName
from projects.week import Changes
from services.leaders.kept import Kept
from services.map_scene import MapScenes
from tests import fake_ledger, fake_schedule
from tests.fake_desk import VIEWER
from tests.fake_matters import FakeMatters, matter
from tests.ui.fake_targets import FakeTargets
from tests.ui.office import OfficeShell, address, desk, html, opened
from tests.unit.services.leaders import world
from tests.unit.services.pack.paper_world import PaperLibrary

PAGE = "leaders.leaders_page"
TODAY = datetime.now(OFFICE_TIME).date()
WEEK_AGO = TODAY - timedelta(days=7)
COUNTY = AreaName(
    "440232", Level.COUNTY, "乳源瑶族自治县", "440200", "440000", "440200", 113.5, 24.5,
    (113, 24, 114, 25),
)  # fmt: skip


class Places(PaperLibrary):
    """A library with two areas whose version a test may raise."""

    mark = "1"

    def version(self) -> str:
        return self.mark

    def area(self, code: str) -> AreaName | None:
        return {"440200": world.AREA, "440232": COUNTY}.get(code)

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        return tuple(area for area in (world.AREA, COUNTY) if area.level is level)

    def bounds(self, codes: Sequence[str]) -> Bounds:
        return (113.0, 24.0, 115.0, 25.0)

    def zones(self) -> tuple[ZoneName, ...]:
        return ()

    def prefecture_of(self) -> dict[str, str]:
        return {"440232": "440200"}


class Choices:
    """The areas that have records."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        held = {
            "prefecture": (Option("440200", "韶关市", 4),),
            "county": (Option("440232", "乳源瑶族自治县", 2, "440200"),),
        }
        return held.get(name, ())


@dataclass
class FakeWeek:
    """Answers with the same changes; what it was asked is kept."""

    found: Callable[[], Changes] = world.changes
    asks: list[tuple[ProjectFilter, date, date]] = field(default_factory=list)

    def changes(self, chosen: ProjectFilter, since: date, until: date) -> Changes:
        self.asks.append((chosen, since, until))
        return self.found()


@dataclass
class LeadersShell(OfficeShell):
    """An office's shell with what the leaders' page reads."""

    ledger: fake_ledger.FakeLedger = field(default_factory=lambda: fake_ledger.FakeLedger(world.MONEY))
    schedule: fake_schedule.FakeSchedule = field(
        default_factory=lambda: fake_schedule.FakeSchedule(*world.STEPS)
    )
    week: FakeWeek = field(default_factory=FakeWeek)
    choices: Choices = field(default_factory=Choices)
    who: Identity = VIEWER

    @property
    def identity(self) -> Identity:
        return self.who

    @property
    def scenes(self) -> MapScenes:
        return MapScenes(cast(PostgisLibrary, self.library))

    @property
    def reading_token(self) -> str:
        return ""


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from views.leaders import made

    monkeypatch.setattr(made, "_figures", Kept[Any]())
    monkeypatch.setattr(made, "_changes", Kept[Any]())
    monkeypatch.setattr(made, "_promises", Kept[Any]())
    yield


def shell(home: str = "440200", **values: Any) -> LeadersShell:
    values.setdefault("matters", FakeMatters.of(matter(1), matter(2, days_open=3)))
    found = LeadersShell(desk(), library=cast(Any, Places()), targets=cast(Any, FakeTargets()), **values)
    found.settings = Settings.model_validate({"HOME_AREA": home, "DEMO": False})
    return found


def widget(at: AppTest, key: str) -> Any:
    """Return a widget by its key."""
    return next(one for one in (*at.selectbox, *at.date_input) if one.key == key)


def test_it_opens_on_the_home_area_with_everything_on_it() -> None:
    text = html(opened(PAGE, shell()))
    assert "韶关市 · 健康产业一页" in text and f"与 {WEEK_AGO} 相比" in text
    for words in ("总投资（已知的）", "个没报过日期", "谁逾期、谁未报", "承诺兑现了多少", "以来的变化"):
        assert words in text
    assert 'src="data:image/svg+xml;base64,' in text and text.count("来源：") == 5


def test_each_figure_leads_to_its_page() -> None:
    text = html(opened(PAGE, shell()))
    for href in (
        "./?prefecture=440200",
        "funding?prefecture=440200&#38;category=hospital",
        "dispatch?prefecture=440200&#38;owner=440281",
        "dispatch?prefecture=440200&#38;show=steps&#38;list=never_reported",
        "matters?prefecture=440200&#38;long=1",
        "targets?id=SG-T01",
        "./?prefecture=440200&#38;id=SG-0001",
    ):
        assert f'href="{href}"' in text, href


def test_names_of_records_are_no_markup() -> None:
    text = html(opened(PAGE, shell()))
    assert "<script>" not in text and "&#60;script&#62;alert(1)" in text


def test_the_address_names_area_and_day() -> None:
    at = opened(PAGE, shell(), area="440232", since=(TODAY - timedelta(days=3)).isoformat())
    assert "乳源瑶族自治县 · 健康产业一页" in html(at)
    assert widget(at, "leaders-area").value == "440232"
    asked = at.session_state["shell"].week.asks
    assert asked == [(ProjectFilter(county=("440232",)), TODAY - timedelta(days=3), TODAY)]
    assert address(at)["area"] == "440232" and address(at)["since"]


@pytest.mark.parametrize("day", ["2999-01-01", "1999-01-01", "gestern", "2026-13-01"])
def test_a_day_that_cannot_be_is_a_week_ago(day: str) -> None:
    at = opened(PAGE, shell(), since=day)
    assert widget(at, "leaders-since").value == WEEK_AGO and "since" not in address(at)


def test_another_area_is_chosen_on_the_page() -> None:
    at = opened(PAGE, shell())
    widget(at, "leaders-area").set_value("440232").run()
    assert "乳源瑶族自治县 · 健康产业一页" in html(at) and address(at)["area"] == "440232"


def test_without_a_home_area_one_is_asked_for() -> None:
    at = opened(PAGE, shell(home=""))
    assert "请先选一个地区" in html(at) and "atlas-lead-tile" not in html(at)
    widget(at, "leaders-area").set_value("440200").run()
    assert "韶关市 · 健康产业一页" in html(at)


def test_an_unknown_area_is_quoted() -> None:
    assert "没有代码为“999999”的地区" in html(opened(PAGE, shell(), area="999999"))
    hostile = html(opened(PAGE, shell(), area="<b>x</b>"))
    assert "<b>x</b>" not in hostile


def test_the_large_screen_has_no_controls_and_a_way_back() -> None:
    at = opened(PAGE, shell(), big=1)
    assert not at.selectbox and "退出大屏" in html(at) and "韶关市 · 健康产业一页" in html(at)
    assert address(at)["big"] == "1"
    style = "".join(str(b.proto.body) for b in at.get("html") if "<style>" in str(b.proto.body))
    assert '[data-testid="stHeader"]' in style


def test_a_visitor_is_told_to_sign_in_and_nothing_is_asked_for_him() -> None:
    found = shell(who=NOBODY, token="")
    text = html(opened(PAGE, found))
    assert "事项登录后可见。" in text and "修改情况登录后可见。" in text
    assert not found.matters.asks and not found.week.asks


def test_a_session_that_ended_meanwhile_hides_them_too() -> None:
    def ended() -> Changes:
        raise SignInNeeded("x")

    assert "修改情况登录后可见。" in html(opened(PAGE, shell(week=FakeWeek(ended))))


def test_the_targets_of_all_areas_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = shell(), list[date | None]()
    judge = FakeTargets.board

    def counted(targets: FakeTargets, today: date | None = None) -> Any:
        asked.append(today)
        return judge(targets, today)

    monkeypatch.setattr(FakeTargets, "board", counted)
    for area in ("440200", "440232"):
        opened(PAGE, found, area=area)
    assert asked == [TODAY]


def test_figures_are_read_once_until_the_library_changes() -> None:
    found = shell()
    at = opened(PAGE, found)
    at.run()
    assert found.ledger.asked["overview"] == 1 and len(found.week.asks) == 1
    assert len(found.matters.asks) == 4, "matters change without the library"
    cast(Any, found.library).mark = "2"
    at.run()
    assert found.ledger.asked["overview"] == 2 and len(found.week.asks) == 2


def test_a_session_whose_account_got_another_unit_does_not_keep_what_it_saw() -> None:
    found = shell()
    at = opened(PAGE, found)
    found.who = replace(VIEWER, scope_code="431000")
    at.run()
    assert len(found.week.asks) == 2


def test_a_failure_is_a_sentence_and_is_not_kept() -> None:
    found = shell()
    found.ledger.failing = StorageUnavailable("weg")
    at = opened(PAGE, found)
    assert "数据库暂时没有响应" in html(at)
    found.ledger.failing = None
    assert "韶关市 · 健康产业一页" in html(at.run())


def test_practice_is_marked_on_the_board_itself() -> None:
    found = shell()
    found.settings = Settings.model_validate({"HOME_AREA": "440200", "DEMO": True})
    assert "演示数据，全部虚构" in html(opened(PAGE, found, big=1))


def test_the_page_to_print_is_one_a4() -> None:
    from views.leaders import asked, made

    found = shell()
    question = asked.Question(world.AREA, TODAY, WEEK_AGO, False)
    assert made.pdf(cast(Any, found), question, world.AREA).startswith(b"%PDF")


def test_english_is_said_in_english() -> None:
    text = html(opened(PAGE, shell(language="en")))
    assert "health industry on one page" in text and "Who is late, who is silent" in text
