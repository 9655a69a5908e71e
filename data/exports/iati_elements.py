"""Small tools for IATI elements: text that XML allows, narratives, our own namespace."""

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as Xml

from projects.open_standards import EXTENSION

NAMESPACE: Final = "urn:health-industry-atlas:iati:1"
"""Elements and attributes of ours; IATI allows those of other namespaces nearly everywhere."""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Xml.register_namespace(EXTENSION, NAMESPACE)


def own(name: str) -> str:
    """Return the name of an element or attribute of our namespace.

    >>> own("basis")
    '{urn:health-industry-atlas:iati:1}basis'
    """
    return f"{{{NAMESPACE}}}{name}"


def clean(text: object) -> str:
    r"""Return text with what XML 1.0 cannot hold replaced by U+FFFD.

    >>> clean("甲\x01乙")
    '甲�乙'
    """
    return _NOT_XML.sub("\ufffd", str(text))


def element(
    parent: Xml.Element, name: str, attributes: Mapping[str, object] | None = None, text: object = None
) -> Xml.Element:
    """Add an element below another; attributes that are unknown (None, empty) are left out."""
    said = {key: clean(value) for key, value in (attributes or {}).items() if value not in (None, "")}
    made = Xml.SubElement(parent, name, said)
    if text is not None:
        made.text = clean(text)
    return made


def coded(parent: Xml.Element, name: str, attribute: str, code: str, **more: object) -> Xml.Element:
    """Add an element whose code IATI demands; one that nobody knows is empty, and marked as unknown."""
    made = element(parent, name, more)
    made.set(attribute, code)
    if not code:
        made.set(own("unknown"), "true")
    return made


def narrative(parent: Xml.Element, text: object) -> Xml.Element:
    """Add a narrative in the language of the activity; return the element above it."""
    element(parent, "narrative", None, text)
    return parent
