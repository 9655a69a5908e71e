"""The background of the map as configured: none by default, so that nothing outside is ever asked."""

from data.settings import Settings
from layers.scene import TileSource

_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk="
)


def tile_sources(settings: Settings) -> tuple[TileSource, ...]:
    """Return the raster layers of the configured basemap, bottom first."""
    if settings.basemap == "tianditu":
        key = settings.tianditu_key.get_secret_value()
        return tuple(
            TileSource(_TIANDITU.replace("{layer}", layer) + key, "天地图", subdomains="01234567")
            for layer in ("vec", "cva")
        )
    if settings.basemap == "osm":
        return (TileSource("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap", max_zoom=19),)
    if settings.basemap == "local" and not settings.basemap_url.endswith(".pmtiles"):
        return (TileSource(settings.basemap_url, settings.credit_line),)
    return ()
