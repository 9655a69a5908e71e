"""The page of address look-ups: nothing leaves the office unasked, and every record has one result."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from data.geocoders.judging import VERDICT_ZH, Verdict
from tests.fake_jobs import FakeJobs, job
from tests.ui.office import OfficeShell, desk, html, opened, shell
from views.i18n import translator
from views.office.geocode_page import verdict_words


def office(service: str = "amap", jobs: FakeJobs | None = None) -> OfficeShell:
    made = shell(desk(), jobs=jobs or FakeJobs())
    made.settings = made.settings.model_copy(
        update={"geocoder": service, "geocoder_key": SecretStr("not-a-real-key")}
    )
    return made


def test_without_a_service_the_page_says_how_to_get_one() -> None:
    at = opened("office.geocode_page", office("none"))
    assert "GEOCODER" in html(at)
    assert not at.button


def test_it_says_what_leaves_the_office_and_asks_only_when_told_to() -> None:
    made = office()
    at = opened("office.geocode_page", made)
    assert "地址会离开本单位网络" in html(at) and "高德" in html(at)
    assert made.jobs.submitted == []
    at.button[0].click().run()
    assert [(kind, dict(arguments)) for kind, _, arguments in made.jobs.submitted] == [
        ("geocode", {"unit": "440232"})
    ]


def test_the_results_add_up_and_doubtful_ones_are_listed() -> None:
    warning = {
        "verdict": "outside_county",
        "project_id": "SG-0002",
        "name": "瑶医馆",
        "question": "人民路<1>号",
    }
    result = {"counts": {"filed": 2, "outside_county": 1}, "change_set": 7, "warnings": [warning]}
    at = opened("office.geocode_page", office(jobs=FakeJobs(job(3, "geocode", result=result))), job=3)
    assert "共 3 条记录" in html(at)
    assert "解析到别的县" in html(at) and "人民路&#60;1&#62;号" in html(at)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_result_has_words(language: str) -> None:
    _ = translator(language)
    told = {verdict: verdict_words(str(verdict), _) for verdict in Verdict}
    assert not [verdict for verdict, words in told.items() if words == str(verdict)]
    if language == "zh":
        assert told == dict(VERDICT_ZH)
