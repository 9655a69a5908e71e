"""The one place where text becomes HTML or JavaScript. Nothing else in the project builds either.

Two readers have to be survived: the HTML parser, and folium 0.20, which puts strings inside a
JavaScript *template literal*, where ``html.escape`` still lets ``${…}``, a backtick and a backslash
through (architecture.md, habit 15). Names come from spreadsheets and are hostile until they passed here.
"""

from __future__ import annotations

import json
import re
from typing import Any

_ENTITIES = {c: f"&#{ord(c)};" for c in "&<>\"'`$\\{}"}
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_VISIBLE = {i: chr(0x2400 + i) for i in range(32)} | {0x7F: "\u2421"}
_SPACES = {9: " ", 10: " ", 13: " ", 0x2028: " ", 0x2029: " ", 0x85: " "}
_DROPPED = {ord(c): None for c in _BIDI} | dict.fromkeys(range(0xFFF9, 0xFFFC))
_C1 = dict.fromkeys((i for i in range(0x80, 0xA0) if i != 0x85), "\ufffd")
_CLEAN = _VISIBLE | _SPACES | _DROPPED | _C1
_SURROGATE = re.compile("[\ud800-\udfff]")
_SCRIPT_UNSAFE = re.compile(r"[<>&'`$();_\u007f-\u009f\u2028\u2029]|\{(?=[{%#])")


def clean_text(text: str) -> str:
    r"""Return text that shows what is there and steers nothing.

    Line breaks and tabs become spaces, other control characters their visible pictures (␀ …),
    marks that turn the writing direction go, lone surrogates become U+FFFD.

    >>> clean_text("a\x00b\nc\u202ed")
    'a␀b cd'
    """
    return _SURROGATE.sub("\ufffd", text).translate(_CLEAN)


def escape(text: object) -> str:
    """Return text for HTML content or a quoted attribute, also safe inside a template literal.

    >>> escape("<b>${x}`")
    '&#60;b&#62;&#36;&#123;x&#125;&#96;'
    """
    return "".join(_ENTITIES.get(c, c) for c in clean_text(str(text)))


def element(tag: str, *children: str, **attributes: str) -> str:
    """Return one HTML element; ``children`` are HTML already, attribute values are escaped here.

    A trailing underscore in an attribute name is dropped, others become hyphens (``class_``, ``aria_label``).

    >>> element("b", escape("1 < 2"), class_="n")
    '<b class="n">1 &#60; 2</b>'
    """
    given = "".join(f' {k.rstrip("_").replace("_", "-")}="{escape(v)}"' for k, v in attributes.items())
    return f"<{tag}{given}>{''.join(children)}</{tag}>"


def clean_tree(value: Any) -> Any:
    """Clean every string (keys too) of a JSON-like tree."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_tree(k): clean_tree(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean_tree(v) for v in value]
    return value


def to_json(value: Any) -> str:
    """Return compact JSON of a tree with all its strings cleaned; encodes to UTF-8 without fail."""
    return json.dumps(clean_tree(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def script_json(json_text: str) -> str:
    r"""Make JSON text safe inside a ``<script>`` and inside the text mangling of streamlit-folium.

    The replaced characters occur in JSON only within strings, where ``\uXXXX`` means the same; so the
    value is unchanged, while ``</script>``, ``${…}`` or ``alert(…)`` can no longer be recognised by anybody
    on the way. ``{{``, ``{%`` and ``{#`` must not pass either: branca compiles every rendered script as a
    Jinja template once more, on the server, so a project named ``{{ … }}`` would be *executed* there.

    >>> script_json('["</script>${x}"]')
    '["\\u003c/script\\u003e\\u0024{x}"]'
    """
    return _SCRIPT_UNSAFE.sub(lambda m: f"\\u{ord(m.group()):04x}", json_text)
