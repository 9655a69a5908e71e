"""Results of an analysis on the map. Use the names through :mod:`layers.scene`, which passes them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

OverlayKind = Literal["fill", "outline", "point", "site", "line", "heat"]


@dataclass(frozen=True, slots=True)
class OverlayItem:
    """One thing of an overlay: its geometry, class (None: unknown or not judged), tooltip and click.

    ``geometry`` is GeoJSON; ``click`` is a project id, empty for what cannot be clicked; ``label`` is printed
    beside a ``site`` (up to three characters: inside it); ``weight`` is the strength of a point of a ``heat``
    overlay. ``tooltip`` may hold several lines; the first one is its heading.
    """

    geometry: Mapping[str, Any]
    of_class: int | None
    tooltip: str = ""
    click: str = ""
    label: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Overlay:
    """The result of an analysis on the map: things in classes, with a legend of their own.

    ``classes`` are (words, ``#rrggbb``); items of class None are hatched grey and called ``unknown`` in the
    legend. ``modelled`` gives the dashed outline. Drawn above the areas, below the records: by kind, from the
    ground up (:data:`layers.overlay_rows.ORDER`), those of one kind in order. Two or more classes of a
    ``heat`` overlay are its scale from weak to strong.
    """

    id: str
    kind: OverlayKind
    items: tuple[OverlayItem, ...]
    classes: tuple[tuple[str, str], ...]
    title: str = ""
    unknown: str = ""
    modelled: bool = False

    def __post_init__(self) -> None:
        """Refuse a class that the legend does not hold."""
        if any(i.of_class is not None and not 0 <= i.of_class < len(self.classes) for i in self.items):
            msg = f"overlay {self.id}: an item has a class without a line in the legend"
            raise ValueError(msg)
