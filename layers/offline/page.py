"""Putting the one file together: nothing in it is fetched, and nothing in it runs but its own two scripts.

A content security policy in the file itself names scripts and style by their SHA-256 and forbids everything
else, so that no text that came along in the data can run or call out. Data are JSON in a script that is none.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from layers import palette
from layers.assets import LEAFLET_CSS, LEAFLET_JS, missing_sentence
from layers.html import element, escape, script_json, to_json
from layers.offline.words import WORDS, tongue
from projects.errors import SetupIncomplete

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("kit.js", "list.js", "card.js", "map.js", "boot.js")
_ADDRESS: Final = re.compile(r"url\([^)]*\)")
_SOURCE_MAP: Final = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)


def signs() -> dict[str, Any]:
    """Return the signs, shapes and colours of the palette that the script draws with."""
    return {
        "categories": {
            code: [sign.colour, sign.shape, sign.glyph, sign.ink] for code, sign in palette.CATEGORIES.items()
        },
        "shapes": dict(palette.SHAPES),
        "pale": palette.PALE_ALPHA,
        "ink": palette.INK,
        "land": palette.LAND,
        "border": palette.BORDER,
        "maritime": palette.MARITIME,
    }


def document(content: Mapping[str, Any], static: Path, *, title: str, language: str) -> bytes:
    """Return the file. ``content`` is a JSON tree of plain texts and numbers (see ``services.pack.offline``).

    Raises :class:`projects.errors.SetupIncomplete` when Leaflet is not in the static folder.
    """
    lacking = missing_sentence(static)
    if lacking:
        raise SetupIncomplete(lacking)
    style = _without_addresses(_read(static / LEAFLET_CSS)) + _read(_HERE / "offline.css")
    scripts = (_SOURCE_MAP.sub("", _read(static / LEAFLET_JS)), _own_script())
    data = dict(content) | {"signs": signs(), "words": {one: tongue(one) for one in ("zh", "en")}}
    head = "".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, scripts)}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            element("title", escape(title)),
            f"<style>{style}</style>",
        )
    )
    body = element("noscript", *(element("p", escape(words)) for words in WORDS["no_script"]))
    body += '<div id="app"></div>'
    body += f'<script type="application/json" id="data">{script_json(to_json(data))}</script>'
    body += "".join(f"<script>{script}</script>" for script in scripts)
    lang = "en" if language == "en" else "zh-CN"
    return f'<!DOCTYPE html>\n<html lang="{lang}"><head>{head}</head><body>{body}</body></html>\n'.encode()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _own_script() -> str:
    """Return our script: its parts in one function, so that none of its names is global."""
    parts = "\n".join(_read(_HERE / name) for name in _SCRIPTS)
    return f'(function () {{\n"use strict";\n{parts}\n}})();'


def _without_addresses(css: str) -> str:
    """Return a style sheet that fetches no picture.

    >>> _without_addresses("a{background:url(images/layers.png)}")
    'a{background:none}'
    """
    return _ADDRESS.sub("none", css)


def _policy(style: str, scripts: tuple[str, ...]) -> str:
    """Return the policy that lets this style and these scripts in and nothing else."""
    allowed = " ".join(map(_fingerprint, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_fingerprint(style)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    """Return the source expression of an inline script or style (Content Security Policy 3, 6.7.3.2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
