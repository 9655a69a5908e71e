"""Findings in memory, as one evaluator or one reader sees them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from projects.errors import UnknownRecord
from projects.evaluation import Finding, FindingDraft, FindingState

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


@dataclass
class FakeEvaluations:
    """``Evaluations`` over a list; ``writes`` is the evaluator's name, empty for a reader."""

    writes: str = ""
    held: dict[int, Finding] = field(default_factory=dict)
    refuse: Exception | None = None
    asks: list[tuple[str, str]] = field(default_factory=list)

    def put(self, *, by: str = "pinggu", handed_in: bool = True, **values: object) -> int:
        """Put a finding in and return its number."""
        base = {"title": "床位与上报不符", "text": "现场 40 张", "area_code": "440232"}
        draft = FindingDraft(**{**base, **values})  # type: ignore[arg-type]
        key = max(self.held, default=0) + 1
        self.held[key] = Finding(
            id=key,
            draft=draft,
            state=FindingState.HANDED_IN if handed_in else FindingState.DRAFT,
            project_name="云门康养小镇" if draft.project_id else "",
            area_name="乳源瑶族自治县" if draft.area_code else "",
            written_by=by,
            organisation="某评价中心",
            created_at=NOW,
            handed_in_at=NOW if handed_in else None,
            replaced_by=None,
            files=0,
            may_edit=not handed_in and by == self.writes,
        )
        return key

    def page(
        self,
        *,
        area_code: str = "",
        project_id: str = "",
        mine: bool = False,
        limit: int = 30,
        offset: int = 0,
    ) -> tuple[tuple[Finding, ...], int]:
        self.asks.append((area_code, project_id))
        found = [
            f
            for f in reversed(self.held.values())
            if (not project_id or f.draft.project_id == project_id)
            and (not area_code or f.draft.area_code == area_code)
        ]
        return tuple(found[offset : offset + limit]), len(found)

    def get(self, key: int) -> Finding:
        if key not in self.held:
            raise UnknownRecord(f"没有编号为 {key} 的评价")
        return self.held[key]

    def write(self, draft: FindingDraft) -> int:
        self._may()
        key = self.put(by=self.writes, handed_in=False)
        self.held[key] = replace(self.held[key], draft=draft)
        return key

    def change(self, key: int, draft: FindingDraft) -> None:
        self._may()
        self.held[key] = replace(self.held[key], draft=draft)

    def hand_in(self, key: int) -> None:
        self._may()
        self.held[key] = replace(
            self.held[key], state=FindingState.HANDED_IN, handed_in_at=NOW, may_edit=False
        )

    def drop(self, key: int) -> None:
        self._may()
        del self.held[key]

    def _may(self) -> None:
        if self.refuse is not None:
            raise self.refuse
