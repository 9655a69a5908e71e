"""Both services against a local server that answers as their documentation describes."""

import logging
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from data.geocoders import configured
from data.geocoders.amap import Amap
from data.geocoders.base import FAULT_ZH, Answer, Fault, Geocoder, Outcome, ask
from data.geocoders.tianditu import Tianditu
from data.geocoders.transport import LARGEST, Transport
from data.settings import Settings
from gis.datum import wgs84_to_gcj02
from gis.geodesy import distance_m
from projects.codes import Datum, Precision
from projects.errors import BadValue
from tests.geocoder_server import KEY, FakeService, Spot

ADDRESS = "广东省韶关市武江区沐溪大道168号"
WGS84 = (113.5712345, 24.7812345)


@pytest.fixture
def amap(service: FakeService, transport: Transport) -> Amap:
    return Amap(transport, KEY, service.amap_url)


@pytest.fixture
def tianditu(service: FakeService, transport: Transport) -> Tianditu:
    return Tianditu(transport, KEY, service.tianditu_url)


def test_amap_answers_in_gcj02_and_wgs84_is_what_comes_out(service: FakeService, amap: Amap) -> None:
    shifted = wgs84_to_gcj02([WGS84])[0]
    service.places[ADDRESS] = Spot(*shifted, "门牌号")
    answer = ask(amap, ADDRESS)
    assert answer.outcome is Outcome.LOCATED
    assert answer.lonlat and answer.entered and answer.match
    assert answer.datum is Datum.GCJ02
    assert answer.entered == pytest.approx(tuple(shifted), abs=1e-6)  # the service gives six decimals
    assert answer.lonlat == pytest.approx(WGS84, abs=2e-6)
    assert 400 < _metres(answer.lonlat, answer.entered) < 900, "the shift of this place is half a kilometre"
    assert answer.match.precision is Precision.BUILDING
    assert (answer.match.level, answer.match.address) == ("门牌号", ADDRESS)


def test_tianditu_answers_in_cgcs2000_which_stays_as_it_is(service: FakeService, tianditu: Tianditu) -> None:
    service.places[ADDRESS] = Spot(*WGS84, "地名地址")
    answer = ask(tianditu, ADDRESS)
    assert (answer.outcome, answer.datum) == (Outcome.LOCATED, Datum.CGCS2000)
    assert answer.lonlat == answer.entered == pytest.approx(WGS84)
    assert answer.match and answer.match.precision is Precision.VILLAGE


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(distance_m(np.array([one]), np.array([other]))[0])


@pytest.mark.parametrize(
    ("level", "precision"),
    [
        ("门址", 1), ("兴趣点", 1), ("村庄", 2), ("道路交叉路口", 2), ("道路", 3), ("乡镇", 3), ("区县", 4),
        ("开发区", 5), ("市", 5), ("未知", None), ("", None), ("一个新词", None),
    ],
)  # fmt: skip
def test_how_exactly_amap_matched_is_never_more_than_it_says(
    service: FakeService, amap: Amap, level: str, precision: int | None
) -> None:
    service.places[ADDRESS] = Spot(113.6, 24.8, level)
    answer = ask(amap, ADDRESS)
    assert answer.match and answer.match.precision == precision


@pytest.mark.parametrize(
    ("level", "score", "precision"), [("地名地址", 95, 2), ("地名地址", 59, None), ("奇怪", 99, None)]
)
def test_a_match_that_tianditu_itself_doubts_says_nothing(
    service: FakeService, tianditu: Tianditu, level: str, score: int, precision: int | None
) -> None:
    service.places[ADDRESS] = Spot(113.6, 24.8, level, score)
    answer = ask(tianditu, ADDRESS)
    assert answer.outcome is Outcome.LOCATED
    assert answer.match and answer.match.precision == precision


def test_not_found_is_an_answer_and_no_failure(amap: Amap, tianditu: Tianditu) -> None:
    for geocoder in (amap, tianditu):
        answer = ask(geocoder, "没有这个地方")
        assert (answer.outcome, answer.fault, answer.lonlat) == (Outcome.NOT_FOUND, None, None)
    assert ask(amap, "emptyplace").outcome is Outcome.NOT_FOUND
    assert ask(tianditu, "tdempty").outcome is Outcome.NOT_FOUND


BOTH = [
    ("slow", Fault.TIMEOUT), ("drip", Fault.TIMEOUT), ("huge", Fault.MALFORMED), ("bomb", Fault.MALFORMED),
    ("nested", Fault.MALFORMED),
    ("elsewhere", Fault.NETWORK), ("cut", Fault.NETWORK), ("html", Fault.MALFORMED), ("latin", None),
    ("broken500", Fault.SERVICE), ("refused403", Fault.KEY), ("toofast429", Fault.RATE),
    ("list", Fault.MALFORMED), ("nan", Fault.MALFORMED), ("deep", Fault.MALFORMED),
]  # fmt: skip
AMAP = [
    ("wrongtypes", Fault.MALFORMED), ("noplace", Fault.MALFORMED), ("words", Fault.MALFORMED),
    ("zero", Fault.MALFORMED), ("swapped", Fault.MALFORMED), ("busy", Fault.SERVICE),
    ("engine", Fault.SERVICE), ("echo", Fault.MALFORMED),
]  # fmt: skip
TIANDITU = [("tderror", Fault.SERVICE), ("tdtypes", Fault.MALFORMED), ("tdlist", Fault.MALFORMED)]


def _failed(geocoder: Geocoder, question: str, fault: Fault | None) -> Answer:
    answer = ask(geocoder, question)
    assert answer.outcome is Outcome.FAILED and answer.lonlat is None
    assert fault is None or answer.fault is fault, answer.detail
    assert KEY not in repr(answer) and answer.fault in FAULT_ZH
    return answer


@pytest.mark.parametrize(("question", "fault"), BOTH + AMAP)
def test_what_goes_wrong_with_amap_is_failed_for_its_reason(
    amap: Amap, question: str, fault: Fault | None
) -> None:
    _failed(amap, question, fault)


@pytest.mark.parametrize(("question", "fault"), BOTH + TIANDITU)
def test_what_goes_wrong_with_tianditu_is_failed_for_its_reason(
    tianditu: Tianditu, question: str, fault: Fault | None
) -> None:
    _failed(tianditu, question, fault)


def test_a_wrong_key_and_a_used_up_quota_are_told_apart(service: FakeService, transport: Transport) -> None:
    for kind, url in ((Amap, service.amap_url), (Tianditu, service.tianditu_url)):
        assert ask(kind(transport, "wrong", url), ADDRESS).fault is Fault.KEY
        service.quota = 0
        assert ask(kind(transport, KEY, url), ADDRESS).fault is Fault.QUOTA
        service.quota = 100


def test_nobody_there_is_a_network_fault_without_the_address_asked(transport: Transport) -> None:
    answer = ask(Amap(transport, KEY, "http://127.0.0.1:9/v3/geocode/geo"), ADDRESS)
    assert answer.fault is Fault.NETWORK
    assert KEY not in answer.detail and "geocode/geo" not in answer.detail


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(service: FakeService, amap: Amap) -> None:
    ask(amap, "elsewhere")
    assert len(service.asked) == 1


def test_the_key_stands_in_no_log_even_at_debug(
    amap: Amap, caplog: pytest.LogCaptureFixture, service: FakeService
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(amap, ADDRESS)
        ask(amap, "html")
        ask(Amap(Transport(secrets=(KEY,)), KEY, service.amap_url), "cut")
    assert KEY not in caplog.text


def test_a_key_that_the_service_echoes_is_struck_out_of_what_is_kept(amap: Amap) -> None:
    answer = ask(amap, "echo")
    assert answer.reply and "***" in str(answer.reply) and KEY not in str(answer.reply)


def test_an_answer_is_read_no_further_than_its_limit(service: FakeService, amap: Amap) -> None:
    answer = ask(amap, "bomb")
    assert str(LARGEST) in answer.detail


def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path, transport: Transport) -> None:
    import ssl

    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not installed here")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        answer = ask(Amap(transport, KEY, f"https://127.0.0.1:{server.server_address[1]}/"), ADDRESS)
    finally:
        server.shutdown()
        server.server_close()
    assert answer.fault is Fault.NETWORK and "SSL" in answer.detail


def test_the_configured_service_is_the_one_that_is_asked(service: FakeService) -> None:
    chosen = Settings(GEOCODER="amap", GEOCODER_KEY=KEY, GEOCODER_URL=service.amap_url)
    assert ask(configured(chosen), ADDRESS).outcome is Outcome.NOT_FOUND
    assert isinstance(configured(Settings(GEOCODER="tianditu", GEOCODER_KEY=KEY)), Tianditu)
    with pytest.raises(BadValue, match="GEOCODER"):
        configured(Settings())
