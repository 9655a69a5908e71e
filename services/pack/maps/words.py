"""What is written on the map of a pack: title, counts, sources, cautions, credit, in its language."""

from collections.abc import Sequence

from data.exports.words import filter_in_words
from projects.counts import PrecisionCount
from projects.filters import ProjectFilter
from projects.summary import Summary
from services.map_parts import AreaRow
from services.pack.bench import Bench

SHOWN = 8
"""So many records without an area are named; the others are counted."""


class Words:
    """The sentences of one pack's maps."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._pick = bench.pick

    @property
    def credit(self) -> str:
        """Credit and 审图号; a map without a number says that it is for internal use."""
        request = self._bench.request
        number = request.approval_number
        inside = self._pick("内部使用", "for internal use")
        if number and "审图号" not in number:
            number = self._pick("审图号：", "map approval number 审图号: ") + number
        said = request.credit_line
        parts = [said, number] if number else [said, "" if inside in said or "内部使用" in said else inside]
        return " · ".join(part for part in parts if part)

    @property
    def shading(self) -> tuple[str, str, str]:
        """Title, note and unit of the shading."""
        return (
            self._pick("点名项目数", "Projects named"),
            self._pick("按规划文件点名统计，不代表现有服务", "named in the plans, no services in existence"),
            self._pick("项", ""),
        )

    @property
    def listing_title(self) -> str:
        """Heading of the list of areas."""
        return self._pick("各地项目数（＊未明确到下级）", "Projects by area (* no finer area known)")

    @property
    def more(self) -> str:
        """Sentence for areas that found no room in the list."""
        return self._pick(
            "另有 {n} 个地区 {total} 项，见项目表", "{n} more areas with {total}: see the table"
        )

    @property
    def no_area(self) -> str:
        """What records without any area are listed under."""
        return self._pick("未明确地区", "Area not known")

    def row_name(self, row: AreaRow, *, coarser: bool) -> str:
        """Return the name of an area in the list; one that holds the others says what it counts."""
        return row.place.name + (self._pick("＊", " *") if coarser else "")

    def area_name(self, chosen: ProjectFilter, within: str | None) -> str:
        """Return the name of what the map is of: one county, a prefecture, a province, nothing for more."""
        code = chosen.county[0] if len(chosen.county) == 1 else within
        area = self._bench.library.area(code) if code else None
        return area.name if area else ""

    def title(self, name: str) -> str:
        """Return the title of a map that was given none."""
        language = self._bench.request.language
        title = self._bench.template.word("map_title", language)
        if language == "en":
            return f"{title} · {name}" if name else title
        return name + title

    def says(self, chosen: ProjectFilter, count: PrecisionCount) -> tuple[str, ...]:
        """Return the sentences under the title: which records, how many, how well their places are known."""
        request = self._bench.request
        where = filter_in_words(self._bench.library, chosen, request.language)
        return (
            self._pick(f"范围：{where}", f"Records: {where}"),
            self._pick(
                f"共 {count.matched:,} 项：有具体位置 {count.points:,}，只知乡镇 {count.township:,}，"
                f"只知县 {count.county:,}，只知市、功能区或省 {count.region:,}，未定位 {count.unlocated:,}",
                f"{count.matched:,} records: {count.points:,} with a place, {count.township:,} to a township,"
                f" {count.county:,} to a county, {count.region:,} to a prefecture, zone or province,"
                f" {count.unlocated:,} not located",
            ),
        )

    @property
    def gazetteer(self) -> str:
        """Name where the points of townships come from, as its licence asks wherever they stand."""
        return self._pick("乡镇点：GeoNames（CC BY 4.0）", "township points: GeoNames (CC BY 4.0)")

    def notes(self, chosen: ProjectFilter, lost: Sequence[Summary], *, placed: bool) -> tuple[str, ...]:
        """Return what stands under the map; ``placed``: something has a place of its own on it."""
        return tuple(
            text
            for text in (self._lost(lost), self._precision(), self._sources(chosen, placed), self._made())
            if text
        )

    def _lost(self, lost: Sequence[Summary]) -> str:
        """Name the records that belong to no area of the map."""
        if not lost:
            return ""
        names = self._pick("、", ", ").join(f"{r.id} {r.name[:24]}" for r in lost[:SHOWN])
        rest = f" … ({len(lost)})" if len(lost) > SHOWN else ""
        return (
            self._pick(
                f"未明确地区、图上没有的 {len(lost)} 项：", f"{len(lost)} of no known area, not drawn: "
            )
            + names
            + rest
        )

    def _precision(self) -> str:
        return self._pick(
            "定位精度：符号是有坐标的项目（浅色只到乡镇驻地）；只知到县、市、功能区或省的项目没有坐标，"
            "只计入方框数字，方框位置不是项目位置。数量是文件中点名的项目数，不是已有服务的数量。",
            "Precision: signs are records with coordinates (pale: the seat of the township only); records"
            " known to a county, prefecture, zone or province have none and are counted in the boxes, whose"
            " position is not theirs. Numbers are projects named in the plans, not services in existence.",
        )

    def _sources(self, chosen: ProjectFilter, placed: bool) -> str:
        """Say which documents and boundaries are behind the map, and of which years."""
        library = self._bench.library
        held = {option.value: option for option in library.options("document", chosen)}
        sources = library.sources()
        named = [f"{o.name} ({o.count})" for o in held.values()]
        years = sorted({s["as_of_year"] for s in sources if s["id"] in held and s["as_of_year"]})
        span = "—".join(str(year) for year in dict.fromkeys([years[0], years[-1]])) if years else ""
        credits = [s["attribution"] for s in sources if s["attribution"]]
        unknown = self._pick("未知", "unknown")
        return self._pick("资料：", "Sources: ") + self._pick("；", "; ").join(
            [
                self._pick("、", ", ").join(named) or unknown,
                self._pick(
                    f"资料年份 {span or unknown}，状态以文件年份为准",
                    f"as of {span or unknown}, the years of the documents",
                ),
                *credits,
                *([self.gazetteer] if placed else []),
            ]
        )

    def _made(self) -> str:
        when = self._bench.request.generated_at
        return self._pick(
            f"数据截至 {when:%Y-%m-%d %H:%M}。坐标 WGS84，等距圆柱投影，比例尺以图幅中部为准。"
            "界线仅作示意，不作为划界依据。",
            f"Data as of {when:%Y-%m-%d %H:%M}. WGS84, equirectangular; the scale holds along the middle of"
            " the map. Boundaries are for orientation only.",
        )
