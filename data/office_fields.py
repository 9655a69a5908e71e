"""What a part of an Office document computes: field codes and formulas, as Word and Excel read them.

Read by an XML parser, not as bytes: entities, CDATA and comments hide a word from a search, not from Word.
"""

import re
from typing import Final
from xml.parsers import expat

_CODES: Final = frozenset(("instrText", "delInstrText"))
_FORMULAS: Final = frozenset(("f", "formula", "formula1", "formula2", "oldFormula", "definedName"))
_BETWEEN: Final = frozenset(("fldChar", "fldSimple", "p"))
"""Elements between which one field code ends and the next begins; the runs of one belong together."""
_RUNS: Final = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|MACROBUTTON)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""First words of field codes; in the middle of one they are part of an address or a name."""
_FETCHES: Final = re.compile(
    r"\b(WEBSERVICE|IMAGE|RTD|CALL|REGISTER|REGISTER\.ID|EXEC|STOCKHISTORY)\s*\(|\w\s*\|\s*'", re.IGNORECASE
)


class _Reader:
    """Collects the text of the elements that compute something."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.formulas: list[str] = []
        self._into: list[list[str] | None] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Note an element and the field code that may stand in an attribute of it."""
        local = name.rpartition(" ")[2]
        if local in _BETWEEN:
            self.codes.append("\n")
        codes = (value for key, value in attributes.items() if key.rpartition(" ")[2] == "instr")
        self.codes += [f"\n{one}\n" for one in codes]
        found = self.codes if local in _CODES else self.formulas if local in _FORMULAS else None
        self._into.append(found)

    def end(self, _name: str) -> None:
        """Leave an element; formulas are told apart."""
        if self._into.pop() is self.formulas:
            self.formulas.append("\n")

    def text(self, words: str) -> None:
        """Take text where it computes something."""
        if self._into and (found := self._into[-1]) is not None:
            found.append(words)


def acts(part: bytes) -> bool:
    """Whether a part (XML without a DTD) has a field or formula that runs or fetches something.

    Raises ``expat.ExpatError`` or ``ValueError`` for what is no XML.

    >>> acts(b"<p><instrText>D&#68;E<![CDATA[AUTO]]> cmd</instrText></p>"), acts(b"<f>SUM(A1)</f>")
    (True, False)
    """
    reader, parser = _Reader(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(part, True)
    codes, formulas = "".join(reader.codes), "".join(reader.formulas)
    return bool(_RUNS.search(codes) or _FETCHES.search(formulas))
