"""The page of materials on fakes: what is ordered, what is said of it, who gets a link, what is frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data import wiring
from data.settings import Settings
from projects.counts import PrecisionCount
from projects.filters import MAX_VALUES, ProjectFilter
from projects.identity import NOBODY
from projects.packs import Order, edition_arguments, order_of
from projects.plans.editions import EditionKind
from projects.plans.ports import Rights
from projects.work import JobState
from services.pack.parts import PARTS
from tests.fake_editions import FakeEditions, record
from tests.fake_jobs import FakeJobs, job
from tests.fake_packs import FILES, FakePacks, file, pack
from tests.ui.analysis_shell import NoChoices
from tests.ui.office import FakeLibrary, OfficeShell, address, desk, html, opened, press
from views.packs import words

PAGE = "packs.packs_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1 \u202eabc"
ALL = tuple(part.key for part in PARTS)


class CountingLibrary(FakeLibrary):
    """Seven records, or as many as the basket has."""

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        n = len(chosen.ids) or (0 if chosen.q else 7)
        return PrecisionCount(n, 0, 0, 0, 0)


@dataclass
class PacksShell(OfficeShell):
    """An office's shell with editions."""

    editions: FakeEditions = field(default_factory=FakeEditions)  # type: ignore[assignment]
    choices: Any = field(default_factory=NoChoices)
    library: Any = field(default_factory=CountingLibrary)


def shell(*packs: Any, **values: Any) -> PacksShell:
    return PacksShell(desk(), packs=FakePacks(*packs), **values)


def nobody(*packs: Any, **values: Any) -> PacksShell:
    return PacksShell(desk(identity=NOBODY, units=()), packs=FakePacks(*packs), **values)


def texts(at: Any) -> str:
    return html(at) + " ".join(str(c.value) for c in at.caption)


def order(office: PacksShell) -> Order:
    """Return what was ordered, as the job will read it."""
    ((kind, _title, arguments),) = office.jobs.submitted
    assert kind == "pack"
    return order_of(arguments)


# ---- ordering ----


def test_one_button_orders_everything_of_the_current_filter() -> None:
    office = shell()
    at = opened(PAGE, office, county="440232")
    assert f"共 7 条、{len(ALL)} 个文件" in texts(at)
    press(at, "packs-order")
    assert order(office) == Order(chosen=ProjectFilter(county=("440232",)), public=True)
    assert address(at)["job"] == "1" and "排队等待处理" in str(at.get("progress")[0].proto.text)


def test_files_paper_language_and_title_are_what_was_chosen() -> None:
    office = shell()
    at = opened(PAGE, office)
    press(at, "packs-no")
    assert at.button(key="packs-order").disabled and address(at)["parts"] == "none"
    for part in ("map_pdf", "offline_html"):
        at.checkbox(key=f"packs-w-part-{part}").check()
    at.run()
    at.text_input(key="packs-w-title").input("  乳源  招商 ").run()
    at.button_group(key="packs-w-paper").set_value("A3").run()
    at.button_group(key="packs-w-in").set_value("en").run()
    press(at, "packs-order")
    assert order(office) == Order(
        parts=("map_pdf", "offline_html"), language="en", paper="A3", title="乳源 招商", public=True
    )
    assert office.jobs.submitted[0][1] == "乳源 招商"


def test_a_link_ticks_the_files_it_names() -> None:
    at = opened(PAGE, shell(), parts="offline_html,nonsense", paper="A9", **{"in": "xx"})
    ticked = [key for key in ALL if at.checkbox(key=f"packs-w-part-{key}").value]
    assert ticked == ["offline_html"]
    assert address(at) == {"parts": "offline_html"}, "what cannot be is not kept"


def test_every_file_is_offered_once_with_a_name_of_its_own() -> None:
    grouped = [key for keys in words.grouped().values() for key in keys]
    assert sorted(grouped) == sorted(ALL)
    names = {key: words.part_name(key, str) for key in ALL}
    assert len(set(names.values())) == len(ALL)
    assert not [key for key, name in names.items() if name == key or name.endswith(")")]


def test_a_basket_is_ordered_by_its_numbers() -> None:
    office = shell()
    at = opened(PAGE, office, county="440232", ids="SG-0001,SG-0002", scope="basket")
    assert "共 2 条" in texts(at)
    press(at, "packs-order")
    assert order(office).chosen == ProjectFilter(ids=("SG-0001", "SG-0002"))


def test_a_basket_that_is_too_large_is_said_and_not_ordered() -> None:
    office = shell()
    at = opened(PAGE, office, county="440232", scope="basket")
    at.session_state["basket"] = [f"SG-{n:04}" for n in range(MAX_VALUES + 1)]
    at.run()
    assert "请改用筛选" in html(at) and at.radio(key="packs-w-scope").disabled
    press(at, "packs-order")
    assert order(office).chosen == ProjectFilter(county=("440232",))


def test_nothing_found_is_said_before_it_is_ordered() -> None:
    at = opened(PAGE, shell(), q="没有这种东西")
    assert "做出来的材料会写明“0 条”" in html(at)


def test_for_inside_counts_what_the_asker_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    class Inside(CountingLibrary):
        def count(self, chosen: ProjectFilter) -> PrecisionCount:
            return PrecisionCount(9, 0, 0, 0, 0)

    monkeypatch.setattr(wiring, "library_of", lambda token: Inside())
    office = shell()
    at = opened(PAGE, office)
    at.radio(key="packs-w-for").set_value("inside").run()
    assert "共 9 条" in texts(at) and address(at)["for"] == "inside"
    press(at, "packs-order")
    assert order(office).public is False


def test_where_nobody_reads_unseen_a_pack_is_for_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "library_of", lambda token: CountingLibrary())
    office = shell(settings=Settings(anonymous_reads=False))
    at = opened(PAGE, office)
    assert not [r for r in at.radio if r.key == "packs-w-for"]
    press(at, "packs-order")
    assert order(office).public is False


def test_somebody_not_signed_in_reads_why_and_what_else() -> None:
    at = opened(PAGE, nobody(pack(1)))
    assert "登录后可以做材料" in html(at) and "已公布版本的材料" in html(at)
    assert "packs-order" not in {b.key for b in at.button} and "乳源健康产业" not in html(at)


# ---- the job and what came of it ----


def test_a_finished_job_opens_its_pack() -> None:
    office = shell(pack(4), jobs=FakeJobs(job(9, "pack", result={"pack": 4, "records": 3, "files": 2})))
    at = opened(PAGE, office, job=9)
    text = texts(at)
    assert "做好了：3 条" in text and "每个文件交代的条数都是 3" in text
    assert 'href="/pack/4/%E9%A1%B9' in text and "乳源瑶族自治县 (440232)" in text
    assert address(at) == {"job": "9", "pack": "4"}
    press(at, "packs-again")
    assert "packs-order" in {b.key for b in at.button} and address(at) == {"pack": "4"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (job(9, "pack", state=JobState.FAILED, message="磁盘满了"), "磁盘满了"),
        (job(9, "pack", state=JobState.CANCELLED), "已取消"),
        (job(9, "import_preview"), "没有找到这条记录"),
    ],
)
def test_other_ends_are_said(found: Any, said: str) -> None:
    assert said in html(opened(PAGE, shell(jobs=FakeJobs(found)), job=9))


def test_work_under_way_is_found_again() -> None:
    jobs = FakeJobs(job(8, "pack"), job(9, "pack", title=HOSTILE, state=JobState.RUNNING, all_steps=4))
    at = opened(PAGE, shell(jobs=jobs))
    assert "正在做的" in html(at) and "<script>" not in html(at)
    assert [b.key for b in at.button if str(b.key).startswith("pack-follow")] == ["pack-follow-9"]
    press(at, "pack-follow-9")
    assert address(at) == {"job": "9"} and "cancel-9" in {b.key for b in at.button}


@pytest.mark.parametrize("params", [{"job": "77"}, {"pack": "77"}])
def test_what_is_gone_leaves_the_page_in_use(params: dict[str, str]) -> None:
    at = opened(PAGE, shell(pack(1)), **params)
    assert "没有" in html(at) and "做好的材料" in html(at)
    at.run()
    assert "packs-order" in {b.key for b in at.button}, "the next run offers the form"


def test_hostile_titles_and_file_names_are_only_text() -> None:
    bad = file("map_pdf", '<img src=x onerror="alert(1)">.pdf')
    text = html(opened(PAGE, shell(pack(1, title=HOSTILE, files=(bad, *FILES))), pack=1))
    assert "<script>" not in text and "<img" not in text and "\u202e" not in text
    assert "%3Cimg%20src%3Dx%20onerror%3D%22alert%281%29%22%3E.pdf" in text


def test_the_list_opens_closes_and_clears_away() -> None:
    office = shell(pack(1), pack(2, title=""))
    at = opened(PAGE, office)
    assert "3 条 · 2 个文件" in html(at) and "保留到 2026-06-05" in html(at)
    press(at, "pack-open-2")
    assert address(at) == {"pack": "2"} and "pack-open-1" in {b.key for b in at.button}
    press(at, "pack-remove")
    assert set(office.packs.known) == {1} and address(at) == {}


# ---- links ----


def test_a_link_is_told_once_counted_and_ended() -> None:
    office = shell(pack(1))
    at = opened(PAGE, office, pack=1)
    at.number_input(key="packs-hours").set_value(2).run()
    press(at, "packs-link")
    assert at.code[0].value.endswith("/pack/shared/secret-1")
    (made,) = office.packs.shares(1)
    assert timedelta(hours=1.9) < made.expires_at - datetime.now(UTC) < timedelta(hours=2.1)
    press(at, "packs-link-away")
    assert not at.code and "打开 0 次，下载 0 次" in html(at) and "有效" in html(at)
    press(at, "packs-revoke-1")
    assert "已撤销" in html(at) and "packs-revoke-1" not in {b.key for b in at.button}


def test_a_pack_for_inside_is_not_to_be_passed_on() -> None:
    inside = html(opened(PAGE, shell(pack(1, detail={"public": False})), pack=1))
    assert "这套是内部使用的" in inside
    assert "这套是内部使用的" not in html(opened(PAGE, shell(pack(1)), pack=1))


# ---- frozen editions ----


def published() -> FakeEditions:
    made = FakeEditions({"SG-0001": record("SG-0001"), "SG-0002": record("SG-0002")})
    made.publish(EditionKind.CATALOGUE, "SG-0001")
    made.publish(EditionKind.CATALOGUE, "SG-0001", "SG-0002", year=2027)
    return made


def frozen(edition: int) -> Any:
    return pack(20 + edition, edition_id=edition, expires_at=None)


def test_frozen_editions_have_their_address_for_everybody() -> None:
    at = opened(PAGE, nobody(frozen(1), editions=published()))
    text = html(at)
    assert 'href="/edition/1"' in text and text.count("尚未冻结") == 1


def test_an_edition_is_frozen_by_whoever_may_publish() -> None:
    office = shell(editions=published())
    office.editions.allowed = Rights(True, False)
    page = "plans.catalogue_page"
    at = opened(page, office, edition=2)
    assert not [b for b in at.button if str(b.key).startswith("freeze")]
    office.editions.allowed = Rights(True, True)
    press(opened(page, office, edition=2), "freeze-2")
    assert office.jobs.submitted == [
        ("pack", "冻结：" + office.editions.edition(2).title, edition_arguments(2))
    ]
    office.packs.known[22] = frozen(2)
    at = opened(page, office, edition=2)
    assert at.code[0].value.endswith("/edition/2")
    assert not [b for b in at.button if str(b.key).startswith("freeze")], "it is frozen once"
