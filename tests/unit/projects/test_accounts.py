"""Names, display names and placements of accounts: what is kept and what is refused."""

import pytest

from projects.accounts import Placement, check_display, check_name, check_placement
from projects.errors import BadValue
from projects.identity import Role


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Wang.Li", "wang.li"), (" 王丽 ", "王丽"), ("ＡＢ－１", "ab-1"), ("a@b.cn", "a@b.cn"), ("x+1", "x+1")],
)
def test_names_are_kept_small_and_half_width(typed: str, kept: str) -> None:
    assert check_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "a", "a b", ".a", "-rf", "a\r\nSet-Cookie: x=1", "a\x00b", "a/b", "<b>", "a'b", 'a"b', "a\u202eb",
        "İstanbul", "é12", "a" * 121, "a;b",
    ],
)  # fmt: skip
def test_names_that_could_mean_something_else_are_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        check_name(typed)


@pytest.mark.parametrize("typed", ["a\nb", "a\u202eb", "a\x1b[31m", "王" * 81, "a\u2028b"])
def test_display_names_hide_nothing(typed: str) -> None:
    with pytest.raises(BadValue):
        check_display(typed)


def test_display_names_may_be_anything_else() -> None:
    assert check_display(" 王 <丽> ") == "王 <丽>"


@pytest.mark.parametrize(
    "placement",
    [
        Placement(Role.ANONYMOUS),
        Placement(Role.EDITOR),
        Placement(Role.EDITOR, " "),
        Placement(Role.REVIEWER),
        Placement(Role.REVIEWER, "440200"),
        Placement(Role.REVIEWER, "", "4402"),
        Placement(Role.REVIEWER, "", "4402%_"),
    ],
)
def test_a_role_without_its_place_is_refused(placement: Placement) -> None:
    with pytest.raises(BadValue):
        check_placement(placement)


def test_what_a_role_does_not_use_is_dropped() -> None:
    assert check_placement(Placement(Role.EDITOR, "440203", "440200")) == Placement(Role.EDITOR, "440203")
    assert check_placement(Placement(Role.REVIEWER, "440203", "440200")).unit_id == ""
    assert check_placement(Placement(Role.ADMINISTRATOR, "440203", "440200")) == Placement(Role.ADMINISTRATOR)
