"""Said at start-up: whether this machine can draw maps and sheets with Chinese words."""

import logging

from layers.fonts import chinese_font
from projects.errors import SetupIncomplete

_log = logging.getLogger(__name__)


def say_if_missing() -> bool:
    """Log a warning when there is no Chinese font; return whether there is one.

    The pages work without; only pictures, PDF and packs do not.
    """
    try:
        chinese_font()
    except SetupIncomplete as error:
        _log.warning("%s (python -m data status)", error)
        return False
    return True
