"""The status page on a made-up installation: what it shows, what it asks to be done, ending a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.errors import NotAllowed
from projects.identity import NOBODY, Identity, Role
from projects.watch import Event, Kept, OpenSession, Queue, SignIn, Standing, Table, Way
from views.accounts import account_page
from views.status import status_page, words

NOW = datetime.now(UTC)
HOSTILE = "<img src=x onerror=alert(1)> ${x} :material/home: **b**"
WELL = Standing(
    server="15.18 (Debian)",
    postgis="3.3",
    schema="0029",
    newest_schema="0029",
    size=5 * 1024**3,
    tables=(Table("project", 650_000, 900 * 1024**2),),
    queue=Queue({"done": 4}, 0.0, worker=True),
    kept=Kept(NOW - timedelta(hours=3), NOW - timedelta(hours=2)),
    disk_free=80 * 1024**3,
    disk_all=100 * 1024**3,
    sessions=2,
    program="0.1.0",
)
BOSS = Identity(1, "boss", "Boss", Role.ADMINISTRATOR)


@dataclass
class FakeWatch:
    """An installation as a test wants it."""

    stands: Standing = WELL
    open: list[OpenSession] = field(default_factory=list)
    record: Sequence[SignIn] = ()
    logged: Sequence[Mapping[str, Any]] = ()
    ended: list[str] = field(default_factory=list)

    def standing(self) -> Standing:
        return self.stands

    def sessions(self) -> Sequence[OpenSession]:
        return self.open

    def end(self, key: str) -> bool:
        if key == "refused":
            raise NotAllowed("只有管理员")
        self.ended.append(key)
        self.open = [one for one in self.open if one.key != key]
        return True

    def sign_ins(self, limit: int = 200, *, refused: bool = False) -> Sequence[SignIn]:
        return [one for one in self.record if not refused or one.event is not Event.IN][:limit]

    def mine(self, limit: int = 20) -> Sequence[SignIn]:
        return self.record[:limit]

    def lines(self) -> Sequence[Mapping[str, Any]]:
        return self.logged


@dataclass
class FakeShell:
    watch: FakeWatch
    identity: Identity = BOSS

    @staticmethod
    def translate(text: str) -> str:
        return text


def page(watch: FakeWatch, identity: Identity = BOSS) -> AppTest:
    """Return the page, drawn."""

    def script(shell: "Any") -> None:
        from views.status import status_page

        status_page.draw(shell)

    return AppTest.from_function(script, args=(FakeShell(watch, identity),), default_timeout=30).run()


def html(at: AppTest) -> str:
    """Return all HTML of a page."""
    assert not at.exception
    return "\n".join(str(one.proto.body) for one in at.get("html"))


def session(key: str, name: str, *, own: bool = False) -> OpenSession:
    return OpenSession(key, name, name.upper(), "browser", NOW, NOW + timedelta(hours=9), own)


def line(event: Event, name: str = "wu", account: int | None = 2) -> SignIn:
    return SignIn(NOW, event, Way.PASSWORD, account, name, "203.0.113.0/24", "req-1")


def test_a_well_installation_asks_for_nothing() -> None:
    shown = html(page(FakeWatch()))
    assert ' atlas-hot"' not in shown and 'class="atlas-notice' not in shown
    for said in ("0029", "5.0 GB", "650,000", "900.0 MB", "3 小时前", "验证：2 小时前", "80.0 GB", "0.1.0"):
        assert said in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "0020"}, "数据库结构是 0020，程序需要 0029"),
        ({"queue": Queue({"waiting": 3}, 240.0, worker=False)}, "后台程序没有运行，上传"),
        ({"kept": Kept()}, "超过 36 小时没有备份"),
        ({"kept": Kept(NOW - timedelta(hours=40))}, "超过 36 小时没有备份"),
        ({"kept": Kept(NOW, failed="disk full")}, "最近一次备份没有成功：disk full"),
        ({"disk_free": 1024**3}, "快满了：剩余 1.0 GB"),
    ],
)
def test_what_wants_doing_is_said_and_marked(change: dict[str, Any], said: str) -> None:
    shown = html(page(FakeWatch(replace(WELL, **change))))
    assert said in shown and 'class="atlas-notice' in shown
    assert ' atlas-hot"' in shown or "failed" in str(change)


def test_a_large_disk_with_much_room_is_not_called_full() -> None:
    assert "快满" not in html(page(FakeWatch(replace(WELL, disk_free=20 * 1024**3, disk_all=900 * 1024**3))))


def test_nobody_else_is_shown_anything() -> None:
    for identity in (NOBODY, replace(BOSS, role=Role.REVIEWER)):
        shown = html(page(FakeWatch(), identity))
        assert "只有管理员" in shown and "0029" not in shown


def test_a_session_is_ended_and_ones_own_is_not_offered() -> None:
    watch = FakeWatch(open=[session("k1", "boss", own=True), session("k2", "wu")])
    at = page(watch)
    assert "boss BOSS（本页）" in html(at)
    box = at.selectbox(key="status_session")
    assert len(box.options) == 1 and at.button(key="status_end").disabled
    box.select("k2").run()
    at.button(key="status_end").click().run()
    assert watch.ended == ["k2"] and "登录已结束。" in html(at)
    assert not at.selectbox


def test_a_refusal_is_a_sentence() -> None:
    at = page(FakeWatch(open=[session("refused", "wu")]))
    at.selectbox(key="status_session").select("refused").run()
    at.button(key="status_end").click().run()
    assert "只有管理员" in html(at)


def test_the_record_tells_names_marks_and_networks() -> None:
    record = [line(event) for event in Event] + [line(Event.UNKNOWN, "a1b2c3d4", None)]
    at = page(FakeWatch(record=record))
    shown = html(at)
    assert all(said in shown for said in words.events(str).values())
    assert "未知（记号 a1b2c3d4）" in shown and "203.0.113.0/24" in shown
    at.toggle(key="status_refused").set_value(True).run()
    assert html(at).count("<tr") == shown.count("<tr") - 1


def test_lines_of_the_log_are_told_by_kind_and_number() -> None:
    logged = [
        {"time": NOW, "level": "ERROR", "message": HOSTILE, "request": "req-9"},
        {
            "time": NOW,
            "level": "WARNING",
            "message": "slow query, 1200 ms: SELECT 1",
            "kind": "slow",
            "job": 7,
        },
        {"time": NOW, "level": "WARNING", "message": "storage: away"},
    ]
    shown = html(page(FakeWatch(logged=logged)))
    assert all(said in shown for said in ("错误", "慢查询", "警告", "req-9", ">7<"))
    assert "<img" not in shown and "<b>1</b>" in shown, "one error is counted"


def test_hostile_names_stay_text() -> None:
    watch = FakeWatch(
        open=[replace(session("k", "x"), account=HOSTILE)], record=[line(Event.UNKNOWN, HOSTILE, None)]
    )
    at = page(watch)
    assert "<img" not in html(at)
    assert ":material" not in at.selectbox(key="status_session").options[0]


def test_everybody_sees_their_own_sign_ins() -> None:
    def script(account_page: "Any", identity: "Any", watch: "Any", token: str) -> None:
        account_page.draw(identity, token, None, str, watch)

    given = (account_page, replace(BOSS, role=Role.VIEWER), FakeWatch(record=[line(Event.WRONG)]))
    at = AppTest.from_function(script, args=(*given, "token"), default_timeout=30).run()
    assert "最近的登录" in html(at) and "密码不对" in html(at) and ">wu<" not in html(at)
    at = AppTest.from_function(script, args=(*given, ""), default_timeout=30).run()
    assert "最近的登录" not in html(at), "the office at this PC has no account of its own"


@pytest.mark.parametrize(
    ("hours", "said"), [(0.5, "不到 1 小时前"), (5, "5 小时前"), (47, "47 小时前"), (72.1, "3 天前")]
)
def test_ages(hours: float, said: str) -> None:
    assert words.age(NOW - timedelta(hours=hours), str, NOW) == said
    assert words.wait(59, str) == "59 秒" and words.wait(125, str) == "2 分钟"


def test_a_table_can_be_scrolled_by_keyboard() -> None:
    assert 'tabindex="0"' in status_page.table(("a",), [("x",)]) and 'scope="col"' in status_page.table(
        ("a",), []
    )
