"""Comparing names: the form in which two spellings of one name are equal."""

import re
import unicodedata
from typing import Final

_NOISE: Final = re.compile(r"[\s·•\-—_,，。、．.“”\"'‘’《》〈〉()（）\[\]【】「」]+")

_INVENTED: Final = re.compile(r"（演示[0-9]{4,}）$")
"""How the name of every project of a practice database ends."""


def invented(name: str) -> bool:
    """Return whether a name is one that only practice data have.

    >>> invented("云杉国医堂（演示0007）"), invented("演示基地")
    (True, False)
    """
    return _INVENTED.search(name.strip()) is not None


def normalised(name: str) -> str:
    """Return a name without width, case, spacing and punctuation differences.

    >>> normalised("乳源丽宫温泉（二期）") == normalised("乳源丽宫温泉 (二期)")
    True
    """
    bare = _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()
    # What punctuation kept apart (a letter and its accent) may now form one character.
    return unicodedata.normalize("NFKC", bare)
