"""Records that may be the same thing: same code, same name, similar name in one county, same point.

Names are compared by what is particular about them: without the names of their areas and words like 项目 or
有限公司. Where they differ in a number, a letter or a word of place (一期 and 二期, A区 and B区, 东院 and
西院, 上坪 and 下坪) they are phases or neighbours, never duplicates. Else they are similar when one is the
other with something added, or differs in one character, and most of it is shared.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel
from sqlalchemy import Connection, text

from projects.filing.desk import Lookalike
from projects.names import normalised

ALIKE: Final = 0.75
"""Share of characters in common (Indel) from which two names are looked at."""
RAREST: Final = 6
"""How many of the rarest pairs of characters of a name are looked up."""
SHORT: Final = 6
"""A name of fewer pairs may share only one with a similar one."""
NEAR_M: Final = 30
"""Two exact points nearer than this are one place."""

_GENERIC: Final = re.compile(
    "新建|改建|扩建|迁建|改扩建|建设|改造|提升|项目|工程|有限责任公司|股份有限公司|有限公司|公司|集团"
)
_MARKS: Final = re.compile(
    "[0-9]+|[一二三四五六七八九十]+|[a-z](?=[区座栋园馆])|[东南西北中上下大小新老旧前后内外左右]"
)
_BETWEEN: Final = "\0"
"""Stands between many names that are worked on as one text; no name holds it."""
_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")
_PEOPLES: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|鄂温克|裕固|保安|独龙|鄂伦春|普米|各"
)
_LEVEL: Final = re.compile(
    f"(?:(?:{_PEOPLES})族)*(?:特别行政区|自治区|自治州|自治县|自治旗)$|(?:省|市|县|区|州|盟|旗)$"
)


class Asked(NamedTuple):
    """What is looked for; ``besides`` is a record that is not meant."""

    name: str
    county_code: str | None
    project_code: str | None = None
    lonlat: tuple[float, float] | None = None
    besides: str = ""


class Named(NamedTuple):
    """A record under one of its names."""

    project_id: str
    name: str
    county_code: str | None
    called: str
    """The name or alias that is compared."""


class Core(NamedTuple):
    """A name as it is compared."""

    whole: str
    stem: str


def core(name: str, areas: Sequence[str] = ()) -> Core:
    """Return what is particular about a name; ``areas`` are names it may begin with that tell nothing.

    >>> core("韶关市丽宫温泉建设项目（二期）", ("韶关市",))
    Core(whole='韶关市丽宫温泉建设项目二期', stem='丽宫温泉二期')
    """
    return _cores([name], areas)[0]


def _cores(names: Iterable[str], areas: Sequence[str]) -> list[Core]:
    """Return the cores of many names under the same areas: one pass over all of them at once."""
    whole = normalised(_BETWEEN.join(name.replace(_BETWEEN, "") for name in names))
    stems = f"{_BETWEEN}{whole}"
    begins = "|".join(re.escape(area) for area in areas if area)
    if begins:
        stems = re.sub(f"{_BETWEEN}(?:{begins})+", _BETWEEN, stems)
    pairs = zip(whole.split(_BETWEEN), _GENERIC.sub("", stems)[1:].split(_BETWEEN), strict=True)
    return [Core(name, stem or name) for name, stem in pairs]


def _marks(stem: str) -> list[str]:
    """Return the numbers, letters and words of place that tell a thing from its neighbours."""
    spoken = unicodedata.normalize("NFKC", stem).translate(_DIGITS).replace("十", "10").replace("首期", "1期")
    return sorted(_MARKS.findall(spoken))


def similarity(one: Core, other: Core) -> float:
    """Return 0–1: 1 for one name in two spellings, 0 for two things however alike their names are.

    >>> similarity(core("丽宫温泉项目"), core("丽宫国际温泉"))
    0.8
    >>> similarity(core("丽宫温泉一期"), core("丽宫温泉二期"))
    0.0
    """
    if one.whole == other.whole:
        return 1.0
    share = Indel.normalized_similarity(one.stem, other.stem, score_cutoff=ALIKE)
    if not share or _marks(one.stem) != _marks(other.stem):
        return 0.0
    if share == 1.0:
        return 0.99
    shared = (len(one.stem) + len(other.stem)) * share / 2
    left, right = len(one.stem) - shared, len(other.stem) - shared
    one_character = max(left, right) <= 1.01 and min(len(one.stem), len(other.stem)) >= 5
    return round(share, 3) if min(left, right) < 0.5 or one_character else 0.0


class Index:
    """Names of records by county, so that a name is compared with the few that share a rare part with it."""

    def __init__(self, records: Iterable[Named], areas: Mapping[str, Sequence[str]]) -> None:
        self._areas = areas
        listed: dict[str | None, list[Named]] = defaultdict(list)
        for record in records:
            listed[record.county_code].append(record)
        self._counties = {code: _County(held, areas.get(code or "", ())) for code, held in listed.items()}

    def similar(self, name: str, county_code: str | None, besides: str = "") -> tuple[Lookalike, ...]:
        """Return records of the county with the same or a similar name, best first, each once."""
        county = self._counties.get(county_code)
        if county is None:
            return ()
        wanted = core(name, self._areas.get(county_code or "", ()))
        found: dict[str, Lookalike] = {}
        for record, held in county.near(wanted):
            score = similarity(wanted, held) if record.project_id != besides else 0.0
            if score > (found[record.project_id].similarity if record.project_id in found else 0.0):
                reason = "same_name" if score == 1.0 else "similar_name"
                found[record.project_id] = Lookalike(
                    record.project_id, record.name, record.county_code, reason, score
                )
        return tuple(sorted(found.values(), key=lambda one: (-one.similarity, one.project_id)))


class _County:
    """The names of one county by what they are as a whole, and by pairs of characters of their stems."""

    def __init__(self, records: Sequence[Named], areas: Sequence[str]) -> None:
        self._records = records
        self._cores = _cores((record.called for record in records), areas)
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(self._cores):
            self._whole[held.whole].append(number)
            for pair in _pairs(held.stem):
                self._pairs[pair].append(number)

    def near(self, wanted: Core) -> list[tuple[Named, Core]]:
        """Return the names that share enough characters with the wanted one to be looked at."""
        stems = {number: self._cores[number].stem for number in self._candidates(wanted)}
        alike = process.extract(
            wanted.stem, stems, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, limit=None
        )
        return [(self._records[number], self._cores[number]) for _, _, number in alike]

    def _candidates(self, wanted: Core) -> set[int]:
        """Return the names worth a comparison: those that share two rare pairs (one, of a short name)."""
        lists = [self._pairs.get(pair, []) for pair in _pairs(wanted.stem)]
        rarest = sorted((numbers for numbers in lists if numbers), key=len)[:RAREST]
        once: set[int] = set()
        twice: set[int] = set()
        for numbers in rarest:
            twice |= once.intersection(numbers)
            once.update(numbers)
        return (once if len(lists) < SHORT else twice).union(self._whole.get(wanted.whole, ()))


def _pairs(stem: str) -> set[str]:
    """Return the pairs of neighbouring characters, edges marked, so that short names have some."""
    return set(map(add, f"^{stem}", f"{stem}$"))


def find_all(connection: Connection, asked: Sequence[Asked]) -> tuple[tuple[Lookalike, ...], ...]:
    """Return, for each name asked for, the records that may be the same, surest first."""
    index = Index(_names(connection, asked), _area_names(connection, asked))
    by_code = _by_code(connection, asked)
    at_point = _at_points(connection, asked)
    return tuple(
        _ranked(
            [
                *(one for one in (by_code.get(wanted.project_code or ""),) if one),
                *index.similar(wanted.name, wanted.county_code, wanted.besides),
                *at_point.get(number, ()),
            ],
            wanted.besides,
        )
        for number, wanted in enumerate(asked)
    )


def _ranked(found: Sequence[Lookalike], besides: str) -> tuple[Lookalike, ...]:
    """Return each record once, for its first (surest) reason."""
    once: dict[str, Lookalike] = {}
    for one in found:
        if one.project_id != besides:
            once.setdefault(one.project_id, one)
    return tuple(once.values())


_STANDING: Final = "project.deleted_at IS NULL AND project.merged_into_id IS NULL"


def _names(connection: Connection, asked: Sequence[Asked]) -> list[Named]:
    """Return the names and aliases of all records in the counties asked for (open county: an own group)."""
    texts = connection.scalars(
        text(
            "SELECT CAST(json_agg(json_build_array(id, name, county_code, called)"  # noqa: S608
            " ORDER BY id, called) AS text) FROM (SELECT id, name, county_code, name AS called FROM project"
            f" WHERE {_STANDING} AND coalesce(county_code, '') = ANY (:counties)"
            " UNION ALL SELECT project.id, name, county_code, alias FROM project_alias"
            " JOIN project ON project.id = project_id"
            f" WHERE {_STANDING} AND coalesce(county_code, '') = ANY (:counties)) AS named"
            " GROUP BY county_code"
        ),
        {"counties": sorted({wanted.county_code or "" for wanted in asked})},
    )
    return [Named._make(row) for found in texts for row in json.loads(found)]


def _area_names(connection: Connection, asked: Sequence[Asked]) -> dict[str, tuple[str, ...]]:
    """Return county code → normalised names of its province, prefecture and itself, long and short."""
    rows = connection.execute(
        text(
            "SELECT county.code, array_agg(above.name) AS names FROM area county JOIN area above"
            " ON above.code IN (county.code, county.prefecture_code, county.province_code)"
            " WHERE county.level = 'county' AND county.code = ANY (:codes) GROUP BY 1"
        ),
        {"codes": sorted({wanted.county_code for wanted in asked if wanted.county_code})},
    )
    return {row.code: _spellings(row.names) for row in rows}


def _spellings(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with and without what sort of area they are, longest first.

    >>> _spellings(["乳源瑶族自治县", "韶关市"])
    ('乳源瑶族自治县', '乳源县', '韶关市', '乳源', '韶关')
    """
    found = set()
    for name in (normalised(name) for name in names):
        short = _LEVEL.sub("", name)
        found |= {name, *([short] if len(short) > 1 else [])}
        if name.endswith("自治县") and len(short) > 1:
            found.add(f"{short}县")
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _by_code(connection: Connection, asked: Sequence[Asked]) -> dict[str, Lookalike]:
    rows = connection.execute(
        text(
            "SELECT id, name, county_code, project_code FROM project WHERE project_code = ANY (:codes)"  # noqa: S608
            f" AND {_STANDING}"
        ),
        {"codes": sorted({wanted.project_code for wanted in asked if wanted.project_code})},
    )
    return {
        row.project_code: Lookalike(row.id, row.name, row.county_code, "project_code", 1.0) for row in rows
    }


def _at_points(connection: Connection, asked: Sequence[Asked]) -> dict[int, list[Lookalike]]:
    """Return, by position in the list, records with an exact place (precision 1 or 2) within 30 m."""
    points = [(number, *wanted.lonlat) for number, wanted in enumerate(asked) if wanted.lonlat]
    if not points:
        return {}
    rows = connection.execute(
        text(
            "SELECT number, project.id, project.name, project.county_code, distance"  # noqa: S608
            " FROM near_places(CAST(:lons AS float[]), CAST(:lats AS float[]), :near) AS near"
            f" JOIN project ON project.id = near.project_id WHERE {_STANDING} ORDER BY 1, 5, 2"
        ),
        {"lons": [lon for _, lon, _ in points], "lats": [lat for _, _, lat in points], "near": NEAR_M},
    )
    found: dict[int, list[Lookalike]] = defaultdict(list)
    for row in rows:
        closeness = round(1 - row.distance / (2 * NEAR_M), 3)
        number = points[row.number - 1][0]
        found[number].append(Lookalike(row.id, row.name, row.county_code, "same_point", closeness))
    return found
