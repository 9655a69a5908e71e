"""Choices of the filter widgets: asked once, narrowed by what lies above, never by what lies below."""

from typing import Any, cast

import pytest

from data.store.library import PostgisLibrary
from projects.filters import ProjectFilter
from projects.ports import Option
from views.options import Choices, fits

TREE = {
    "province": [("440000", ""), ("430000", "")],
    "prefecture": [("440200", "440000"), ("431000", "430000")],
    "county": [("440232", "440200"), ("440281", "440200"), ("431002", "431000")],
    "township": [("440232101", "440232")],
    "zone": [("sg-danxia", "440200")],
    "task": [("sg2016-1", "sg2016")],
}
NO_FILTER = ProjectFilter()


class Fake:
    """A library that knows the tree and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], ProjectFilter]] = []

    def choices(self, fields: tuple[str, ...], chosen: ProjectFilter) -> dict[str, tuple[Option, ...]]:
        self.asked.append((fields, chosen))
        return {
            field: tuple(Option(value, value, 1, parent) for value, parent in TREE.get(field, []))
            for field in fields
        }


def choices() -> tuple[Choices, Fake]:
    fake = Fake()
    return Choices(cast(PostgisLibrary, fake)), fake


def values(found: Any) -> list[str]:
    return [option.value for option in found]


def test_a_chosen_prefecture_narrows_counties_and_zones() -> None:
    made, _ = choices()
    chosen = ProjectFilter(prefecture=("440200",))
    assert values(made.of("1", "county", chosen)) == ["440232", "440281"]
    assert values(made.of("1", "zone", ProjectFilter(prefecture=("431000",)))) == []


def test_a_chosen_province_narrows_counties_two_steps_below() -> None:
    made, _ = choices()
    assert values(made.of("1", "county", ProjectFilter(province=("430000",)))) == ["431002"]


def test_a_chosen_county_leaves_all_prefectures_to_move_to() -> None:
    made, fake = choices()
    made.of("1", "prefecture", ProjectFilter(county=("440232",), category=("tcm",)))
    assert fake.asked[0] == (("prefecture",), ProjectFilter(category=("tcm",)))


def test_the_same_question_is_asked_once_per_version() -> None:
    made, fake = choices()
    for _ in range(3):
        made.of("1", "kind", ProjectFilter(q="x"))
    assert len(fake.asked) == 1
    made.of("2", "kind", ProjectFilter(q="x"))
    assert len(fake.asked) == 2


def test_pruning_drops_what_lies_outside_and_keeps_the_rest() -> None:
    made, _ = choices()
    chosen = ProjectFilter(
        prefecture=("431000",),
        county=("440232", "431002"),
        township=("440232101",),
        zone=("sg-danxia",),
        q="x",
    )
    assert made.pruned("1", chosen) == ProjectFilter(prefecture=("431000",), county=("431002",), q="x")


def test_a_value_with_an_unknown_parent_fits() -> None:
    assert fits(ProjectFilter(prefecture=("440200",)), "county", "999999", {"county": {}})
    assert fits(NO_FILTER, "county", "431002", {})


def test_what_a_filter_leaves_open_is_asked_at_once_and_what_it_restricts_alone() -> None:
    made, fake = choices()
    chosen = ProjectFilter(county=("440232",), stage=("在建",))  # type: ignore[arg-type]
    for field in ("category", "kind", "owner", "stage", "county", "prefecture", "province"):
        made.of("1", field, chosen)
    alone = [fields for fields, _ in fake.asked if len(fields) == 1]
    assert sorted(set(alone)) == [("county",), ("prefecture",), ("province",), ("stage",)]
    together = [fields for fields, under in fake.asked if under == chosen]
    assert len(together) == 2 and {"category", "kind", "zone"} <= set(together[0])
    assert "owner" in together[1] and not set(together[0]) & set(together[1]), "what few open is apart"


def test_townships_are_counted_by_themselves() -> None:
    made, fake = choices()
    for field in ("kind", "township"):
        made.of("1", field, NO_FILTER)
    assert [("township" in fields, len(fields) > 1) for fields, _ in fake.asked[:2]] == [
        (False, True),
        (True, False),
    ]


def test_asked_ahead_is_not_asked_again() -> None:
    made, fake = choices()
    chosen = ProjectFilter(stage=("在建",))  # type: ignore[arg-type]
    made.ahead("1", chosen, ("category", "stage", "county"))
    before = [made.of("1", field, chosen) for field in ("category", "stage", "county")]
    assert len(before) == 3 and len([1 for _, under in fake.asked if under == chosen]) == 1
    assert ("stage",) in [fields for fields, _ in fake.asked]


def test_what_failed_once_is_asked_again() -> None:
    made, fake = choices()
    answer = fake.choices
    fake.choices = lambda fields, chosen: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        made.of("1", "kind", NO_FILTER)
    fake.choices = answer  # type: ignore[method-assign]
    assert made.of("1", "kind", NO_FILTER) == ()
