"""Practice data: fictional projects in real counties, in a database of their own that says what it is."""

from data.demo.build import Built, build
from data.demo.preparing import prepare

__all__ = ["Built", "build", "prepare"]
