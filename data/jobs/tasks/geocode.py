"""The job ``geocode``: arguments ``{"unit": owner unit id}``.

Result: ``counts`` (verdict → records, all records of the unit), ``records``, ``asked`` and ``from_cache``,
``stopped_by`` (a fault, or empty) with its sentence, ``change_set`` and ``state``, ``warnings`` (the first
100 that a person should look at) and ``list``, the file in the job's folder with one JSON line per record.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from data import geocoders
from data.geocoders.base import FAULT_ZH
from data.geocoders.cache import AnswerCache
from data.geocoders.ground import PostgisGround
from data.geocoders.judging import Verdict, line_of
from data.geocoders.pacing import Pace
from data.geocoders.run import Means, Outcomes, Run
from data.jobs.work import JsonObject, Work
from data.store.desk import PostgisDesk
from projects.errors import BadValue, NotAllowed
from projects.work import Progress

LIST: Final = "answers.jsonl"
WARNINGS: Final = (Verdict.OUTSIDE_COUNTY, Verdict.COUNTY_OPEN, Verdict.TOO_COARSE)
SHOWN: Final = 100


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Geocode a unit's records; a run that had filed before it was killed only says so."""
    unit = str(arguments.get("unit") or "")
    if not unit:
        raise BadValue("没有指定单位：请从单位页面提交地址解析")
    done = _already_filed(work)
    if done is not None:
        return done
    geocoder = geocoders.configured(work.settings)
    desk = PostgisDesk(work.database, work.token)
    if unit not in {own.id for own in desk.units()}:
        # Before anything is asked: questions cost the installation's allowance.
        raise NotAllowed(f"单位 {unit} 不在本账号的填报范围内，没有解析任何地址")
    means = Means(
        desk,
        geocoder,
        AnswerCache(work.database, geocoder),
        PostgisGround(work.database, work.token),
        Pace(work.settings.geocoder_per_second),
        progress,
    )
    return _result(work, Run(means, unit, work.job_id).run())


def _already_filed(work: Work) -> JsonObject | None:
    with work.database.reading(work.token) as connection:
        row = connection.execute(_FILED, {"job": work.job_id}).one_or_none()
    if row is None:
        return None
    return {"change_set": row.id, "state": row.state, "counts": row.counts, "repeated": True}


_FILED: Final = text(
    "SELECT id, state, counts FROM change_set WHERE job_id = :job AND filed_by = acting_name()"
    " ORDER BY id LIMIT 1"
)


def _result(work: Work, outcomes: Outcomes) -> JsonObject:
    lines = [line_of(finding) for finding in outcomes.findings]
    with (work.folder / LIST).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    asked = [finding for finding in outcomes.findings if finding.answer and not finding.from_cache]
    warned = [line for line in lines if line["verdict"] in WARNINGS]
    return {
        "records": len(lines),
        "counts": outcomes.counts,
        "asked": len(asked),
        "from_cache": sum(finding.from_cache for finding in outcomes.findings),
        "stopped_by": str(outcomes.stopped_by or ""),
        "stopped_words": FAULT_ZH[outcomes.stopped_by] if outcomes.stopped_by else "",
        "change_set": outcomes.filed.id if outcomes.filed else None,
        "state": str(outcomes.filed.state) if outcomes.filed else "",
        "warnings": warned[:SHOWN],
        "list": LIST,
    }
