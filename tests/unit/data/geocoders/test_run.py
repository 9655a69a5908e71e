"""A run over a unit: every record ends in one verdict, and nothing is placed that is not sure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from data.geocoders.base import Answer, Failure, Fault, Match, Outcome, Reply
from data.geocoders.judging import NO_ADDRESS, VERDICT_ZH, Verdict, beforehand, judge, line_of
from data.geocoders.pacing import Pace
from data.geocoders.run import PATIENCE, Means, Run
from projects.codes import Datum, Precision
from projects.errors import Conflict
from projects.filing.changes import Kind
from projects.filing.desk import Held
from projects.work import JobCancelled
from tests.fake_desk import RUYUAN, FakeDesk, held

WHERE = (113.27, 24.77)
PREFIX = "广东省韶关市乳源瑶族自治县"


def answer(precision: int | None = 1, lonlat: tuple[float, float] = WHERE) -> Answer:
    known = None if precision is None else Precision(precision)
    match = Match("门牌号", known, "广东省…1号")
    entered = (lonlat[0] + 0.005, lonlat[1] - 0.003)
    return Answer(Outcome.LOCATED, {}, lonlat=lonlat, entered=entered, datum=Datum.GCJ02, match=match)


class World:
    """Answers by question, counties by position, a cache, and a progress that can cancel."""

    name, title = "fake", "某地图"

    def __init__(self, **answers: Answer | Fault) -> None:
        self.answers = {PREFIX + question: found for question, found in answers.items()}
        self.asked: list[str] = []
        self.kept: dict[str, Answer] = {}
        self.waiting: frozenset[str] = frozenset()
        self.cancel_at: int | None = None
        self.steps: list[tuple[int, int | None]] = []

    def fetch(self, question: str) -> Reply:
        self.asked.append(question)
        found = self.answers.get(question, Answer(Outcome.NOT_FOUND))
        if isinstance(found, Fault):
            raise Failure(found, "no answer")
        return {"answer": found}

    def read(self, reply: Reply) -> Answer:
        found: Answer = reply["answer"]
        return found

    def known(self, question: str) -> Answer | None:
        kept = self.kept.get(question)
        return kept if kept and kept.outcome is not Outcome.FAILED else None

    def keep(self, question: str, answer: Answer) -> None:
        self.kept[question] = answer

    def regions(self, record: Held) -> Sequence[str]:
        return ("广东省", "韶关市", "乳源瑶族自治县")

    def county_at(self, lonlat: tuple[float, float]) -> str | None:
        return "440232" if lonlat[0] < 114 else "440233"

    def pending(self, unit_id: str) -> frozenset[str]:
        return self.waiting

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        self.steps.append((done, of))
        if self.cancel_at is not None and len(self.asked) >= self.cancel_at:
            raise JobCancelled


def run(world: World, desk: FakeDesk) -> Any:
    pace = Pace(1000.0, lambda: 0.0, lambda seconds: None)
    return Run(Means(desk, world, world, world, pace, world), "440232", 7).run()


def verdicts(outcomes: Any) -> dict[str, str]:
    return {finding.held.project_id: str(finding.verdict) for finding in outcomes.findings}


def point(precision: int) -> dict[str, Any]:
    return {"geometry": {"type": "Point", "coordinates": [113.3, 24.8]}, "precision": precision,
            "method": "gazetteer", "datum_entered": "wgs84"}  # fmt: skip


def desk_of(*addresses: str | None, **more: Any) -> FakeDesk:
    records = [held(f"SG-{n:04}", f"项目{n}", address=a, **more) for n, a in enumerate(addresses, 1)]
    return FakeDesk(*records, units=[RUYUAN])


def test_every_record_of_the_unit_ends_in_exactly_one_verdict() -> None:
    far = answer(1, (115.0, 24.7))
    world = World(甲路1号=answer(1), 乙路2号=far, 丙镇=answer(4), 丁路=answer(None), 戊路=Fault.MALFORMED)
    desk = desk_of("甲路1号", "乙路2号", "丙镇", "丁路", "戊路", "没有的路", None, " 待定 ")
    placed = replace(held("SG-0009", "有位置", address="甲路1号"))
    desk.records["SG-0009"] = replace(placed, document={**placed.document, "place/0": point(2)})
    outcomes = run(world, desk)
    assert verdicts(outcomes) == {
        "SG-0001": "filed", "SG-0002": "outside_county", "SG-0003": "too_coarse", "SG-0004": "too_coarse",
        "SG-0005": "failed", "SG-0006": "not_found", "SG-0007": "no_address", "SG-0008": "no_address",
        "SG-0009": "has_place",
    }  # fmt: skip
    assert sum(outcomes.counts.values()) == len(desk.records)
    assert set(outcomes.counts) == {str(v) for v in Verdict} == {str(v) for v in VERDICT_ZH}


def test_what_is_filed_says_how_it_is_known_and_keeps_the_numbers_as_given() -> None:
    desk = desk_of("甲路1号")
    outcomes = run(World(甲路1号=answer(1)), desk)
    (request,) = desk.requests
    assert (request.kind, request.unit_id, request.job_id) == (Kind.BULK, "440232", 7)
    assert "某地图" in request.reason and outcomes.filed is not None
    (change,) = request.entries[0].changes
    assert (change.path, change.old, change.locator) == ("place/0", None, f"{PREFIX}甲路1号")
    place: Any = change.new
    assert place["geometry"] == {"type": "Point", "coordinates": list(WHERE)}
    assert (place["method"], place["precision"], place["datum_entered"]) == ("geocoder", 1, "gcj02")
    assert place["coordinates_entered"] == f"{WHERE[0] + 0.005}, {WHERE[1] - 0.003}"
    assert "某地图" in place["source"] and "门牌号" in place["note"]


def test_a_coarser_or_equal_answer_never_replaces_a_place() -> None:
    for present, found, verdict in (
        (3, 3, "no_better"),
        (3, 2, "filed"),
        (5, 3, "filed"),
        (4, 4, "too_coarse"),
    ):
        desk = desk_of("甲路1号", **{"place/0": point(present)})
        assert verdicts(run(World(甲路1号=answer(found)), desk)) == {"SG-0001": verdict}
        assert len(desk.requests) == (verdict == "filed")


def test_a_record_whose_county_is_open_is_not_placed_by_a_service() -> None:
    record = held("SG-0001", "项目", address="甲路1号")
    record = replace(record, document={k: v for k, v in record.document.items() if k != "county_code"})
    assert judge(record, answer(1), "440232") is Verdict.COUNTY_OPEN


@pytest.mark.parametrize("text", [*sorted(NO_ADDRESS), " 不 详 ", "　"])
def test_words_for_no_address_are_none(text: str) -> None:
    assert beforehand(held("SG-0001", "项目", address=text)) is Verdict.NO_ADDRESS


def test_an_answer_is_asked_for_once_and_a_failure_again() -> None:
    world = World(甲路1号=answer(4), 乙路=Fault.TIMEOUT)
    run(world, desk_of("甲路1号", "乙路", "没有"))
    assert len(world.asked) == 3
    second = run(world, desk_of("甲路1号", "乙路", "没有"))
    assert world.asked[3:] == [f"{PREFIX}乙路"]
    assert sum(finding.from_cache for finding in second.findings) == 2


def test_the_same_address_twice_is_one_question() -> None:
    world = World(甲路1号=answer(1))
    run(world, desk_of("甲路1号", "　甲路１号", "广东省韶关市乳源瑶族自治县甲路1号"))
    assert world.asked == [f"{PREFIX}甲路1号"]


@pytest.mark.parametrize("fault", [Fault.QUOTA, Fault.KEY, Fault.RATE])
def test_after_a_hopeless_answer_nobody_is_asked_but_what_is_known_is_filed(fault: Fault) -> None:
    world = World(甲路1号=answer(1), 乙路=fault, 丙路=answer(1), 丁路=answer(1))
    world.kept[f"{PREFIX}丁路"] = answer(1)
    desk = desk_of("甲路1号", "乙路", "丙路", "丁路")
    outcomes = run(world, desk)
    assert outcomes.stopped_by is fault
    assert verdicts(outcomes) == {
        "SG-0001": "filed", "SG-0002": "failed", "SG-0003": "not_asked", "SG-0004": "filed",
    }  # fmt: skip
    assert f"{PREFIX}丙路" not in world.asked
    assert [e.project_id for e in desk.requests[0].entries] == ["SG-0001", "SG-0004"]


def test_a_service_that_stays_silent_is_left_alone_and_one_hiccup_is_forgiven() -> None:
    names = [f"第{n}路" for n in range(8)]
    world = World(**dict.fromkeys(names[2:], Fault.NETWORK), 第0路=Fault.NETWORK, 第1路=answer(1))
    outcomes = run(world, desk_of(*names))
    assert outcomes.stopped_by is Fault.NETWORK
    assert len(world.asked) == 2 + PATIENCE
    assert outcomes.counts["not_asked"] == 3


def test_cancelled_half_way_nothing_is_filed_and_nothing_is_asked_again() -> None:
    world = World(甲路1号=answer(1), 乙路=answer(1), 丙路=answer(1))
    world.cancel_at = 2
    desk = desk_of("甲路1号", "乙路", "丙路")
    with pytest.raises(JobCancelled):
        run(world, desk)
    assert desk.requests == []
    world.cancel_at = None
    run(world, desk)
    assert len(world.asked) == 3 and len(desk.requests[0].entries) == 3


def test_a_place_that_waits_for_its_reviewer_is_not_filed_twice() -> None:
    world = World(甲路1号=answer(1))
    world.waiting = frozenset({"SG-0001"})
    desk = desk_of("甲路1号")
    assert verdicts(run(world, desk)) == {"SG-0001": "pending"}
    assert world.asked == [] and desk.requests == []


class Busy(FakeDesk):
    """Somebody types while the run asks: a new address, a place by hand, a change elsewhere."""

    reads = 0

    def held_by_unit(self, unit_id: str) -> tuple[Held, ...]:
        self.reads += 1
        if self.reads == 2:
            self._edit("SG-0001", address="新路9号")
            self._edit("SG-0002", **{"place/0": point(1)})
            self._edit("SG-0003", beds=5)
        return super().held_by_unit(unit_id)

    def _edit(self, key: str, **values: Any) -> None:
        old = self.records[key]
        self.records[key] = replace(old, document={**old.document, **values}, version=old.version + 1)


def test_who_changed_the_record_meanwhile_keeps_what_he_wrote() -> None:
    records = [held(f"SG-000{n}", f"项目{n}", address="甲路1号") for n in (1, 2, 3)]
    desk = Busy(*records, units=[RUYUAN])
    outcomes = run(World(甲路1号=answer(1)), desk)
    assert verdicts(outcomes) == {
        "SG-0001": "changed_meanwhile", "SG-0002": "changed_meanwhile", "SG-0003": "filed",
    }  # fmt: skip
    assert [(e.project_id, e.base_version) for e in desk.requests[0].entries] == [("SG-0003", 4)]


class Racing(FakeDesk):
    """The last moment: a conflict between reading again and filing, so many times."""

    left = 1

    def file(self, request: Any) -> Any:
        self.left -= 1
        if self.left >= 0:
            raise Conflict("somebody was faster", ("place/0",))
        return super().file(request)


def test_a_conflict_at_the_last_moment_is_read_again_but_not_for_ever() -> None:
    desk = Racing(held("SG-0001", "项目", address="甲路1号"), units=[RUYUAN])
    assert run(World(甲路1号=answer(1)), desk).filed is not None
    desk.left = 99
    desk.records["SG-0001"] = held("SG-0001", "项目", address="甲路1号")
    with pytest.raises(Conflict):
        run(World(甲路1号=answer(1)), desk)


def test_a_line_of_the_list_tells_a_person_what_to_check() -> None:
    outcomes = run(World(乙路=answer(1, (115.0, 24.7))), desk_of("乙路"))
    line = line_of(outcomes.findings[0])
    assert (line["verdict"], line["county_declared"], line["county_found"]) == (
        "outside_county",
        "440232",
        "440233",
    )
    assert line["lonlat"] == [115.0, 24.7] and "人工核对" in line["why"]
