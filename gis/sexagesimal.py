"""Degrees as people type them: 113.5867, 113°35′12″E, 113度35分12秒, 东经113.5, and pairs of them.

Nothing is guessed: digits without marks (1133512) and minutes or seconds of 60 and more are no angle.
"""

import re
import unicodedata
from typing import Final, Literal, NamedTuple

Axis = Literal["", "lon", "lat"]


class Degrees(NamedTuple):
    """An angle as typed: decimal degrees, the size of its last digit in degrees, its axis if it says so."""

    value: float
    resolution_deg: float
    axis: Axis


_MARKS: Final = str.maketrans(
    dict.fromkeys("°º˚度", "d") | dict.fromkeys("′＇'’‘´`分", "m") | dict.fromkeys('″＂"”“秒', "s")
)
_SPELLED: Final = (("东经", "E"), ("西经", "W"), ("北纬", "N"), ("南纬", "S"), ("经度", "E"), ("纬度", "N"))
_AXES: Final[dict[str, Axis]] = {"E": "lon", "W": "lon", "N": "lat", "S": "lat"}
_NUMBER: Final = r"\d+(?:\.\d+)?"
_SIMPLE: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")
_DECIMAL: Final = re.compile(rf"([+-]?)({_NUMBER})d?")
_PARTS: Final = re.compile(
    rf"(\d{{1,3}})(?:d|[\s:\-])\s*({_NUMBER})m?(?:(?:(?<=m)|[\s:\-])\s*({_NUMBER})s?)?"
)
_COMMA: Final = re.compile(r"[,，;；、|/\n]+")
_ONE_AXIS: Final = re.compile(r"(?:[EWNS][^EWNS]+|[^EWNS]+[EWNS])")


def parse(text: str) -> Degrees | None:
    """Return the angle that a text writes, None when it writes none.

    >>> round(parse("113°35′12″E").value, 7), parse("113度35分12秒").axis, parse("1133512d")
    (113.5866667, '', None)
    """
    simple = _SIMPLE.fullmatch(text)
    if simple:
        return Degrees(float(text), _last_digit(text), "")
    plain = _plain(text)
    axis, sign, digits = _axis(plain)
    angle = _decimal(digits) or _parted(digits)
    if angle is None or (axis and abs(angle[0]) > 180):
        return None
    return Degrees(sign * angle[0], angle[1], axis)


def parse_pair(text: str) -> tuple[Degrees, Degrees] | None:
    """Return the two angles of one text, longitude first where the text says which is which, else as typed.

    >>> [d.value for d in parse_pair("N24.8 E113.5")], parse_pair("113.5")
    ([113.5, 24.8], None)
    """
    for halves in _halves(_plain(text).strip(" ()[]")):
        first, second = parse(halves[0]), parse(halves[1])
        if first is not None and second is not None and (not first.axis or first.axis != second.axis):
            return (second, first) if first.axis == "lat" or second.axis == "lon" else (first, second)
    return None


def as_text(value: float, decimals: int = 2) -> str:
    """Return degrees as degrees, minutes and seconds, with so many decimals of a second.

    >>> as_text(113.58666666666667), as_text(-0.5, 0)
    ('113°35′12.00″', '-0°30′0″')
    """
    steps = round(abs(value) * 3600 * 10**decimals)
    minutes, seconds = divmod(steps, 60 * 10**decimals)
    sign = "-" if value < 0 else ""
    return f"{sign}{minutes // 60}°{minutes % 60}′{seconds / 10**decimals:.{decimals}f}″"


def _plain(text: str) -> str:
    """Return a text in half width, marks as d, m, s, the quarter as a capital letter (small s: seconds)."""
    for word, letter in _SPELLED:
        text = text.replace(word, letter)
    marked = text.replace("''", "″").replace("′′", "″").translate(_MARKS)
    return re.sub("[ewn]", lambda m: m[0].upper(), unicodedata.normalize("NFKC", marked)).strip()


def _axis(plain: str) -> tuple[Axis, int, str]:
    """Take the letter of the quarter off either end: axis, sign, the rest."""
    for letter, rest in ((plain[:1], plain[1:]), (plain[-1:], plain[:-1])):
        if letter in _AXES:
            return _AXES[letter], -1 if letter in "WS" else 1, rest.strip(" :")
    return "", 1, plain


def _decimal(digits: str) -> tuple[float, float] | None:
    match = _DECIMAL.fullmatch(digits)
    if match is None or len(match[2].partition(".")[0]) > 3:
        return None
    value = float(match[2])
    return (-value if match[1] == "-" else value), _last_digit(match[2])


def _parted(digits: str) -> tuple[float, float] | None:
    """Return degrees of degrees, minutes and perhaps seconds; only the last part may have decimals."""
    match = _PARTS.fullmatch(digits)
    if match is None:
        return None
    degrees, minutes, seconds = match[1], match[2], match[3]
    if float(minutes) >= 60 or float(seconds or 0) >= 60 or (seconds and "." in minutes):
        return None
    value = int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return value, _last_digit(seconds) / 3600 if seconds else _last_digit(minutes) / 60


def _last_digit(number: str) -> float:
    return float(10.0 ** -len(number.partition(".")[2]))


def _halves(plain: str) -> list[tuple[str, str]]:
    """Return the ways to cut a text in two that are worth trying."""
    lettered = [part.strip(" ,;，；、") for part in _ONE_AXIS.findall(plain)]
    words = plain.split()
    pieces = [part.strip() for part in _COMMA.split(plain) if part.strip()]
    found = [tuple(parts) for parts in (pieces, lettered) if len(parts) == 2]
    if len(words) in (2, 4, 6):
        middle = len(words) // 2
        found.append((" ".join(words[:middle]), " ".join(words[middle:])))
    return [(first, second) for first, second in found]
