"""Chinese addresses as text: one spelling, and the whole chain of regions in front.

A geocoder asked for 「西联镇甘棠村」 may find one in any province, so an address is completed by the names of
the regions its record is known to lie in.
"""

import re
import unicodedata
from collections.abc import Sequence

_SPACE = re.compile(r"\s+")


def normalise(address: str) -> str:
    """Return an address in one spelling: half-width letters and digits, no white space.

    >>> normalise(" 沐溪大道 １６８号　Ａ座 ")
    '沐溪大道168号A座'
    """
    bare = _SPACE.sub("", unicodedata.normalize("NFKC", address))
    return unicodedata.normalize("NFC", bare)  # an accent that stood behind a blank meets its letter


def complete(address: str, regions: Sequence[str]) -> str:
    """Return a normalised address that begins with the names of its regions, largest first.

    What of them stands there already is not repeated, be it in full or shortened.

    >>> complete("武江区西联镇甘棠村", ["广东省", "韶关市", "武江区"])
    '广东省韶关市武江区西联镇甘棠村'
    >>> complete("广东韶关武江区西联镇", ["广东省", "韶关市", "武江区"])
    '广东省韶关市武江区西联镇'
    >>> complete("韶关大道1号", ["广东省", "韶关市", "武江区"])
    '广东省韶关市武江区韶关大道1号'
    """
    names = [normalise(name) for name in regions if name]
    rest = normalise(address)
    for name in reversed(names):
        head, found, tail = rest.partition(name)
        if found and _is_shortened(head, names):
            rest = tail
            break
    return "".join(names) + rest


def _is_shortened(head: str, names: Sequence[str]) -> bool:
    """Whether a text is only the names in order, each whole, without its last character, or left out."""
    for name in names:
        for form in (name, name[:-1]):
            if len(form) > 1 and head.startswith(form):
                head = head[len(form) :]
                break
    return not head
