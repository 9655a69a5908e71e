"""How QGIS draws our layers: points in the colours of the categories, counties as thin outlines."""

from typing import Final
from xml.sax.saxutils import quoteattr

from data.exports.colours import CATEGORY_COLOURS
from projects.codes import CATEGORY_ZH

_OPTION: Final = '<Option type="QString" name={} value={}/>'


def category_style() -> str:
    """Return the style of the records as QML: one symbol per category, under its Chinese name."""
    entries, symbols = [], []
    for number, (code, colour) in enumerate(CATEGORY_COLOURS.items()):
        label = quoteattr(CATEGORY_ZH[code])
        entries.append(
            f'<category render="true" symbol="{number}" value={quoteattr(str(code))} label={label}/>'
        )
        options = {"color": _rgba(colour), "outline_color": "51,61,71,255", "size": "3", "name": "circle"}
        symbols.append(_symbol("marker", str(number), "SimpleMarker", options))
    return _qml(
        '<renderer-v2 type="categorizedSymbol" attr="category" symbollevels="0" enableorderby="0"'
        f' forceraster="0"><categories>{"".join(entries)}</categories>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2>"
    )


def county_style() -> str:
    """Return the style of the counties as QML: a pale fill under a thin line, for points to lie on."""
    options = {
        "color": "251,250,246,255",
        "outline_color": "138,147,160,255",
        "outline_width": "0.26",
        "style": "solid",
    }
    symbol = _symbol("fill", "0", "SimpleFill", options)
    return _qml(
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
    )


def _qml(renderer: str) -> str:
    return f'<qgis version="3.22" styleCategories="Symbology">{renderer}</qgis>'


def _symbol(kind: str, name: str, layer: str, options: dict[str, str]) -> str:
    listed = "".join(_OPTION.format(quoteattr(key), quoteattr(value)) for key, value in options.items())
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{listed}</Option>'
        "</layer></symbol>"
    )


def _rgba(colour: str) -> str:
    """Return a colour as QGIS writes it.

    >>> _rgba("#D55E00")
    '213,94,0,255'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
