"""What checking a file must know of the library; passed in, so that nothing here asks a database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, Final, NamedTuple

from gis.gazetteer import TownshipPoint
from projects.codes import Level
from projects.names import normalised
from projects.ports import AreaName, ZoneName


class County(NamedTuple):
    """A county-level unit with the names of what it belongs to."""

    code: str
    name: str
    prefecture_code: str | None
    prefecture: str
    province_code: str | None
    province: str


class Found(NamedTuple):
    """An answer of a look-up by name: the codes that fit, and a near name when none does."""

    codes: tuple[str, ...]
    near: str = ""
    coarser: bool = False
    """The name is that of a prefecture or province."""


def _nowhere(code: str) -> Any:  # noqa: ARG001 - the signature of the look-up
    return None


@dataclass(frozen=True)
class CheckContext:
    """Names and shapes to check against, and what the person who uploads said about the file."""

    counties: Sequence[County] = ()
    townships: Sequence[TownshipPoint] = ()
    zones: Sequence[ZoneName] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    """Owner unit id → name."""
    county_shape: Callable[[str], Any] = _nowhere
    """Code → shapely polygon in WGS84, None where none is known; asked once per county of the file."""
    allowed_counties: frozenset[str] | None = None
    """Counties of the filing unit: of several counties of one name these are meant. None: no preference."""
    datum: str = ""
    """What the person said the coordinates are in, for a file that does not say; empty for unknown."""
    today: date = field(default_factory=date.today)

    @classmethod
    def of_areas(
        cls, areas: Iterable[AreaName], zones: Sequence[ZoneName] = (), **others: Any
    ) -> "CheckContext":
        """Return a context from the areas of all levels; the other fields go by their names."""
        by_code = {(area.level, area.code): area for area in areas}
        counties = tuple(
            County(
                area.code,
                area.name,
                area.prefecture_code,
                _name(by_code, Level.PREFECTURE, area.prefecture_code),
                area.province_code,
                _name(by_code, Level.PROVINCE, area.province_code),
            )
            for (level, _), area in by_code.items()
            if level is Level.COUNTY
        )
        return cls(counties=counties, zones=zones, **others)

    @cached_property
    def places(self) -> "Places":
        """Look-ups by name, built once."""
        return Places(self)


def _name(by_code: Mapping[tuple[Level, str], AreaName], level: Level, code: str | None) -> str:
    found = by_code.get((level, code)) if code else None
    return found.name if found else ""


_PEOPLES_TEXT: Final = (
    "蒙古、回、藏、维吾尔、苗、彝、壮、布依、朝鲜、满、侗、瑶、白、土家、哈尼、哈萨克、傣、黎、傈僳、佤、畲、高山、拉祜、"
    "水、东乡、纳西、景颇、柯尔克孜、土、达斡尔、仫佬、羌、布朗、撒拉、毛南、仡佬、锡伯、阿昌、普米、塔吉克、怒、"
    "乌孜别克、俄罗斯、鄂温克、德昂、保安、裕固、京、塔塔尔、独龙、鄂伦春、赫哲、门巴、珞巴、基诺、各"
)
_PEOPLES: Final = tuple(f"{people}族" for people in _PEOPLES_TEXT.split("、"))
_BARE_PEOPLES: Final = ("维吾尔", "哈萨克")
"""Named without 族 in the names of areas: 新疆维吾尔自治区."""
_ENDINGS: Final = tuple(
    "自治县 自治旗 自治区 自治州 特别行政区 林区 新区 特区 地区 县 市 区 旗 盟 省".split()  # noqa: SIM905
)


def short(name: str) -> str:
    """Return what people call an area: without its kind and the peoples in its name.

    >>> short("乳源瑶族自治县"), short("韶关市"), short("广西壮族自治区"), short("赵县")
    ('乳源', '韶关', '广西', '赵县')
    """
    bare = next((name.removesuffix(end) for end in _ENDINGS if name.endswith(end)), name)
    if name.endswith(("自治县", "自治旗", "自治区", "自治州")):
        while people := next(
            (p for p in (*_PEOPLES, *_BARE_PEOPLES) if bare.endswith(p) and len(bare) > len(p) + 1), ""
        ):
            bare = bare.removesuffix(people)
    return bare if len(bare) > 1 else name


@lru_cache(4096)
def _forms(name: str) -> tuple[str, ...]:
    """Return a name and its short form as they are compared."""
    return tuple(dict.fromkeys((normalised(name), normalised(short(name)))))


@lru_cache(4096)
def _joined(province: str, prefecture: str) -> frozenset[str]:
    parts = product(("", *_forms(province)), ("", *_forms(prefecture)))
    return frozenset("".join(pair) for pair in parts) - {""}


def _above(county: County) -> frozenset[str]:
    """Return what may stand in front of a county's name: its prefecture, its province, or both."""
    return _joined(county.province, county.prefecture)


class Places:
    """Areas by name or code, in all the ways in which offices write them."""

    def __init__(self, context: CheckContext) -> None:
        self._context = context
        self.county = {county.code: county for county in context.counties}
        self._named: dict[str, set[str]] = defaultdict(set)
        self._coarser: set[str] = set()
        for county in context.counties:
            for form in _forms(county.name):
                self._named[form].add(county.code)
            self._coarser.update(_above(county))
        self._townships: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._township = {t.code: t for t in context.townships}
        self._listed = {t.county_code for t in context.townships}
        for town in context.townships:
            full = normalised(town.name)
            for form in {full, _short_town(full)}:
                self._townships[town.county_code, form].add(town.code)
        self._zones = {normalised(zone.name): zone.id for zone in context.zones}
        self._zone_ids = {zone.id for zone in context.zones}
        self._units = {normalised(name): key for key, name in context.units.items()}

    def counties(self, text: str, prefecture: str = "") -> Found:
        """Return the counties that a code or name means, fewer when the prefecture's name helps."""
        if text in self.county:
            return Found((text,))
        form = normalised(text)
        codes = self._with_prefix(form) or self._with_prefix(normalised(short(text)))
        if not codes and form in self._coarser:
            return Found((), coarser=True)
        if not codes and len(text) == 6 and text.isdecimal() and text.endswith("00"):
            return Found((), coarser=any(code[:4] == text[:4] for code in self.county))
        return Found(self._narrowed(codes, text, prefecture), "" if codes else self._near(form))

    def _with_prefix(self, form: str) -> set[str]:
        """Return the counties of a name with or without province and prefecture in front of it."""
        for start in range(len(form)):
            prefix, named = form[:start], self._named.get(form[start:], set())
            codes = {code for code in named if not prefix or prefix in _above(self.county[code])}
            if codes:
                return codes
        return set()

    def _narrowed(self, codes: set[str], text: str, prefecture: str) -> tuple[str, ...]:
        allowed = self._context.allowed_counties
        codes = {c for c in codes if self.county[c].name == text} or codes
        codes = {c for c in codes if prefecture and self._in(c, prefecture)} or codes
        codes = (codes & allowed if allowed else codes) or codes
        return tuple(sorted(codes))

    def _in(self, code: str, prefecture: str) -> bool:
        return short(self.county[code].prefecture) == short(prefecture)

    def _near(self, form: str) -> str:
        allowed = self._context.allowed_counties
        names = [c.name for c in self._context.counties if allowed is None or c.code in allowed]
        return next(iter(get_close_matches(form, names[:4000], 1, 0.6)), "")

    def full_name(self, code: str) -> str:
        """Return a county with its prefecture, as it is told to people."""
        county = self.county[code]
        return f"{county.prefecture}{county.name}"

    def township(self, text: str, county_code: str) -> str | None:
        """Return the code of a township by code, or by name inside one county; None for none or several."""
        if text in self._township:
            return text if self._township[text].county_code == county_code else None
        codes = self._townships.get((county_code, normalised(text))) or self._townships.get(
            (county_code, normalised(_short_town(text))), set()
        )
        return next(iter(codes)) if len(codes) == 1 else None

    def lists_townships(self, county_code: str) -> bool:
        """Tell whether the library has a register of the county's townships; it has none for most."""
        return county_code in self._listed

    def township_of_another_kind(self, text: str, code: str) -> str:
        """Return a township's name when a text calls it another kind (乡 for 镇), empty when it does not."""
        name, kind = self._township[code].name, normalised(text).removesuffix("办事处")
        said = text != code and _short_town(kind) != kind and kind != normalised(name).removesuffix("办事处")
        return name if said else ""

    def zone(self, text: str) -> str | None:
        """Return the id of a zone by id or name."""
        return text if text in self._zone_ids else self._zones.get(normalised(text))

    def unit(self, text: str) -> str | None:
        """Return the id of an owner unit by id or name."""
        return text if text in self._context.units else self._units.get(normalised(text))


def _short_town(name: str) -> str:
    ends = ("民族乡", "街道办事处", "街道", "镇", "乡")
    bare = next((name.removesuffix(end) for end in ends if name.endswith(end)), name)
    return bare if len(bare) > 1 else name
