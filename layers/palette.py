"""The one written table of colours, shapes and signs, keyed by code, in a fixed order.

Fifteen categories cannot be told apart by colour alone, by anybody; so each has three signs: a colour
(Okabe & Ito 2008, colour-blind safe), an outline shape, and one Chinese character. Two categories may
share a colour or a shape, never both, and no two share a character. Printed in grey, shape and
character remain. Both engines, the legend and the printed maps read this table and nothing else.

Shapes are SVG path data in a box from -1 to 1, which the browser takes in ``<path d>`` and in
``Path2D`` alike. Choropleth colours: ColorBrewer “Blues” (5 classes) for the screen, cividis for print.
"""

from __future__ import annotations

from dataclasses import dataclass

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
SLATE = "#4D4D4D"
"""Grey for what is neither: Okabe & Ito's black, lightened so that a dark outline still shows."""

SHAPES: dict[str, str] = {
    "circle": "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0Z",
    "square": "M-.64-.92H.64A.28.28 0 0 1 .92-.64V.64A.28.28 0 0 1 .64.92"
    "H-.64A.28.28 0 0 1-.92.64V-.64A.28.28 0 0 1-.64-.92Z",
    "diamond": "M0-1.18L1.18 0L0 1.18L-1.18 0Z",
    "hexagon": "M0-1.08L.96-.54V.54L0 1.08L-.96.54V-.54Z",
    "triangle": "M0-1.22L1.14.86H-1.14Z",
    "pentagon": "M0-1.12L1.08-.32L.68.94H-.68L-1.08-.32Z",
    "shield": "M-.92-.92H.92V.2C.92.74.42 1.02 0 1.18C-.42 1.02-.92.74-.92.2Z",
    "drop": "M0-1.32C.5-.72 1-.3 1 .22A1 1 0 0 1-1 .22C-1-.3-.5-.72 0-1.32Z",
}
"""Shape name → path data in units of the mark's radius, y downwards."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How a category looks: fill colour, shape name, one character, and the character's colour."""

    colour: str
    shape: str
    glyph: str
    ink: str = "#FFFFFF"


CATEGORIES: dict[str, Sign] = {
    "hospital": Sign(VERMILLION, "square", "医"),
    "village_clinic": Sign(VERMILLION, "circle", "村"),
    "elderly_care": Sign(ORANGE, "circle", "养", BLACK),
    "tcm": Sign(GREEN, "hexagon", "中"),
    "pharma_park": Sign(BLUE, "square", "药"),
    "medical_device": Sign(BLUE, "diamond", "械"),
    "hot_spring_town": Sign(SKY, "drop", "泉", BLACK),
    "wellness_tourism": Sign(GREEN, "triangle", "游"),
    "sports": Sign(YELLOW, "pentagon", "体", BLACK),
    "food_health": Sign(GREEN, "circle", "食"),
    "health_management": Sign(ORANGE, "shield", "管", BLACK),
    "education": Sign(PURPLE, "square", "教", BLACK),
    "insurance": Sign(PURPLE, "shield", "保", BLACK),
    "digital_health": Sign(BLUE, "hexagon", "智"),
    "other": Sign(SLATE, "circle", "他"),
}
"""Category code → sign, in the order of the standard: legends and bars follow it."""

FUNDING: dict[str, Sign] = {
    "未报": Sign("#C3C9D0", "circle", "？", BLACK),
    "未落实": Sign(VERMILLION, "diamond", "缺"),
    "部分落实": Sign(ORANGE, "triangle", "半", BLACK),
    "已落实": Sign(YELLOW, "square", "落", BLACK),
    "部分到位": Sign(SKY, "pentagon", "部", BLACK),
    "已到位": Sign(GREEN, "hexagon", "到"),
}
"""Funding status → sign, from nothing reported to all received; 未报 is a neutral grey: unknown, not bad.

No two share a colour or a shape."""

SIGNS: dict[str, Sign] = CATEGORIES | FUNDING
"""Every sign that a mark may carry: categories first, so that their numbers in a payload stay."""

SEQUENTIAL: tuple[str, ...] = ("#EFF3FF", "#BDD7E7", "#6BAED6", "#3182BD", "#08519C")
"""ColorBrewer Blues, five classes."""

PRINT_SEQUENTIAL: tuple[str, ...] = ("#FFEA46", "#BCAF6F", "#7C7B78", "#42526E", "#00204D")
"""cividis at five steps, light to dark: legible in grey print."""

PRINT_FROM_NONE: tuple[str, ...] = ("#FFFFFF", *PRINT_SEQUENTIAL[:4])
"""The same for classes of which the first one is none at all: white, and the darkest blue is spared."""

NO_DATA = "#D9D9D9"
"""Ground of the hatch for areas without a known value."""

NO_DATA_EDGE = "#9AA3AE"
"""Lines of that hatch, and the colour of a thin sign (dot, line, ring) without a known value."""

HEAT: tuple[str, ...] = ("#FED976", "#FD8D3C", "#FC4E2A", "#E31A1C", "#800026")
"""ColorBrewer YlOrRd from weak to strong: not the blue of the shading, and darker always means more."""

PALE_ALPHA = 0.38
"""Opacity of the fill of township precision, over white; outline and sign stay full."""

SHADE_ALPHA = 0.62
"""Opacity of the choropleth, so that signs of the same hue still stand out on the darkest class."""

LAND, BORDER, HALO, INK, SLOT = "#FBFAF6", "#8A93A0", "#FFFFFF", "#1F2933", "#6B4E9B"
WATER = "#E8EEF3"
ZONE, MARITIME = "#6B4E9B", "#5B6675"


def sign_of(code: str) -> Sign:
    """Return the sign of a category or status; a code unknown to the table is drawn as ``other``."""
    return SIGNS.get(code, SIGNS["other"])


def ordered(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return the non-zero counts in the table's order, unknown codes added to ``other``.

    >>> ordered({"tcm": 1, "hospital": 2, "sports": 0})
    [('hospital', 2), ('tcm', 1)]
    """
    known = {code: counts.get(code, 0) for code in SIGNS}
    known["other"] += sum(n for code, n in counts.items() if code not in SIGNS)
    return [(code, n) for code, n in known.items() if n]
