"""A library of the nation's size for measuring: fictional clinics and projects over all real counties."""

from data.synth.build import Filled, Size, fill

__all__ = ["Filled", "Size", "fill"]
