"""Where fictional projects may stand: real counties, points inside them, townships with a known seat."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection, text

from data.demo.words import REGIONS
from projects.errors import BadValue


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a county: WGS84 degrees, longitude first."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Township:
    """A township whose seat is known."""

    code: str
    name: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class County:
    """A county in which fictional projects are put."""

    code: str
    name: str
    prefecture_code: str
    province_code: str
    region: str
    townships: tuple[Township, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The counties by region, and the zones of each prefecture."""

    counties: Mapping[str, tuple[County, ...]]
    zones: Mapping[str, tuple[str, ...]]

    def draw(self, rng: Random) -> County:
        """Return a county: a region by its share, then any of its counties."""
        region = rng.choices(list(self.counties), [REGIONS[name] for name in self.counties])[0]
        return rng.choice(self.counties[region])


def survey(connection: Connection) -> Ground:
    """Read the counties of the regions; raises ``BadValue`` when the boundaries are not loaded."""
    seats: dict[str, list[Township]] = {}
    for row in connection.execute(_TOWNSHIPS):
        spot = Spot(row.lon, row.lat)
        seats.setdefault(row.county_code, []).append(Township(row.code, row.name, spot))
    counties: dict[str, list[County]] = {}
    for row in connection.execute(_COUNTIES, {"regions": list(REGIONS)}):
        found = County(
            row.code,
            row.name,
            row.prefecture_code,
            row.province_code,
            row.region,
            tuple(seats.get(row.code, ())),
        )
        counties.setdefault(row.region, []).append(found)
    if not counties:
        raise BadValue("no county of the practice regions is loaded: load the boundaries first")
    zones = {row.prefecture_code: tuple(row.ids) for row in connection.execute(_ZONES)}
    return Ground({region: tuple(counties[region]) for region in sorted(counties)}, zones)


def scatter(connection: Connection, wanted: Mapping[str, int], seed: int) -> dict[str, list[Spot]]:
    """Return so many random points (WGS84) inside each county; the same seed gives the same points."""
    rows = connection.execute(
        _POINTS, {"codes": list(wanted), "counts": list(wanted.values()), "seed": seed % 1_000_000 + 1}
    )
    found: dict[str, list[Spot]] = {code: [] for code in wanted}
    for row in rows:
        found[row.code].append(Spot(row.lon, row.lat))
    return found


_TOWNSHIPS = text(
    "SELECT code, name, county_code, round(ST_X(point)::numeric, 6)::float AS lon,"
    " round(ST_Y(point)::numeric, 6)::float AS lat FROM township WHERE point IS NOT NULL ORDER BY code"
)
_COUNTIES = text(
    "SELECT code, name, coalesce(prefecture_code, code) AS prefecture_code, province_code,"
    " (SELECT region FROM unnest(CAST(:regions AS text[])) AS region"
    "   WHERE region IN (code, prefecture_code, province_code) LIMIT 1) AS region"
    " FROM area WHERE level = 'county'"
    " AND (code = ANY (:regions) OR prefecture_code = ANY (:regions) OR province_code = ANY (:regions))"
    " ORDER BY code"
)
_ZONES = text("SELECT prefecture_code, array_agg(id ORDER BY id) AS ids FROM zone GROUP BY 1 ORDER BY 1")
_POINTS = text(
    "SELECT area.code, round(ST_X(spot.geom)::numeric, 6)::float AS lon,"
    " round(ST_Y(spot.geom)::numeric, 6)::float AS lat"
    " FROM unnest(CAST(:codes AS text[]), CAST(:counts AS integer[])) AS wanted (code, n)"
    " JOIN area ON area.code = wanted.code AND area.level = 'county',"
    " ST_Dump(ST_GeneratePoints(area.geom, wanted.n, :seed)) AS spot ORDER BY area.code, spot.path"
)
