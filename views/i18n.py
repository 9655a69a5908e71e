"""Language of a page: Chinese sentences are the keys, catalogues below ``locale/`` translate them."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from layers.labels import Labels, labels

LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES: Final = {"zh": "中文", "en": "English"}

Translate = Callable[[str], str]


@cache
def translator(language: str) -> Translate:
    """Return the function that puts a sentence into ``language``; without a catalogue it stays Chinese.

    The empty text is kept from gettext, for which it is the key of the catalogue's own header.
    """
    if language == "zh":
        return lambda sentence: sentence
    words = gettext.translation("atlas", LOCALE, [language], fallback=True).gettext
    return lambda sentence: words(sentence) if sentence else sentence


@cache
def map_labels(language: str) -> Labels:
    """Return the map's own words in ``language``."""
    return labels(translator(language))
