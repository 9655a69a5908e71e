"""A curve as an inline SVG: a line, a second one dashed, a shaded band, axes with round steps. No script.

The drawing is 400 units wide and scales with its place, so that its type stays legible on a phone of 390
pixels. Numbers stand as they are; what the axes say comes with the curve, in the reader's language.
"""

from __future__ import annotations

import base64
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from layers.html import clean_text, element, escape
from layers.palette import BLUE, INK, SLATE
from projects.analysis.exhibit import Curve

WIDTH: Final = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 10, 44
_PLOT: Final = 200
_KEY_LINE: Final = 18
_GREY, _GRID, _BAND = "#51606E", "#E4E9EE", "#C9D6E2"
_FONT: Final = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"

Scale = Callable[[float], float]


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Return about six round numbers (1, 2, 2.5, 5 × a power of ten), from ≤ ``low`` to ≥ ``high``.

    ``whole`` leaves no fractions, for things that are counted.

    >>> ticks(0, 93), ticks(1, 3, whole=True)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [1.0, 2.0, 3.0])
    """
    if high - low <= 1e-9 * max(1.0, abs(low), abs(high)):
        half = max(abs(low), abs(high)) / 2
        half = half if half > 1e-9 else 0.5
        low, high = low - half, high + half
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= rough * 0.999)
    step = max(1.0, math.ceil(step)) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def number(value: float) -> str:
    """Write a number of an axis: thousands apart, no needless decimals.

    >>> number(120000), number(0.25), number(-0.0)
    ('120,000', '0.25', '0')
    """
    return f"{value + 0.0:,.10g}" if abs(value) < 1e15 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """The ticks of both axes and where a value stands."""

    x_ticks: list[float]
    y_ticks: list[float]

    def x(self, value: float) -> float:
        """Return the abscissa of a value."""
        low, high = self.x_ticks[0], self.x_ticks[-1]
        return _LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return the ordinate of a value, downwards."""
        low, high = self.y_ticks[0], self.y_ticks[-1]
        return _TOP + (high - value) / (high - low) * _PLOT


def _known(*series: Sequence[float]) -> list[float]:
    """Return the finite numbers of several series."""
    return [v for values in series for v in values if math.isfinite(v)]


def _frame(curve: Curve) -> _Frame:
    """Find axes that hold everything; the ordinate begins at 0 unless the numbers are far above it."""
    xs, ys = _known(curve.x) or [0.0, 1.0], _known(curve.y, curve.low, curve.high, curve.other) or [0.0, 1.0]
    low, high = min(ys), max(ys)
    low = 0.0 if 0 <= low <= 0.6 * high else low
    return _Frame(ticks(min(xs), max(xs), _counted(xs)), ticks(low, high, _counted(ys)))


def _counted(values: Sequence[float]) -> bool:
    """Tell whether all numbers are whole."""
    return all(float(v).is_integer() for v in values)


def _path(frame: _Frame, xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return path data; an unknown number breaks the line."""
    parts, pen = [], "M"
    for x, y in zip(xs, ys, strict=False):
        if not (math.isfinite(x) and math.isfinite(y)):
            pen = "M"
            continue
        parts.append(f"{pen}{frame.x(x):.1f} {frame.y(y):.1f}")
        pen = "L"
    return "".join(parts)


def _band(frame: _Frame, curve: Curve) -> str:
    """Return the shaded band between low and high, nothing when there is none."""
    rows = [r for r in zip(curve.x, curve.low, curve.high, strict=False) if all(map(math.isfinite, r))]
    if len(rows) < 2:
        return ""
    there = [f"{frame.x(x):.1f} {frame.y(high):.1f}" for x, _, high in rows]
    back = [f"{frame.x(x):.1f} {frame.y(low):.1f}" for x, low, _ in reversed(rows)]
    return element("path", d=f"M{'L'.join([*there, *back])}Z", fill=_BAND, fill_opacity="0.75")


def _line(frame: _Frame, xs: Sequence[float], ys: Sequence[float], colour: str, dash: str) -> str:
    """Return a line; a single known value is a dot, since a line of one point is nothing."""
    known = [(x, y) for x, y in zip(xs, ys, strict=False) if math.isfinite(x) and math.isfinite(y)]
    if len(known) == 1:
        x, y = known[0]
        return element("circle", cx=f"{frame.x(x):.1f}", cy=f"{frame.y(y):.1f}", r="3", fill=colour)
    look = {"stroke": colour, "stroke_width": "2", "stroke_dasharray": dash, "stroke_linejoin": "round"}
    return element("path", d=_path(frame, xs, ys), fill="none", **look) if known else ""


def _text(x: float, y: float, text: str, anchor: str = "middle", **look: str) -> str:
    """Return a text of the drawing."""
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text_anchor": anchor}
    return element("text", escape(text), **({"font_size": "11.5", "fill": _GREY} | at | look))


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    """Return a thin straight line."""
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    return element("line", stroke=colour, stroke_width="1", **ends)


def _axes(frame: _Frame, curve: Curve) -> str:
    """Return grid, ticks and the titles of both axes."""
    right, bottom = WIDTH - _RIGHT, _TOP + _PLOT
    rows = [
        _stroke(_LEFT, y, right, y, _GRID) + _text(_LEFT - 6, y + 4, number(v), "end")
        for v, y in zip(frame.y_ticks, map(frame.y, frame.y_ticks), strict=True)
    ]
    columns = [
        _stroke(frame.x(v), bottom, frame.x(v), bottom + 4, _GREY) + _text(frame.x(v), bottom + 17, number(v))
        for v in frame.x_ticks
    ]
    base = _stroke(_LEFT, bottom, right, bottom, _GREY)
    below = _text((_LEFT + right) / 2, bottom + 36, curve.x_title)
    return "".join([*rows, *columns, base, below])


def _broken(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines; a Chinese character is taken as wide as high, others as 0.56 of it."""
    lines, used = [""], 0.0
    for character in clean_text(text).strip():
        wide = size * (1 if unicodedata.east_asian_width(character) in "WF" else 0.56)
        if used + wide > room and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += wide
    return lines if lines[0] else []


def _block(text: str, x: float, y: float, size: float = 11.5, **look: str) -> tuple[str, float]:
    """Return a text from its first base line downwards, and where the next base line is."""
    lines = _broken(text, size, WIDTH - x - 4)
    look = {"font_size": f"{size:g}", "fill": INK} | look
    drawn = [_text(x, y + k * _KEY_LINE, line, "start", **look) for k, line in enumerate(lines)]
    return "".join(drawn), y + len(lines) * _KEY_LINE


def _keys(curve: Curve) -> list[tuple[str, str]]:
    """Return the words and picture of the line, the second line and the band, as far as there are any."""
    line = {"fill": "none", "stroke_width": "2.4", "d": "M0 0H22"}
    pieces = [
        (curve.name, element("path", stroke=BLUE, **line), curve.y),
        (curve.other_name, element("path", stroke=SLATE, stroke_dasharray="6 4", **line), curve.other),
        (curve.band, element("rect", y="-5", width="22", height="10", fill=_BAND), curve.low),
    ]
    return [(text, picture) for text, picture, shown in pieces if text and shown]


def _head(curve: Curve) -> tuple[str, float]:
    """Return title, key and the title of the ordinate, and their height."""
    drawn, y = _block(curve.title, 6, 16, 13, font_weight="700")
    parts = [drawn]
    for text, picture in _keys(curve):
        parts.append(element("g", picture, transform=f"translate(6 {y - 4:.1f})"))
        drawn, y = _block(text, 36, y)
        parts.append(drawn)
    drawn, y = _block(curve.y_title, 6, y + 4, fill=_GREY)
    return "".join([*parts, drawn]), y - 8


def curve_svg(curve: Curve) -> str:
    """Return a curve as an SVG of its own (with namespace), as wide as its place up to 560 pixels.

    Its title is the accessible name. Numbers that are not finite are gaps, never zeros.
    """
    frame = _frame(curve)
    head, height = _head(curve)
    body = element(
        "g",
        _band(frame, curve),
        _axes(frame, curve),
        _line(frame, curve.x, curve.other, SLATE, "6 4"),
        _line(frame, curve.x, curve.y, BLUE, "none"),
        transform=f"translate(0 {height:.1f})",
    )
    return element(
        "svg",
        element("title", escape(curve.title)),
        head,
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height + _TOP + _PLOT + _BOTTOM:.0f}",
        role="img",
        aria_label=curve.title,
        font_family=_FONT,
        style="width:100%;max-width:560px;height:auto;display:block",
    )


def curve_image(curve: Curve) -> str:
    """Return the same as an ``<img>``, for places whose cleaner drops SVG that stands in the text."""
    data = base64.b64encode(curve_svg(curve).encode("utf-8")).decode("ascii")
    style = "width:100%;max-width:560px;height:auto;display:block"
    return element("img", alt=clean_text(curve.title), src=f"data:image/svg+xml;base64,{data}", style=style)
