"""What an office fills in stands in the flat row of a record, and so in table, files and card."""

from decimal import Decimal

from sqlalchemy import Connection

from data.exports.table import headings, row
from data.store import names, summaries
from projects.feature import feature, from_feature
from projects.summary import Summary
from tests.db import making

FILLED = {
    "ownership": "民办",
    "approval_type": "备案",
    "key_lists": "2026省重点",
    "open_to_capital": "否",
    "capital_sought": Decimal("12500.550001"),
    "land_status": "净地",
    "cooperation": "=整体租赁\n第二行",
    "jobs": 0,
    "annual_output": Decimal("0.01"),
}


def read(connection: Connection, key: str) -> Summary:
    return summaries.by_ids(connection, [key], names.read(connection))[0]


def test_what_an_office_filled_in_stands_in_row_and_feature(writing: Connection) -> None:
    found = read(writing, making.project(writing, **FILLED))
    assert (found.ownership, found.approval_type, found.key_lists) == ("民办", "备案", "2026省重点")
    assert (found.open_to_capital, found.land_status) == ("否", "净地")
    assert (found.capital_sought_wan, found.annual_output_wan) == (Decimal("12500.550001"), Decimal("0.01"))
    cells = dict(zip(headings("zh"), row(found, "zh"), strict=True))
    assert (cells["拟引资额（万元）"], cells["就业（人）"]) == (12500.550001, 0), "nought is not unknown"
    assert cells["招商内容与合作条件"] == "=整体租赁\n第二行"
    assert from_feature(feature(found)) == found


def test_what_nobody_filled_in_stays_unknown(writing: Connection) -> None:
    found = read(writing, making.project(writing))
    cells = dict(zip(headings("zh"), row(found, "zh"), strict=True))
    unknown = ("举办性质", "审批类型", "重点项目名单", "对外招商", "拟引资额（万元）", "就业（人）")
    assert [cells[heading] for heading in unknown] == [None] * len(unknown)
