"""The pages of accounts with an administration in memory: what is offered, done, shown once, refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from streamlit.testing.v1 import AppTest

from projects.accounts import Account, Placement
from projects.errors import BadValue
from projects.identity import NOBODY, Identity, OwnerUnit, Role, UnitKind
from projects.tokens import PREFIX, USUAL_DAYS, ApiToken, check_days, check_title
from tests.fake_units import FakeRegister
from views.accounts import account_page
from views.accounts.accounts_page import state_words

UNIT = OwnerUnit("440203", UnitKind.COUNTY, "武江区", "440203", "440200", "440000", True)
BOSS = Identity(1, "boss", "Boss", Role.ADMINISTRATOR)
LOCKED = datetime(2030, 1, 1, tzinfo=UTC)
VIEWER = Placement(Role.VIEWER)
HOSTILE = "<img src=x onerror=alert(1)> **b** $x$"


def account(name: str, placement: Placement = VIEWER, **more: Any) -> Account:
    given: dict[str, Any] = {
        "display_name": "",
        "place_name": "",
        "must_change_password": False,
        "external": False,
    }
    moments = {"locked_until": None, "disabled_at": None, "last_signed_in_at": None}
    return Account(id=len(name), name=name, placement=placement, **given | moments | more)


class Office:
    """An administration in memory that writes down what it was asked."""

    def __init__(self) -> None:
        self.deeds: list[tuple[Any, ...]] = []
        self.units: list[OwnerUnit] = []

    def all(self) -> tuple[Account, ...]:
        return (
            account("boss", Placement(Role.ADMINISTRATOR)),
            account("wu", Placement(Role.EDITOR, "440203"), display_name=HOSTILE, locked_until=LOCKED),
            account("li+1", Placement(Role.EDITOR, "440203"), external=True),
            account("gone", disabled_at=LOCKED),
        )

    def add(self, name: str, display_name: str, placement: Placement) -> str:
        if name == "taken":
            raise BadValue("登录名 'taken' 已有人使用，请换一个")
        self.deeds.append(("add", name, display_name, placement))
        return "once-only-pass-word"

    def reset(self, name: str) -> str:
        self.deeds.append(("reset", name))
        return "once-only-pass-word"

    def find_units(self, words: str, limit: int = 30) -> tuple[OwnerUnit, ...]:
        return (UNIT,) if words in UNIT.name or UNIT.id.startswith(words) else ()

    def unreviewed_units(self) -> tuple[OwnerUnit, ...]:
        return tuple(self.units)

    def set_reviewed(self, unit_ids: Sequence[str], reviewed: bool) -> None:
        self.deeds.append(("reviewed", tuple(unit_ids), reviewed))

    def __getattr__(self, deed: str) -> Any:
        return lambda *words: self.deeds.append((deed, *words))


class Tokens:
    """Tokens in memory."""

    def __init__(self, *known: ApiToken) -> None:
        self.known = list(known)

    def all(self, unit_id: str = "") -> tuple[ApiToken, ...]:
        return tuple(one for one in self.known if unit_id in ("", one.unit_id))

    def make(self, unit_id: str, title: str, days: int = USUAL_DAYS) -> str:
        made = datetime.now(UTC)
        ends = made + timedelta(days=check_days(days))
        number = len(self.known) + 1
        self.known.insert(
            0, ApiToken(number, unit_id, "武江区", check_title(title), "boss", made, ends, None, None)
        )
        return f"{PREFIX}secret-{number}"

    def revoke(self, token_id: int) -> None:
        self.known = [
            replace(one, revoked_at=datetime.now(UTC)) if one.id == token_id else one for one in self.known
        ]


def page(
    office: Office,
    me: Identity = BOSS,
    tokens: Tokens | None = None,
    register: FakeRegister | None = None,
) -> AppTest:
    def script(shell: "Any") -> None:
        from views.accounts import accounts_page

        accounts_page.draw(shell)

    shell = SimpleNamespace(
        accounts=office,
        tokens=tokens or Tokens(),
        unit_register=register or FakeRegister(),
        identity=me,
        translate=lambda s: s,
    )
    found = AppTest.from_function(script, args=(shell,), default_timeout=30).run()
    assert not found.exception
    return found


def html(found: AppTest) -> str:
    return "".join(str(block.proto.body) for block in found.get("html"))


def choose(found: AppTest, name: str) -> set[str]:
    """Choose an account and return the buttons offered for it."""
    found.selectbox(key="account_chosen").select(name).run()
    assert not found.exception
    return {b.label for b in found.button} - {"新建账户", "生成令牌"}


def test_only_an_administrator_sees_anything() -> None:
    office = Office()
    for me in (NOBODY, Identity(2, "wu", "", Role.EDITOR, UNIT), Identity(3, "c", "", Role.REVIEWER)):
        found = page(office, me)
        assert "只有管理员" in html(found)
        assert not found.dataframe
        assert not found.button


def test_each_account_is_offered_what_fits_it() -> None:
    found = page(Office())
    assert choose(found, "wu") == {"重置密码", "解除锁定", "停用", "保存修改"}
    assert choose(found, "li+1") == {"停用"}
    assert choose(found, "gone") == {"重置密码", "启用", "保存修改"}
    assert choose(found, "boss") == {"重置密码"}, "not oneself"


def test_a_one_time_password_is_shown_until_it_is_put_away_and_never_again() -> None:
    office = Office()
    found = page(office)
    choose(found, "wu")
    found.button(key="account_reset").click().run()
    assert office.deeds == [("reset", "wu")]
    assert [c.value for c in found.code] == ["once-only-pass-word"]
    found.button(key="account_put_away").click().run()
    assert not found.code
    assert "account_issued" not in found.session_state
    found.run()
    assert len(office.deeds) == 1


def test_unlocking_disabling_enabling() -> None:
    office = Office()
    found = page(office)
    choose(found, "wu")
    found.button(key="account_unlock").click().run()
    found.button(key="account_disable").click().run()
    choose(found, "gone")
    found.button(key="account_enable").click().run()
    assert office.deeds == [("unlock", "wu"), ("disable", "wu"), ("enable", "gone")]


def test_a_new_editor_gets_a_unit_and_a_first_password() -> None:
    office = Office()
    found = page(office)
    found.text_input(key="account_new_name").input("li.si").run()
    found.text_input(key="account_new_display").input("李四").run()
    found.text_input(key="account_unit_words_new_editor").input("武江").run()
    found.selectbox(key="account_unit_new_editor_武江").select("440203").run()
    found.button(key="account_add").click().run()
    assert office.deeds == [("add", "li.si", "李四", Placement(Role.EDITOR, "440203"))]
    assert found.code[0].value == "once-only-pass-word"
    assert found.text_input(key="account_new_name").value == ""


def test_a_refusal_is_said_and_what_was_typed_stays() -> None:
    office = Office()
    found = page(office)
    found.text_input(key="account_new_name").input("taken").run()
    found.button(key="account_add").click().run()
    assert "已有人使用" in html(found)
    assert found.text_input(key="account_new_name").value == "taken"
    assert not found.code


def test_a_role_is_changed_with_its_place() -> None:
    office = Office()
    found = page(office)
    choose(found, "wu")
    found.button(key="account_change").click().run()
    assert office.deeds == [("set_placement", "wu", Placement(Role.EDITOR, "440203"))]


def test_review_is_switched_per_unit() -> None:
    office = Office()
    found = page(office)
    found.text_input(key="account_unit_words_reviewing").input("440203").run()
    found.selectbox(key="account_unit_reviewing_440203").select("440203").run()
    found.button(key="account_reviewed").click().run()
    office.units = [UNIT]
    found.run()
    found.button(key="account_reviewed").click().run()
    assert office.deeds == [("reviewed", ("440203",), False), ("reviewed", ("440203",), True)]


def test_a_token_is_shown_once_and_can_be_ended() -> None:
    tokens = Tokens()
    found = page(Office(), tokens=tokens)
    found.button(key="token_add").click().run()
    assert "请先选择令牌是哪个单位的" in html(found) and tokens.known == []
    found.text_input(key="account_unit_words_token").input("武江").run()
    found.selectbox(key="account_unit_token_武江").select("440203").run()
    found.button(key="token_add").click().run()
    assert "令牌用途须是一行文字" in html(found) and not found.code, "a token says what it is for"
    found.text_input(key="token_title_0").input(HOSTILE).run()
    found.button(key="token_add").click().run()
    assert not found.exception
    assert [c.value for c in found.code] == [f"{PREFIX}secret-1"]
    assert "<img" not in html(found)
    assert found.text_input(key="token_title_1").value == "", "the form is empty for the next one"
    found.button(key="token_put_away").click().run()
    assert not found.code
    found.selectbox(key="token_chosen").select(1).run()
    found.button(key="token_revoke").click().run()
    assert tokens.known[0].revoked_at is not None
    assert "token_revoke" not in {b.key for b in found.button}, "nothing is left to end"
    assert any("已撤销" in str(shown.value.values) for shown in found.dataframe)


def test_states_are_put_in_words() -> None:
    def words(found: Account) -> str:
        return state_words(found, lambda s: s)

    assert words(account("a")) == "正常"
    assert words(account("a", disabled_at=LOCKED, must_change_password=True)) == "已停用、待首次修改密码"
    assert words(account("a", external=True, must_change_password=True)) == "统一身份"
    assert words(account("a", locked_until=LOCKED)).startswith("锁定至 20")


def test_an_evaluator_is_placed_in_an_area() -> None:
    office = Office()
    found = page(office)
    found.text_input(key="account_new_name").input("pinggu").run()
    found.segmented_control(key="account_role_new").select("evaluator").run()
    assert "评价范围：按名称或代码查找" in [t.label for t in found.text_input]
    found.text_input(key="account_unit_words_new_evaluator").input("武江").run()
    found.selectbox(key="account_unit_new_evaluator_武江").select("440203").run()
    found.button(key="account_add").click().run()
    assert office.deeds == [("add", "pinggu", "", Placement(Role.EVALUATOR, "", "440203"))]


# ---- units that were renamed or merged ----


def test_a_unit_is_found_by_its_former_name_and_renamed() -> None:
    register = FakeRegister()
    found = page(Office(), register=register)
    found.text_input(key="units_words").input("卫计局").run()
    found.selectbox(key="units_one").select("sg-health").run()
    found.text_input(key="units_name_sg-health").input("韶关市健康局").run()
    found.text_input(key="units_since").input("2019/3/1").run()
    found.text_input(key="units_source").input("韶机编〔2019〕1号").run()
    found.button(key="units_rename").click().run()
    assert "日期看不懂：2019/3/1" in html(found) and not register.done, "what was typed stays"
    found.text_input(key="units_since").input("2019/03/01").run()
    found.button(key="units_rename").click().run()
    assert not found.exception
    assert [(d.kind, d.old_name, d.new_name, str(d.since)) for d in register.done] == [
        ("renamed", "韶关市卫生和计划生育局", "韶关市健康局", "2019-03-01")
    ]
    assert "已更名为 韶关市健康局" in html(found)


def test_a_merger_says_what_follows_and_waits_for_a_yes() -> None:
    register = FakeRegister()
    found = page(Office(), register=register)
    found.selectbox(key="units_one").select("sg-health").run()
    found.segmented_control(key="units_deed").select("merge").run()
    found.text_input(key="units_heir_words").input("卫生健康").run()
    found.selectbox(key="units_heir").select("sg-new").run()
    assert "2 个账户" in html(found) and "5 件未办结事项" in html(found)
    assert found.button(key="units_merge").disabled
    found.text_input(key="units_since").input("2019-03-01").run()
    found.text_input(key="units_source").input("韶机编〔2019〕1号").run()
    found.checkbox(key="units_sure_sg-health_sg-new").check().run()
    found.button(key="units_merge").click().run()
    assert not found.exception
    assert register.units["sg-health"].successor_id == "sg-new"
    assert "已并入 韶关市卫生健康局，不能再改" in html(found)
    assert not [b for b in found.button if b.key == "units_merge"]


def test_a_refused_merger_is_said_and_nothing_is_done() -> None:
    register = FakeRegister(refuse=BadValue("这个单位刚被别人改过：请刷新后再看"))
    found = page(Office(), register=register)
    found.selectbox(key="units_one").select("sg-health").run()
    found.text_input(key="units_name_sg-health").input("韶关市健康局").run()
    found.text_input(key="units_since").input("2019-03-01").run()
    found.button(key="units_rename").click().run()
    assert "刚被别人改过" in html(found) and not register.done
    assert found.text_input(key="units_name_sg-health").value == "韶关市健康局"


def test_my_account_of_an_evaluator_and_of_a_merged_unit() -> None:
    from views.accounts.account_page import may

    evaluator = Identity(2, "p", "", Role.EVALUATOR, scope_code="440200")
    assert "只能写第三方评价" in may(evaluator, lambda s: s)


def test_my_account_says_who_i_am_and_ends_my_other_sessions() -> None:
    ended: list[str] = []

    def script(me: "Any", token: str, door: "Any") -> None:
        from views.accounts import account_page

        account_page.draw(me, token, door, lambda s: s)

    me = Identity(2, "wu", HOSTILE, Role.EDITOR, UNIT)
    door = SimpleNamespace(sign_out_elsewhere=ended.append)
    found = AppTest.from_function(script, args=(me, "t", door), default_timeout=20).run()
    assert not found.exception
    assert "武江区" in html(found)
    assert "<img" not in html(found)
    found.button[0].click().run()
    assert ended == ["t"]


def test_what_one_may_do_is_said_for_every_role() -> None:
    unreviewed = OwnerUnit("440232", UnitKind.COUNTY, "乳源", "440232", None, None, False)
    everybody = [
        BOSS,
        Identity(2, "a", "", Role.REVIEWER, scope_code="440200"),
        Identity(3, "a", "", Role.EDITOR, UNIT),
        Identity(4, "a", "", Role.EDITOR, unreviewed),
        Identity(5, "a", "", Role.VIEWER),
    ]
    assert len({account_page.may(me, lambda s: s) for me in everybody}) == 5
