"""What a browser session holds after a payload of the own component has come."""

import json
from typing import Any

from layers import leaflet_component
from layers.scene import Scene


def received(scene: Scene, held: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the scene as the starter puts it together from a payload and the parts ``held`` before."""
    parts = {} if held is None else held
    tree: dict[str, Any] = json.loads(leaflet_component.payload(scene, known=parts.keys(), **more).data)
    for name, value in tree.items():
        if isinstance(value, dict) and "$" in value:
            tree[name] = parts.setdefault(value["$"], value.get("value"))
    return tree
