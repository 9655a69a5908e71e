"""Address parameters of a view, and what is left out of them."""

import pytest

from projects.filters import ProjectFilter
from views.map.map_page import ADDRESS_NAMES
from views.state import Defaults, ViewState, params_of

PLAIN = Defaults("zh", scenario=False)


@pytest.mark.parametrize(
    ("view", "defaults", "expected"),
    [
        (ViewState("zh", "count", False, ""), PLAIN, {}),
        (ViewState("en", "rate", True, "SG-0001"), PLAIN,
         {"lang": "en", "shade": "rate", "scenario": "1", "id": "SG-0001"}),
        (ViewState("zh", "count", False, ""), Defaults("en", scenario=True), {"lang": "zh", "scenario": "0"}),
        (ViewState("en", "count", True, ""), Defaults("en", scenario=True), {}),
    ],
)  # fmt: skip
def test_only_what_differs_from_the_default_is_said(
    view: ViewState, defaults: Defaults, expected: dict[str, str]
) -> None:
    assert params_of(ProjectFilter(), view, defaults) == expected


def test_filter_and_view_stand_side_by_side() -> None:
    chosen = ProjectFilter(county=("440232",), q="温泉")
    found = params_of(chosen, ViewState("en", "count", False, ""), PLAIN)
    assert found == {"county": "440232", "q": "温泉", "lang": "en"}
    assert set(found) <= set(ADDRESS_NAMES)
