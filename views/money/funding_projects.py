"""The projects with their money, page by page, sorted in the database."""

from typing import Any, Final

import streamlit as st

from layers.html import clean_text
from projects.money.ports import Order, Paging, ProjectMoney
from views import state, words
from views.money.asked import Asked
from views.shell import Shell

PAGE: Final = 100
NUMBERS: Final = ("total", "lines", "sum", "committed", "received", "gap")


def draw(shell: Shell, asked: Asked) -> None:
    """Draw the list; unknown totals and gaps are blank and come last."""
    _ = shell.translate
    whole = asked.overview.whole.projects
    pages = max(1, -(-whole // PAGE))
    with st.container(horizontal=True, vertical_alignment="bottom", key="funding-list"):
        order = _order(shell)
        number = _number(shell, asked, pages)
    page = asked.projects(Paging(PAGE, (number - 1) * PAGE), order)
    if not page.items:
        st.caption(_("没有可列出的记录。"))
        return
    titles = _titles(shell)
    st.dataframe(
        [{titles[name]: value for name, value in _cells(shell, item).items()} for item in page.items],
        hide_index=True,
        width="stretch",
        column_config=_columns(titles),
        height=min(len(page.items) + 1, 16) * 35 + 3,
        placeholder="",
        key="funding-table",
    )
    st.caption(
        _("本页 {n} 条，共 {all} 条；单位：万元。空白为未知，不是零；缺口为负数表示落实超过总投资。").format(
            n=len(page.items), all=f"{page.matched:,}"
        )
    )


def _order(shell: Shell) -> Order:
    _ = shell.translate
    titles = {
        Order.GAP: _("缺口大的在前"),
        Order.TOTAL: _("总投资大的在前"),
        Order.RECEIVED: _("到位多的在前"),
        Order.COMMITTED: _("落实多的在前"),
        Order.LINES: _("明细多的在前"),
        Order.STATUS: _("按资金状态，未报在前"),
        Order.ID: _("按编号"),
    }
    held = Order(st.session_state.setdefault("funding-order", Order.GAP))
    state.sync_captions("funding-order", {titles[held]: held})
    return Order(
        st.selectbox(_("排序"), list(titles), key="funding-order", format_func=titles.__getitem__, width=220)
    )


def _number(shell: Shell, asked: Asked, pages: int) -> int:
    """Return which page is shown; another filter begins at the first."""
    if st.session_state.get("funding-listed") != asked.chosen:
        st.session_state["funding-listed"] = asked.chosen
        st.session_state["funding-page"] = 1
    if pages == 1:
        return 1
    st.session_state["funding-page"] = min(int(st.session_state.get("funding-page") or 1), pages)
    label = shell.translate("第几页（共 {n} 页）").format(n=pages)
    return int(st.number_input(label, 1, pages, key="funding-page", width=170))


def _titles(shell: Shell) -> dict[str, str]:
    _ = shell.translate
    return {
        "id": _("编号"),
        "name": _("名称"),
        "county": _("县（市、区）"),
        "category": _("类别"),
        "unit": _("归属单位"),
        "status": _("资金状态"),
        "total": _("总投资（万元）"),
        "lines": _("笔数"),
        "sum": _("明细合计"),
        "committed": _("批复+到位+支付"),
        "received": _("到位+支付"),
        "gap": _("缺口"),
        "mode": _("建设运营方式"),
        "basis": _("依据"),
    }


def _cells(shell: Shell, item: ProjectMoney) -> dict[str, Any]:
    """Return one row; sums of a project without a line are unknown, not zero."""
    _, money = shell.translate, item.money
    reported = money.line_count > 0
    return {
        "id": item.id,
        "name": clean_text(item.name),
        "county": clean_text(item.county),
        "category": words.category(item.category, _),
        "unit": clean_text(item.unit),
        "status": _(str(money.status)),
        "total": _shown(money.total),
        "lines": money.line_count if reported else None,
        "sum": _shown(money.line_sum) if reported else None,
        "committed": _shown(money.committed) if reported else None,
        "received": _shown(money.received) if reported else None,
        "gap": _shown(money.gap),
        "mode": _(item.delivery_mode),
        "basis": words.basis(item.basis, _),
    }


def _shown(amount: Any) -> float | None:
    """Return an amount as the table's widget wants it: for the eye alone, nothing is reckoned with it."""
    return None if amount is None else float(amount)


def _columns(titles: dict[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = {
        titles[name]: st.column_config.NumberColumn(width=110, format="localized") for name in NUMBERS
    }
    widths = {"id": 92, "name": 260, "county": 120, "category": 110, "unit": 120, "status": 84, "mode": 110}
    return config | {titles[n]: st.column_config.TextColumn(width=w) for n, w in widths.items()}
