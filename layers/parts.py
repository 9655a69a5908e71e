"""A scene in parts: what is heavy travels to a browser session once, later its key alone."""

import json
from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from layers.html import to_json
from layers.payload import areas_json, engine_assets, scene_tree
from layers.scene import Scene

SMALLEST: Final = 256
"""Characters from which a part is worth a key."""


class Packed(NamedTuple):
    """The bytes for the browser and the keys of all parts that it holds once they have come."""

    data: bytes
    keys: frozenset[str]


def packed(scene: Scene, known: Collection[str] = (), *, code: Mapping[str, str], **more: Any) -> Packed:
    """Return a scene as one JSON object whose heavy entries are ``{"$": key, "value": …}``.

    ``code`` is our own script and style, sent as it is, unlike words of records, which are cleaned; ``more``
    are the engine's own top-level entries; ``known`` the keys the browser holds: they come without ``value``.
    Boundaries have their own key and keep their own place.
    """
    tree = scene_tree(scene) | engine_assets() | {"cells": scene.cells} | more
    texts = {name: to_json(value) for name, value in tree.items() if name != "areas"}
    texts |= {name: json.dumps(text) for name, text in code.items()}
    parts = {name: _part(text, known) for name, text in texts.items()}
    keys = {key for _text, key in parts.values() if key} | ({scene.areas.key} if scene.areas else set())
    entries = [f"{to_json(name)}:{text}" for name, (text, _key) in parts.items()]
    return Packed(f'{{"areas":{areas_json(scene, known)},{",".join(entries)}}}'.encode(), frozenset(keys))


def _part(text: str, known: Collection[str]) -> tuple[str, str]:
    """Return what stands for a value, and its key, empty for a light one."""
    if len(text) < SMALLEST:
        return text, ""
    key = blake2b(text.encode(), digest_size=9).hexdigest()
    return (f'{{"$":"{key}"}}' if key in known else f'{{"$":"{key}","value":{text}}}'), key
