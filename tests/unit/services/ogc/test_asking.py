"""What a question may hold: moments, filters, numbers; and who asks."""

import subprocess
import sys

import pytest
from cql2 import Expr

from projects.errors import BadValue
from projects.summary import COLUMNS
from services.ogc import asking
from services.ogc.callers import REFUSED, of_header
from services.ogc.catalogue import Collection, catalogue
from services.ogc.moments import span
from tests.paths import ROOT


@pytest.fixture(scope="module")
def projects() -> Collection:
    found = catalogue()["collections"]["projects"]
    assert isinstance(found, Collection)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "name = '仁化县''; DROP TABLE project; --'",
        "beds > 5 and category in ('tcm', 'sports') or not stage = '在建'",
        "casei(name) like '%医院%'",
        "total_investment_wan between 1 and 2000",
        "beds is null",
        "s_intersects(geom, POLYGON((113 24, 114 24, 114 25, 113 25, 113 24)))",
        "updated_at > TIMESTAMP('2026-01-01T00:00:00Z')",
        '{"op": "=", "args": [{"property": "county"}, "仁化县"]}',
    ],
)
def test_filters_of_the_standard_pass(projects: Collection, text: str) -> None:
    assert isinstance(asking.check_filter(text, projects), Expr)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pg_sleep(10) = 1", "pg_sleep"),
        ("name = set_config('role', 'none', false)", "set_config"),
        ("current_setting('atlas.session') = name", "current_setting"),
        ("contact = '1'", "contact"),
        ("owner_unit_id = '440232'", "owner_unit_id"),
        ("quad = 1", "quad"),
        ('"name"" or 1=1 --" = \'a\'', "没有名为"),
        ("s_intersects(geom, BBOX(1, 2, 3, 4))", "BBOX"),
        ("name = ", "不是 CQL2"),
        ("((((", "不是 CQL2"),
        ("", "不是 CQL2"),
        ("{}", "不是 CQL2"),
        ("name = '" + "长" * 9000 + "'", "过长"),
        ("(" * 201 + "beds = 1" + ")" * 201, "过深"),
        ("not " * 201 + "beds = 1", "过深"),
        ("-" * 201 + "beds = 1", "过深"),
        ('{"op":"sum","args":[{"property":"beds"}]}', "sum"),
        ('{"op":"=","args":[{"property":["beds"]},1]}', ""),
        ('{"function":{"name":"pg_sleep","args":[1]}}', ""),
    ],
)
def test_anything_else_is_refused_and_says_why(projects: Collection, text: str, told: str) -> None:
    with pytest.raises(BadValue, match="filter") as caught:
        asking.check_filter(text, projects)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("not ", ""), ("-", ""), ("f(", ")"), ("a+", "")]
)
def test_the_deepest_filter_that_is_let_through_does_not_end_the_process(opening: str, closing: str) -> None:
    """The parser of CQL2 overflows its stack some thousand deep, and takes the server along."""
    text = opening * asking.MOST_OPERATORS + "beds=1" + closing * asking.MOST_OPERATORS
    code = (
        "import sys, threading; from cql2 import Expr\n"
        "def run():\n"
        "    try: Expr(Expr(sys.argv[1]).to_json()).to_sql()\n"
        "    except Exception: pass\n"
        "t = threading.Thread(target=run); t.start(); t.join(); print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, text], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "alive"


def test_every_published_field_is_a_property_with_heading_and_meaning(projects: Collection) -> None:
    names = [column.name for column in COLUMNS]
    assert projects.columns() == [*names, "updated_at"]
    asked = projects.queryables
    assert all(asked[column.name]["title"] == column.zh for column in COLUMNS)
    assert asked["beds"]["type"] == "number"
    assert asked["tasks"]["type"] == "array"
    assert asked["near_county_line"]["type"] == "boolean"


@pytest.mark.parametrize(
    ("text", "first", "last", "until"),
    [
        ("2026-11-22", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", "<"),
        ("2026-11-22T08:00:00+08:00", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", "<="),
        ("../2026-02-28", None, "2026-03-01T00:00:00Z", "<"),
        ("2026-01-01/", "2026-01-01T00:00:00Z", None, "<="),
        ("2026-01-01/2026-01-01", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "<"),
    ],
)
def test_moments_days_and_intervals(text: str, first: str | None, last: str | None, until: str) -> None:
    assert span(text.split("/")) == (first, last, until)


@pytest.mark.parametrize(
    "text",
    ["", "..", "../..", "/", "2026", "2026-02-30", "2026-13-01", "a/b", "2026-01-02/2026-01-01", "1/2/3",
     "2026-01-01T25:00:00Z", "2026-01-01T00:00:00", "9999-12-31", "0001-01-01T00:00:00+14:00", "'; --"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="datetime"):
        span(text.split("/"))


@pytest.mark.parametrize(
    "text",
    ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer 0123", "Bearer atlas_" + "x" * 300, "Bearer atlas_密",
     "Bearer " + "A" * 43],
)  # fmt: skip
def test_a_header_that_is_no_token_of_ours_opens_nothing(text: str) -> None:
    assert of_header(text) == REFUSED


def test_the_scheme_is_read_in_any_case() -> None:
    assert of_header("bearer  atlas_x ").token == "atlas_x"
