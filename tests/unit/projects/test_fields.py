"""The registry of fields: every path has a title, every list its codes, every column of the form its type."""

import pytest

from projects.codes import CATEGORY_ZH, MILESTONE_ZH
from projects.fields import BY_NAME, FIELDS, LISTS, STATE_PATHS, FieldType, field_of, title


def test_names_are_unique_and_labelled() -> None:
    assert len(BY_NAME) == len(FIELDS)
    assert len({field.zh for field in FIELDS}) == len(FIELDS)
    assert all(field.en for field in FIELDS)


def test_choices_belong_to_choices() -> None:
    for field in FIELDS:
        assert bool(field.choices) == (field.type is FieldType.CHOICE)
    assert dict(BY_NAME["category"].choices) == {str(code): label for code, label in CATEGORY_ZH.items()}


@pytest.mark.parametrize(
    "path", [*BY_NAME, *(f"{kind}/440203" for kind in LISTS), *STATE_PATHS, "merged/SG-0001"]
)
def test_every_path_has_a_title_in_both_languages(path: str) -> None:
    assert title(path) != path
    assert title(path, "en") != path
    assert title(path, "en").isascii() or "/" in path or "²" in title(path, "en")


def test_titles_of_rows() -> None:
    assert title("milestone/commencement") == f"里程碑：{MILESTONE_ZH['commencement']}"  # type: ignore[index]
    assert title("merged/SG-0001") == "合并入：SG-0001"
    assert field_of("alias/beds") is None


def test_units_of_measured_fields() -> None:
    units = {name: field.unit_zh for name, field in BY_NAME.items()}
    assert (units["total_investment"], units["beds"], units["land_mu"]) == ("万元", "张", "亩")
    assert BY_NAME["county_code"].unit_zh == ""
