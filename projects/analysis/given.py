"""Settings as the parameters of a link say them: what cannot be used is replaced and reported."""

from collections.abc import Collection, Mapping

from projects.filters import MAX_TEXT, ParamIssue


class Given:
    """Reads the parameters of a link one by one; ``issues`` holds those that could not be used."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.issues: list[ParamIssue] = []

    def one_of(self, name: str, known: Collection[str], usual: str) -> str:
        """Return a value that names one of some, the usual one for anything else.

        >>> given = Given({"look": "moon"})
        >>> given.one_of("look", ("hexagons", "heat"), "hexagons"), given.issues[0].name
        ('hexagons', 'look')
        """
        text = self._given.get(name, "") or usual
        return text if text in known else self._replaced(name, text, usual)

    def number(self, name: str, usual: str, low: float, high: float) -> float:
        """Return a plain decimal number from ``low`` to ``high``; ``usual`` is the text of another.

        >>> [Given({"eps": text}).number("eps", "5", 0.1, 50) for text in ("2.5", "nan")]
        [2.5, 5.0]
        """
        text = self._given.get(name, "") or usual
        number = float(text) if _is_plain(text) else float("nan")
        return number if low <= number <= high else float(self._replaced(name, text, usual))

    def whole(self, name: str, usual: str, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``.

        >>> Given({"min": "7"}).whole("min", "5", 2, 100), Given({"min": "7.5"}).whole("min", "5", 2, 100)
        (7, 5)
        """
        text = self._given.get(name, "") or usual
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else low - 1
        return number if low <= number <= high else int(self._replaced(name, text, usual))

    def _replaced(self, name: str, text: str, usual: str) -> str:
        self.issues.append(ParamIssue(name, text[:MAX_TEXT], "not_in_list"))
        return usual


def written(number: float) -> str:
    """Return a number as a link says it: no exponent, no needless decimals.

    >>> written(5.0), written(0.25)
    ('5', '0.25')
    """
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _is_plain(text: str) -> bool:
    """Whether a text is digits with at most one point: no sign, exponent, or words for infinity."""
    whole, dot, decimals = text.partition(".")
    digits = whole + decimals
    return digits.isascii() and digits.isdecimal() and len(text) < 16 and bool(decimals or not dot)
