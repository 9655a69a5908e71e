"""The background of the map as configured: none by default, so that nothing outside is ever asked."""

from urllib.parse import urlsplit

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


def origins(settings: Settings) -> tuple[str, ...]:
    """Return the hosts outside that the background is fetched from: none, unless one is configured.

    >>> origins(Settings()), origins(Settings(basemap="osm"))
    ((), ('https://tile.openstreetmap.org',))
    """
    asked = (urlsplit(source.url) for source in tile_sources(settings))
    found = (f"{url.scheme}://{_any_server(url.netloc)}" for url in asked if url.netloc)
    return tuple(dict.fromkeys(found))


def _any_server(host: str) -> str:
    """Return a host whose servers are numbered as the pattern of them all."""
    return "*." + host.split(".", 1)[1] if "{s}" in host else host
