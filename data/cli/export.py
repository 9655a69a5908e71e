"""``export``: the same files as the page, with the page's filters as options."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    del commands


def _export(options: argparse.Namespace) -> None:
    del options
