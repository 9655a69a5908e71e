"""The shape of a finding's words, and the endings that most of them share."""

from typing import Final, NamedTuple


class Words(NamedTuple):
    """What was done and what to do next, in both languages."""

    action_zh: str
    remedy_zh: str
    action_en: str
    remedy_en: str


_REJECTED: Final = ("整行未采用", "row rejected")
_TAKEN: Final = ("已采用", "taken")
_LEFT: Final = ("该单元格未采用，按未填处理", "cell left out, as if blank")
_NO_PLACE: Final = ("坐标未采用，其他内容照常处理", "coordinates left out, the rest is taken")


def rejected(zh: str, en: str) -> Words:
    """Return words for what is an error: the row stays out."""
    return Words(_REJECTED[0], zh, _REJECTED[1], en)


def taken(zh: str, en: str) -> Words:
    """Return words for what is taken along."""
    return Words(_TAKEN[0], zh, _TAKEN[1], en)


def left(zh: str, en: str) -> Words:
    """Return words for what is left out of a row that goes in."""
    return Words(_LEFT[0], zh, _LEFT[1], en)


def no_place(zh: str, en: str) -> Words:
    """Return words for what is no position: the rest of the row goes in."""
    return Words(_NO_PLACE[0], zh, _NO_PLACE[1], en)
