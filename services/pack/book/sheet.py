"""One project as a page of the book: sections of facts, each with its basis; unknown is written out.

The same sheet becomes a page of PDF (``book_pdf``) and a page of Word (``book_docx``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from data.exports.request import PRACTICE
from projects.codes import KIND_ZH, PRECISION_ZH, ROLE_ZH, Basis, Precision
from projects.money.ports import ProjectMoney
from projects.promotion.opportunities import Contact
from projects.record import Record, TaskLink
from projects.summary import STORED_AS, Summary, heading
from services.pack.bench import Bench
from services.pack.words import MARKS, category_name, cut, field_words, number, where

UNKNOWN: Final = ("未明确", "未报", None, "")
CODE_WORDS: Final = frozenset(
    {
        *("stage", "delivery_mode", "promotion_stage", "funding_status", "ownership", "approval_type"),
        *("open_to_capital", "land_status", "land_tenure", "land_use", "land_quota_status"),
    }
)
"""Fields whose codes are Chinese words themselves."""
OFFER: Final = ("open_to_capital", "capital_sought_wan", "delivery_mode", "promotion_stage", "land_status")
FACTS: Final = ("stage", "kind", "quantity", "beds", "floor_area_m2", "land_mu", "jobs", "annual_output_wan")
LESS: Final = (
    *("ownership", "approval_type", "project_code", "key_lists", "stage_words"),
    *("land_tenure", "land_use", "land_quota_mu", "land_quota_status", "planning_note"),
)
"""Facts that are printed where they are known and named in one line where they are not."""
LONGEST_TEXT: Final = 420
LONGEST_VALUE: Final = 90
LONGEST_NAME: Final = 200
LONGEST_QUOTE: Final = 110


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is, its value in words (unknown is said), whether it is known, its basis mark."""

    title: str
    value: str
    known: bool = True
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a sheet: facts, then sentences."""

    key: str
    title: str
    facts: tuple[Fact, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the book; all text is plain and without marks that turn the writing direction."""

    number: int
    id: str
    name: str
    category: str
    category_name: str
    where: str
    flags: tuple[str, ...]
    """What has to be seen at once: practice data, modelled."""
    sections: tuple[Section, ...]
    summary: Summary = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What a sheet is made of besides its record: money, and the contact where the reader may see it."""

    money: ProjectMoney | None = None
    contact: Contact | None = None


def sheet(bench: Bench, record: Record, known: Known, number: int) -> Sheet:
    """Return the page of a record, its sections in the order of the office's template."""
    summary = record.summary
    reader = _Reader(bench, record, known)
    parts = (reader.section(key) for key in bench.template.sections("sheet"))
    return Sheet(
        number=number,
        id=summary.id,
        name=cut(summary.name, LONGEST_NAME),
        category=summary.category,
        category_name=category_name(bench, summary.category),
        where=where(bench, summary),
        flags=_flags(bench, summary),
        sections=tuple(part for part in parts if part is not None),
        summary=summary,
    )


def _flags(bench: Bench, summary: Summary) -> tuple[str, ...]:
    found = []
    if bench.request.practice or summary.basis == Basis.DEMO:
        found.append(PRACTICE[bench.request.language])
    if summary.basis == Basis.MODELLED:
        found.append(
            bench.pick(
                "模拟测算：由模型提出，不是已定的项目", "modelled: proposed by a model, no project decided on"
            )
        )
    return tuple(found)


class _Reader:
    """Reads one record into sections."""

    def __init__(self, bench: Bench, record: Record, known: Known) -> None:
        self._bench, self._record, self._known = bench, record, known
        self._summary = record.summary
        self._basis = {p.field: p.basis for p in record.provenance}
        self._language = bench.request.language

    def section(self, key: str) -> Section | None:
        """Return a section; None where there is nothing to say (no contact may be told)."""
        make: Callable[[], tuple[Sequence[Fact], Sequence[str]] | None] = getattr(self, f"_{key}")
        found = make()
        if found is None:
            return None
        title = self._bench.template.word(key, self._language)
        return Section(key, title, tuple(found[0]), tuple(t for t in found[1] if t))

    def _offer(self) -> tuple[Sequence[Fact], Sequence[str]]:
        terms = self._summary.cooperation
        said = (
            cut(terms, LONGEST_TEXT)
            if terms
            else self._pick("合作条件：未知（无人填报）。", "Terms: unknown (not reported).")
        )
        return [self._fact(name) for name in OFFER], [said]

    def _facts(self) -> tuple[Sequence[Fact], Sequence[str]]:
        known = [name for name in LESS if getattr(self._summary, name) not in UNKNOWN]
        missing = [heading(name, self._language) for name in LESS if name not in known]
        facts = [self._fact(name) for name in (*FACTS, *known)]
        joined = (", " if self._language == "en" else "、").join(missing)
        absent = self._pick(f"尚无人填报：{joined}。", f"Not reported by anybody: {joined}.")
        note = cut(self._summary.note, 160) if self._summary.note else ""
        return facts, [self._slots(), absent if missing else "", note]

    def _slots(self) -> str:
        """Return the slots of a programme, which are no projects and have no sheets."""
        slots = self._record.slots
        if slots is None:
            return ""
        return self._pick(
            f"计划名额 {slots.total} 个：未分配 {slots.unassigned}，已认领 {slots.claimed}，"
            f"已落位 {slots.placed}；名额不计为项目，没有项目页。",
            f"{slots.total} planned places: {slots.unassigned} unassigned, {slots.claimed} claimed,"
            f" {slots.placed} placed; they are no projects and have no sheets.",
        )

    def _money(self) -> tuple[Sequence[Fact], Sequence[str]]:
        facts = [self._fact("total_investment_wan"), self._fact("funding_status")]
        money = self._known.money.money if self._known.money else None
        if money is None or not money.line_count:
            return facts, [
                self._pick(
                    "资金明细：没有人报过（未知，不是零）。",
                    "No finance line was reported: unknown, not zero.",
                )
            ]
        mark = self._mark(Basis.REPORTED)
        wan = self._pick("（万元）", " (10,000 CNY)")
        rows = (
            (self._pick("已批复（含到位、支付）", "Approved (received and paid too)"), money.committed),
            (self._pick("到位和支付", "Received and paid"), money.received),
            (self._pick("缺口", "Gap"), money.gap),
        )
        facts += [
            Fact(title + wan, self._number(v), v is not None, mark if v is not None else "")
            for title, v in rows
        ]
        return facts, []

    def _parties(self) -> tuple[Sequence[Fact], Sequence[str]]:
        facts = []
        for role, name in ROLE_ZH.items():
            units = list(dict.fromkeys(p.unit for p in self._record.parties if p.role == role))
            if units:
                text = "；".join(units[:6]) + (f" …（{len(units)}）" if len(units) > 6 else "")
                facts.append(Fact(self._bench.words(name), cut(text, LONGEST_VALUE * 2)))
        nobody = self._pick("文件没有点名单位，也无人填报。", "No unit is named by a document or reported.")
        return facts, [] if facts else [nobody]

    def _place(self) -> tuple[Sequence[Fact], Sequence[str]]:
        summary = self._summary
        precision = Precision(summary.precision)
        facts = [
            Fact(
                self._pick("所在地", "Area"),
                where(self._bench, summary),
                mark=self._mark(summary.county_basis),
            ),
            self._fact("address"),
            Fact(
                heading("precision", self._language),
                self._bench.words(PRECISION_ZH[precision]),
                precision is not Precision.UNLOCATED,
                self._mark(summary.place_basis),
            ),
        ]
        return facts, [self._precision_note(precision), self._line_note()]

    def _precision_note(self, precision: Precision) -> str:
        if precision in (Precision.BUILDING, Precision.VILLAGE):
            return ""
        if precision is Precision.TOWNSHIP:
            return self._pick(
                "图上是乡镇驻地，不是项目地址。", "The map shows the seat of the township, not the address."
            )
        return self._pick("没有可信坐标，图上不画点。", "No trustworthy coordinates: no point is drawn.")

    def _line_note(self) -> str:
        return (
            self._pick(
                "距县界不足 500 米，县的归属需向当地核实。",
                "Within 500 m of a county line: which county it is in has to be confirmed.",
            )
            if self._summary.near_county_line
            else ""
        )

    def _contact(self) -> tuple[Sequence[Fact], Sequence[str]] | None:
        contact = self._known.contact
        if contact is None:
            return None
        text = cut(" ".join(t for t in (contact.name, contact.phone) if t), LONGEST_VALUE)
        title = self._pick("联系人", "Contact person")
        return [
            Fact(title, text or self._unknown, contact.known, self._mark(Basis.REPORTED) if text else "")
        ], []

    def _sources(self) -> tuple[Sequence[Fact], Sequence[str]]:
        links = self._record.links
        shown = self._bench.template.limit("sheet_sources")
        texts = [self._source(link) for link in links[:shown]]
        if len(links) > shown:
            more = len(links) - shown
            texts.append(
                self._pick(f"另有 {more} 处文件提到本项目。", f"{more} further mentions in documents.")
            )
        if not links:
            texts.append(
                self._pick("没有文件点名；由单位填报。", "Named in no document; reported by an office.")
            )
        reported = [field_words(name, self._language) for name in self._summary.reported]
        if reported:
            joined = cut((", " if self._language == "en" else "、").join(reported), LONGEST_QUOTE)
            texts.append(self._pick(f"单位填报的字段：{joined}。", f"Reported by an office: {joined}."))
        return [], texts

    def _source(self, link: TaskLink) -> str:
        year = self._pick(f"（{link.as_of_year} 年）", f" ({link.as_of_year})") if link.as_of_year else ""
        head = " ".join(t for t in (f"《{link.document}》", link.number) if t)
        place = cut(" · ".join(t for t in (link.section, link.title) if t), 60)
        quote = f"：“{cut(link.quote, LONGEST_QUOTE)}”" if link.quote else ""
        return f"{cut(head, 90)}{year}　{place}{quote}"

    def _fact(self, name: str) -> Fact:
        """Return one published field; unknown is written."""
        value = getattr(self._summary, name)
        known = value not in UNKNOWN
        words = self._value(name, value) if known else self._unknown
        mark = self._basis.get(name) or self._basis.get(STORED_AS.get(name, ""))
        return Fact(heading(name, self._language), words, known, self._mark(mark) if known else "")

    def _value(self, name: str, value: Any) -> str:
        if name == "kind":
            return self._bench.words(next((zh for k, zh in KIND_ZH.items() if k == value), str(value)))
        if name in CODE_WORDS:
            return cut(self._bench.words(str(value)), LONGEST_VALUE)
        if isinstance(value, Decimal | int | float):
            return self._number(value)
        return cut(str(value), LONGEST_VALUE)

    def _number(self, value: Decimal | float | None) -> str:
        return self._unknown if value is None else number(value)

    @property
    def _unknown(self) -> str:
        return self._bench.template.word("unknown", self._language)

    def _pick(self, zh: str, en: str) -> str:
        return self._bench.pick(zh, en)

    def _mark(self, basis: str | None) -> str:
        known = Basis(basis) if basis in set(Basis) else None
        return MARKS[known][self._language == "en"] if known else ""
