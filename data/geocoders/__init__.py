"""Services that find the point of an address: what they answer, kept apart by outcome, brought to WGS84.

``base`` says what an answer is, ``transport`` asks over the network, ``tianditu`` and ``amap`` know one
service each, ``cache`` keeps every reply, ``pacing`` keeps to the contract. See ``docs/geocoding.md``.
"""

from data.geocoders.amap import Amap
from data.geocoders.base import Geocoder
from data.geocoders.tianditu import Tianditu
from data.geocoders.transport import Transport
from data.settings import Settings
from projects.errors import BadValue

__all__ = ["configured"]


def configured(settings: Settings, transport: Transport | None = None) -> Geocoder:
    """Return the geocoder of this installation; raises ``BadValue`` when none is chosen."""
    key = settings.geocoder_key.get_secret_value()
    wire = transport or Transport(secrets=(key,))
    if settings.geocoder == "tianditu":
        return Tianditu(wire, key, settings.geocoder_url)
    if settings.geocoder == "amap":
        return Amap(wire, key, settings.geocoder_url)
    raise BadValue("没有启用在线地址解析：请管理员设置 GEOCODER 和 GEOCODER_KEY（见 docs/geocoding.md）")
