"""What is said about an office's file: one table, Chinese and English side by side, by key.

A finding carries the key and its values; a view asks for the language it shows. ``{0}``, ``{1}`` … are the
values, quoted as they stand in the file.
"""

from types import MappingProxyType
from typing import Final

from projects.intake.import_words.indicators import INDICATOR_WORDS
from projects.intake.import_words.places import PLACE_WORDS
from projects.intake.import_words.refusals import REFUSALS, WHAT_EN
from projects.intake.import_words.sheets import SHEET_WORDS
from projects.intake.import_words.values import VALUE_WORDS
from projects.intake.import_words.words import Words
from projects.intake.plan_words import PLAN_WORDS

__all__ = ["REFUSALS", "WHAT_EN", "WORDS", "Words", "said"]

WORDS: Final = MappingProxyType({**SHEET_WORDS, **VALUE_WORDS, **PLACE_WORDS, **INDICATOR_WORDS})
"""Findings about cells, rows and sheets."""


def said(key: str, values: tuple[str, ...], language: str = "zh") -> tuple[str, str]:
    """Return what was done and what to do about it, with the values quoted.

    >>> said("swapped", ("113.5", "24.8"))
    ('经纬度写反，已对调：经度 113.5，纬度 24.8', '请核对')
    """
    words = WORDS[key] if key in WORDS else PLAN_WORDS[key]
    chosen = words[2:] if language == "en" else words[:2]
    return chosen[0].format(*values), chosen[1].format(*values)
