"""Comparing names: the form in which two spellings of one name are equal."""

import re
import unicodedata
from typing import Final

_NOISE: Final = re.compile(r"[\s·•\-—_,，。、．.“”\"'‘’《》〈〉()（）\[\]【】「」]+")


def normalised(name: str) -> str:
    """Return a name without width, case, spacing and punctuation differences.

    >>> normalised("乳源丽宫温泉（二期）") == normalised("乳源丽宫温泉 (二期)")
    True
    """
    bare = _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()
    # What punctuation kept apart (a letter and its accent) may now form one character.
    return unicodedata.normalize("NFKC", bare)
