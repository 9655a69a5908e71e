"""The finance list of the form: splitting a line, and money that cannot be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from projects.fields import JsonValue
from tests.fake_desk import RUYUAN, FakeDesk, held
from tests.ui.editing import shell
from tests.ui.office import html, opened, press
from views.editing import edit_state, place_editor, rescue

FREE = replace(RUYUAN, reviewed=False)
LINE: JsonValue = {
    "source": "专项债",
    "status": "批复",
    "amount": "5000",
    "year": 2026,
    "subsidy": False,
    "note": None,
}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("layers.assets.missing", lambda _: ())
    monkeypatch.setattr(place_editor, "_component", lambda: lambda **_: {"drawn": None})
    yield
    rescue._held.clear()


def desk(**lines: JsonValue) -> FakeDesk:
    values = {f"finance/{name.removeprefix('line')}": value for name, value in lines.items()}
    return FakeDesk(held("SG-0001", "县人民医院", **values), units=(FREE,))  # type: ignore[arg-type]


def form(office: FakeDesk) -> AppTest:
    return opened("editing.edit_page", shell(office), id="SG-0001")


def work(at: AppTest) -> edit_state.Work:
    found: edit_state.Work = at.session_state[edit_state.SLOT]
    return found


def split(at: AppTest, amount: str, status: str = "到位") -> AppTest:
    at.text_input(key=work(at).key("split-amount")).set_value(amount)
    at.selectbox(key=work(at).key("split-status")).set_value(status)
    return press(at, work(at).key("split"))


def filed(at: AppTest, office: FakeDesk) -> dict[str, Any]:
    at.text_input(key=work(at).key("reason")).set_value("到账通知")
    press(at, work(at).key("file"))
    return {c.path: c.new for c in office.requests[0].entries[0].changes}


def test_of_5000_approved_3000_arrived() -> None:
    office = desk(line7=LINE)
    at = split(form(office), "3,000")
    assert "atlas-wrong" not in html(at)
    assert filed(at, office) == {
        "finance/7": {**LINE, "amount": "2000"},  # type: ignore[dict-item]
        "finance/new-1": {**LINE, "amount": "3000", "status": "到位", "note": "由 5000 万元批复拆出"},  # type: ignore[dict-item]
    }


def test_a_split_can_be_split_again_and_the_sum_stays() -> None:
    office = desk(line7=LINE)
    at = split(split(form(office), "3000"), "500.5", "支付")
    rows: Any = work(at).form["finance"]
    assert [(row["amount"], row["status"]) for row in rows] == [
        ("1499.5", "批复"),
        ("500.5", "支付"),
        ("3000", "到位"),
    ]


def test_what_is_typed_elsewhere_survives_a_split() -> None:
    at = form(desk(line7=LINE))
    at.text_input(key=work(at).key("beds")).set_value("120").run()
    split(at, "1")
    assert work(at).form["beds"] == "120"
    assert at.text_input(key=work(at).key("beds")).value == "120"


@pytest.mark.parametrize("amount", ["", "5000", "6000", "0", "-1", "500 USD", "三千"])
def test_a_part_that_is_none_is_refused_and_changes_nothing(amount: str) -> None:
    office = desk(line7=LINE)
    at = split(form(office), amount)
    assert "atlas-wrong" in html(at)
    rows: Any = work(at).form["finance"]
    assert [row["amount"] for row in rows] == ["5000"]


def test_the_form_says_what_the_lines_come_to_and_what_does_not_fit() -> None:
    at = form(desk(line7=LINE))
    assert "1 笔合计 5,000 万元" in html(at) and "总投资未知，算不出缺口" in html(at)
    at.text_input(key=work(at).key("total_investment")).set_value("12000").run()
    assert "总投资 12,000，缺口 7,000" in html(at) and "atlas-flag" not in html(at)
    at.text_input(key=work(at).key("total_investment")).set_value("4000.5").run()
    assert "明细合计超过总投资 999.5 万元" in html(at)
    at.text_input(key=work(at).key("total_investment")).set_value("0.5").run()
    assert "相差约 10,000 倍" in html(at)


def test_there_is_nothing_to_split_without_a_line_that_can_move_on() -> None:
    paid = desk(line7={**LINE, "status": "支付"})  # type: ignore[dict-item]
    for office in (desk(), paid):
        at = form(office)
        assert work(at).key("split") not in {button.key for button in at.button}


@pytest.mark.parametrize(
    ("cell", "typed", "said"),
    [
        ("amount", "-5", "超出范围"),
        ("amount", "500 USD", "不是人民币"),
        ("amount", "€5m", "不是人民币"),
        ("amount", "$3,000", "不是人民币"),
        ("amount", "300万美元", "不是人民币"),
        ("amount", "3亿", "1 亿写 10000"),
        ("amount", "120%", "不是数"),
        ("amount", "200000000", "超出范围"),
        ("year", "20217", "超出范围"),
        ("year", "明年", "不是整数"),
    ],
)
def test_money_that_cannot_be_right_is_told_and_files_nothing(
    monkeypatch: pytest.MonkeyPatch, cell: str, typed: str, said: str
) -> None:
    real = st.data_editor

    def edited(data: Any, **options: Any) -> Any:
        shown: pd.DataFrame = real(data, **options)
        return shown.assign(**{cell: typed}) if "status" in shown.columns else shown

    office = desk(line7=LINE)
    monkeypatch.setattr(st, "data_editor", edited)
    at = form(office)
    at.text_input(key=work(at).key("reason")).set_value("到账通知")
    at.run()
    text = unescape(html(at))
    assert said in text and f"“{typed}”" in text
    for button in at.button:
        if button.key == work(at).key("file") and not button.disabled:
            button.click().run()
    assert office.requests == []
