"""Names in Markdown labels mean nothing."""

import pytest

from views.plain import plain

JOINER = "\u2060"


@pytest.mark.parametrize(
    "name",
    ["**粗**", "`x`", "$x$", "[a](b)", ":smile:", ":material/bug:", ":red[x]", "<b>", "www.example.com",
     "a -> b",      "https://x.y", "a--b", "# 题", "1. 一", "~~x~~", "\\", "a@b.cn", "|a|b|"],
)  # fmt: skip
def test_only_marks_and_joiners_are_added(name: str) -> None:
    shown = plain(name)
    assert shown.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\").replace(JOINER, "") == name


@pytest.mark.parametrize(
    "code", [":smile:", ":red[x]", "->", "<-", "--", "<=", ">=", "https://x", "www.x.cn"]
)
def test_runs_that_mean_something_are_broken(code: str) -> None:
    assert code not in plain(code).replace("\\", "")


def test_control_characters_show() -> None:
    assert plain("a\x00b\u202ec") == "a␀bc"
