"""What the mayor's page says, read once: what there is, what is late, what money is missing, who is silent.

Unknown stays unknown: a project that nobody reported on is counted as such, never as on time or free.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from projects.codes import MILESTONE_ZH
from projects.counts import AreaCount, PrecisionCount
from projects.lifecycle.dispatch import LIGHT_SIGN, Light, Reference, light_words, rule
from projects.lifecycle.ports import By, Item, Kind, Tally
from projects.lifecycle.ports import Summary as Dispatch
from projects.money.ports import Order, Paging, ProjectMoney
from projects.money.sums import Overview
from services.pack.bench import Bench
from services.pack.mayor.blocks import Block, Row, Table, Tile
from services.pack.words import category_name, cut, number

_NAME: Final = 24
_UNIT: Final = 16


class Facts:
    """Everything the page says, read once; blocks are cut from it as long as the page allows."""

    def __init__(self, bench: Bench) -> None:
        chosen, most = bench.request.chosen, bench.template.limit("mayor_rows")
        self._bench = bench
        self._when = Reference(bench.when, bench.dispatch_day)
        self._count: PrecisionCount = bench.library.count(chosen)
        self._areas: tuple[AreaCount, ...] = bench.library.area_counts(chosen)
        self._categories: Mapping[str, int] = {
            option.value: option.count for option in bench.library.options("category", chosen)
        }
        bench.step(bench.pick("领导一页：进度", "leaders' page: progress"))
        self._dispatch: Dispatch = bench.schedule.summary(chosen, self._when, By.UNIT)
        self._late: tuple[Item, ...] = bench.schedule.details(chosen, self._when, Kind.OVERDUE, limit=most)
        bench.step(bench.pick("领导一页：资金", "leaders' page: money"))
        self._money: Overview = bench.ledger.overview(chosen, ())
        self._gaps: tuple[ProjectMoney, ...] = bench.ledger.projects(chosen, Paging(most), Order.GAP).items
        self._documents = [o.name for o in bench.library.options("document", chosen) if o.count]

    @property
    def matched(self) -> int:
        """All records of the page."""
        return self._count.matched

    def blocks(self, rows: int) -> tuple[Block, ...]:
        """Return the sections in the office's order, lists of at most ``rows`` (areas: three times that)."""
        makers: Mapping[str, Callable[[int], Block]] = {
            "have": self._have,
            "late": self._what_is_late,
            "money": self._what_is_missing,
            "silent": self._silent,
        }
        return tuple(makers[key](rows) for key in self._bench.template.sections("mayor"))

    def _have(self, rows: int) -> Block:
        count, pick = self._count, self._bench.pick
        tiles = (
            Tile(
                f"{count.matched:,}",
                pick("个项目", "projects"),
                pick(
                    "计划文件点名或单位填报，不是已有服务",
                    "named in plans or reported, not services in existence",
                ),
            ),
            Tile(
                f"{count.points:,}",
                pick("个有坐标", "with coordinates"),
                pick("地块、建筑或村", "parcel or village"),
            ),
            Tile(
                f"{count.township:,}", pick("个只到乡镇", "to the township"), pick("标在驻地", "at its seat")
            ),
            Tile(f"{count.county:,}", pick("个只到县", "to the county"), pick("不画点", "no point drawn")),
            Tile(
                f"{count.region + count.unlocated:,}",
                pick("个县未明确", "wider or unknown"),
                pick(f"其中地点未知 {count.unlocated}", f"place unknown: {count.unlocated}"),
            ),
        )
        return Block(
            "have",
            self._word("have"),
            tiles,
            (self._by_category(rows * 3), self._by_area(rows * 3)),
            self._made_up(),
            self._source(
                pick("项目库的类别和所在地；来源文件：", "categories and places in the library; documents: ")
                + self._listed(self._documents, 6)
            ),
        )

    def _by_category(self, rows: int) -> Table:
        held = sorted(self._categories.items(), key=lambda pair: (-pair[1], pair[0]))
        named = [(category_name(self._bench, code), n) for code, n in held if n]
        return self._counted(self._bench.pick("类别", "Category"), named, rows)

    def _by_area(self, rows: int) -> Table:
        held = sorted(self._areas, key=lambda area: (-area.total, area.code))
        named = [(self._area(area), area.total) for area in held if area.total]
        nowhere = self.matched - sum(n for _, n in named)
        if nowhere:
            named.append((self._bench.pick("地点未知", "place unknown"), nowhere))
        title = self._bench.pick("县（不到县的列地市、功能区）", "County (else prefecture, zone)")
        return self._counted(title, named, rows)

    def _area(self, area: AreaCount) -> str:
        only = {
            "prefecture": self._bench.pick("（县未明确）", " (county unknown)"),
            "province": self._bench.pick("（地市未明确）", " (prefecture unknown)"),
        }
        return cut(area.name, _UNIT) + only.get(area.level, "")

    def _counted(self, title: str, named: Sequence[tuple[str, int]], rows: int) -> Table:
        """Return names with counts and bars; what is cut is counted, so that the list adds up."""
        shown = named if len(named) <= rows else named[: rows - 1]
        left = named[len(shown) :]
        most = max((n for _, n in named), default=0) or 1
        lines = tuple(Row((name, f"{n:,}"), n / most) for name, n in shown)
        more = ""
        if left:
            total = sum(n for _, n in left)
            more = self._bench.pick(
                f"其余 {len(left)} 项共 {total:,} 个项目", f"{len(left)} more with {total:,} projects"
            )
        return Table((title, self._bench.pick("项目", "Projects")), lines, more)

    def _made_up(self) -> tuple[str, ...]:
        modelled = self._money.basis.get("modelled", 0)
        if not modelled:
            return ()
        return (
            self._bench.pick(
                f"其中 {modelled} 个是模拟测算：由模型提出，不是已定的项目。",
                f"{modelled} of them are modelled: proposed by a model, not decided on.",
            ),
        )

    def _what_is_late(self, rows: int) -> Block:
        total, pick = self._dispatch.total, self._bench.pick
        lights = tuple(
            Tile(
                f"{total.lights.get(one, 0):,}",
                f"{LIGHT_SIGN[one]} {light_words(one, self._bench.request.language)}",
                hot=one is Light.RED and total.lights.get(one, 0) > 0,
            )
            for one in Light
        )
        overdue = Tile(
            f"{total.overdue_projects:,}",
            pick("个项目逾期", "projects overdue"),
            pick(f"共 {total.overdue_steps} 步", f"{total.overdue_steps} steps"),
            hot=total.overdue_projects > 0,
        )
        return Block(
            "late",
            self._word("late"),
            (overdue, *lights),
            (self._late_steps(rows), self._late_units(rows)),
            self._no_dates(total),
            self._source(
                pick(
                    "单位填报的计划和实际日期，月调度规则：",
                    "planned and actual dates reported by offices, rule of the monthly dispatch: ",
                )
                + " ".join(rule(self._bench.request.language)[:4])
            ),
        )

    def _no_dates(self, total: Tally) -> tuple[str, ...]:
        if not total.projects or total.reported:
            return ()
        return (
            self._bench.pick(
                f"没有一个项目报过步骤日期：{total.never_reported} 个是未知，不是按期。",
                f"No project has reported a date: {total.never_reported} are unknown, not on time.",
            ),
        )

    def _late_steps(self, rows: int) -> Table:
        pick, shown = self._bench.pick, self._late[:rows]
        lines = tuple(Row((cut(item.name, _NAME), self._step(item), f"{item.days_late:,}")) for item in shown)
        headings = (pick("逾期最久的步骤", "Longest overdue"), pick("步骤", "Step"), pick("天", "Days"))
        return Table(
            headings, lines, self._more(self._dispatch.total.overdue_steps - len(lines), "步", "steps")
        )

    def _step(self, item: Item) -> str:
        return cut(item.title or (self._bench.words(MILESTONE_ZH[item.step]) if item.step else "—"), _UNIT)

    def _late_units(self, rows: int) -> Table:
        held = [row for row in self._dispatch.rows if row.overdue_projects]
        held.sort(key=lambda row: (-row.overdue_projects, -row.worst_days, row.key))
        lines = tuple(Row((self._unit(row.name), f"{row.overdue_projects:,}")) for row in held[:rows])
        headings = (
            self._bench.pick("逾期项目最多的单位", "Units with most overdue"),
            self._bench.pick("项目", "Projects"),
        )
        return Table(headings, lines, self._more(len(held) - len(lines), "个单位", "units"))

    def _what_is_missing(self, rows: int) -> Block:
        whole, pick = self._money.whole, self._bench.pick
        known = pick(
            f"{whole.known} 个已知，{whole.unknown} 个未知", f"{whole.known} known, {whole.unknown} unknown"
        )
        tiles = (
            self._amount(
                whole.total if whole.known else None, pick("总投资（万元）", "Total, 10,000 CNY"), known
            ),
            self._amount(
                whole.committed if whole.reported else None,
                pick("已批复（万元）", "Approved, 10,000 CNY"),
                pick(f"{whole.reported} 个报过资金", f"{whole.reported} reported money"),
            ),
            self._amount(
                whole.gap if whole.known else None,
                pick("缺口（万元）", "Gap, 10,000 CNY"),
                pick(
                    f"{whole.gap_projects} 个有缺口，其中 {whole.silent} 个没报资金明细",
                    f"{whole.gap_projects} with a gap, {whole.silent} of them without any line",
                ),
            ),
            Tile(
                f"{whole.not_reported:,}",
                pick("个项目没报资金", "money not reported"),
                pick("未知，不是零", "unknown, not zero"),
                hot=whole.not_reported > 0,
            ),
        )
        return Block(
            "money",
            self._word("unfunded"),
            tiles,
            (self._top_gaps(rows), self._statuses()),
            (),
            self._source(
                pick(
                    "单位填报的总投资和资金明细；缺口＝已知总投资－（批复＋到位＋支付），总投资未知的不在内",
                    "totals and finance lines reported by offices; gap = known total − (approved + received +"
                    " paid), projects without a total left out",
                )
            ),
        )

    def _amount(self, value: Any, title: str, note: str) -> Tile:
        return Tile("—" if value is None else number(value), title, note)

    def _top_gaps(self, rows: int) -> Table:
        held = [one for one in self._gaps if one.gap is not None and one.gap > 0]
        lines = tuple(
            Row((cut(one.name, _NAME), self._unit(one.unit), number(one.gap)))
            for one in held[:rows]
            if one.gap is not None
        )
        pick = self._bench.pick
        headings = (pick("缺口最大的项目", "Largest gaps"), pick("单位", "Unit"), pick("万元", "10,000 CNY"))
        return Table(
            headings, lines, self._more(self._money.whole.gap_projects - len(lines), "个项目", "projects")
        )

    def _statuses(self) -> Table:
        lines = tuple(
            Row((self._bench.words(str(status)), f"{sums.projects:,}"))
            for status, sums in self._money.by_status.items()
            if sums.projects
        )
        pick = self._bench.pick
        return Table((pick("资金状态", "Funding status"), pick("项目", "Projects")), lines)

    def _silent(self, rows: int) -> Block:
        total, pick = self._dispatch.total, self._bench.pick
        tiles = (
            Tile(
                f"{total.never_reported:,}",
                pick("个项目没报过日期", "never reported a date"),
                pick("灰灯，未知", "grey, unknown"),
                hot=total.never_reported > 0,
            ),
            Tile(
                f"{total.never_filed:,}",
                pick("个项目的单位从未填报", "never filed"),
                pick("只有文件里的内容", "documents only"),
            ),
            Tile(
                f"{total.missed:,}",
                pick("个上期漏报", "missed the dispatch"),
                pick(f"上次调度日 {self._when.last}", f"last on {self._when.last}"),
            ),
        )
        return Block(
            "silent",
            self._word("silent"),
            tiles,
            (
                self._silent_units(
                    rows, lambda row: row.never_reported, pick("没报过日期的单位", "Units without any date")
                ),
                self._silent_units(
                    rows, lambda row: row.never_filed, pick("从未填报的单位", "Units that never filed")
                ),
            ),
            (),
            self._source(
                pick(
                    f"填报记录和修改历史，按归属单位；下次调度日 {self._when.next}",
                    f"filings and history by owner unit; next dispatch on {self._when.next}",
                )
            ),
        )

    def _silent_units(self, rows: int, of: Callable[[Tally], int], title: str) -> Table:
        held = sorted((r for r in self._dispatch.rows if of(r)), key=lambda r: (-of(r), r.key))
        lines = tuple(Row((self._unit(r.name), f"{of(r):,} / {r.projects:,}")) for r in held[:rows])
        headings = (title, self._bench.pick("项目", "Projects"))
        return Table(headings, lines, self._more(len(held) - len(lines), "个单位", "units"))

    def _unit(self, name: str) -> str:
        return cut(name, _UNIT) or self._bench.pick("没有归属单位", "no owner unit")

    def _more(self, left: int, zh: str, en: str) -> str:
        return self._bench.pick(f"另有 {left:,} {zh}", f"{left:,} more {en}") if left > 0 else ""

    def _listed(self, names: Iterable[str], most: int) -> str:
        held = list(names)
        joined = self._bench.pick("、", ", ").join(cut(name, 40) for name in held[:most])
        if not held:
            return self._bench.pick("无", "none")
        return joined + self._bench.pick(f" 等 {len(held)} 份", f" … ({len(held)})") * (len(held) > most)

    def _source(self, words: str) -> str:
        return self._bench.pick("来源：", "Source: ") + words

    def _word(self, key: str) -> str:
        return self._bench.template.word(key, self._bench.request.language)
