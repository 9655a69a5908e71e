"""The helpers of the database tests; the fixtures stand one folder up, where the page tests find them too."""

from tests.conftest import FAST, discard, scratch_folder

__all__ = ["FAST", "discard", "scratch_folder"]
