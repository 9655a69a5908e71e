"""What is asked for, in one value, so that every format says the same about itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from data.settings import Settings
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME

Language = Literal["zh", "en"]

TITLE: Final = {"zh": "健康产业一张图 · 项目导出", "en": "Health Industry Atlas · project export"}
PRACTICE: Final = {
    "zh": "演示数据，全部虚构，不代表任何真实项目，不得引用",
    "en": "practice data, all of it invented: no real project, not to be quoted",
}
"""What every file of a practice database says of itself."""
PRACTICE_PREFIX: Final = {"zh": "演示_", "en": "practice-"}
"""In front of the name of every file of a practice database."""

SCENARIO_TITLE: Final = "模拟分配，非下达指标"
SCENARIO_TITLE_EN: Final = "modelled spread, not assigned targets"


def marked_name(settings: Settings, name: str, language: Language | str = "zh") -> str:
    """Return the name of a file that the office gives out, marked where everything is invented.

    >>> marked_name(Settings(demo=True), "资金.xlsx"), marked_name(Settings(), "资金.xlsx")
    ('演示_资金.xlsx', '资金.xlsx')
    """
    return PRACTICE_PREFIX["en" if language == "en" else "zh"] + name if settings.demo else name


def now() -> datetime:
    """Return this moment to the second in the time that the pages say, whatever the server keeps."""
    return datetime.now(OFFICE_TIME).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """One export: which records, which language, which credit, when; ``scenario`` only when asked for.

    ``practice`` marks the whole file: title, credit line and file name say that everything is invented.
    """

    chosen: ProjectFilter
    language: Language = "zh"
    credit: str = "内部使用"
    approval_number: str = ""
    generated_at: datetime = field(default_factory=now)
    title: str = ""
    scenario: bool = False
    practice: bool = False

    @property
    def heading(self) -> str:
        """The title given, else the usual one, marked where everything is invented."""
        title = self.title or TITLE[self.language]
        return f"【{PRACTICE[self.language]}】{title}" if self.practice else title

    @property
    def credit_line(self) -> str:
        """The office's credit, marked where everything is invented."""
        return f"{self.credit} · {PRACTICE[self.language]}" if self.practice else self.credit

    @property
    def mark(self) -> list[tuple[str, str]]:
        """The first line, heading and sentence, of a file where everything is invented; else none."""
        heading = {"zh": "演示", "en": "Practice"}[self.language]
        return [(heading, PRACTICE[self.language])] if self.practice else []

    def file_name(self, name: str) -> str:
        """Return the name of a file, marked where everything is invented."""
        return PRACTICE_PREFIX[self.language] + name if self.practice else name

    @classmethod
    def of(
        cls,
        settings: Settings,
        chosen: ProjectFilter,
        *,
        language: Language | None = None,
        title: str = "",
        scenario: bool = False,
    ) -> "ExportRequest":
        """Return a request with the office's credit line, 审图号 and language."""
        return cls(
            chosen=chosen,
            language=language or settings.language,
            credit=settings.credit_line,
            approval_number=settings.map_approval_number,
            title=title,
            scenario=scenario,
            practice=settings.demo,
        )


_PRECISION: Final = {
    "zh": "定位精度：1 地块或建筑、2 地址或村、3 乡镇驻地附近有坐标；4 县级、5 地市（功能区、省）级和"
    " 0 未定位没有坐标，几何为空，但都在本文件中。",
    "en": "Location precision: 1 parcel or building, 2 address or village and 3 township have coordinates;"
    " 4 county, 5 prefecture (zone, province) and 0 not located have none: their geometry is null, yet they"
    " are all here.",
}
_AS_OF: Final = {
    "zh": "状态用语以来源文件的年份（as_of_year）为准，不代表今天的进展；空白表示未知，不是零。",
    "en": "Status words are as of the year of the source document (as_of_year), not of today; a blank means"
    " unknown, never zero.",
}
_NAMED: Final = {
    "zh": "数量是文件中点名的项目数，不是已有服务的数量；不同统计口径不要相加。",
    "en": "Counts are projects named in the plans, not services in existence.",
}
_MODELLED: Final = {
    "zh": "依据为 modelled 的内容是模拟测算，不是下达指标，也不是实有项目。",
    "en": "Values with basis modelled come from a model; they are neither assigned targets nor existing"
    " projects.",
}
_DATUM: Final = {
    "zh": "坐标为 WGS84（经度在前）；叠加到使用 GCJ-02 的互联网地图上会偏移数百米，需先转换。",
    "en": "Coordinates are WGS84, longitude first; on maps that use GCJ-02 they appear shifted by some"
    " hundred metres unless converted.",
}
CAVEATS: Final = (_PRECISION, _AS_OF, _NAMED, _MODELLED, _DATUM)
"""What a reader must know before using the numbers, in both languages."""


def caveats(language: Language, *own: dict[str, str]) -> list[str]:
    """Return the caveat sentences in one language, those of one format first."""
    return [sentence[language] for sentence in (*own, *CAVEATS)]


def caveats_in_both(*own: dict[str, str]) -> dict[str, list[str]]:
    """Return the caveat sentences in Chinese and English."""
    return {"zh": caveats("zh", *own), "en": caveats("en", *own)}
