"""The one file of the offline map: closed to everything outside, and to everything its data might try."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from layers import offline
from layers.offline.page import document, signs
from layers.offline.words import WORDS, tongue
from layers.palette import CATEGORIES
from projects.errors import SetupIncomplete
from tests.paths import ROOT

FOLDER = Path(offline.__file__).parent
SCRIPTS = sorted(FOLDER.glob("*.js"))
HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<!--<script>",
    "${alert(1)}`{{7*7}}",
    "\u202e翻转\u2028",
    "<img src=x onerror=window.hacked=1>",
)


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A static folder with a stand-in of Leaflet that would fetch pictures and a source map."""
    for name, text in (
        (
            "leaflet/dist/leaflet.js",
            'var L={};"https://leafletjs.com"\r\n//# sourceMappingURL=leaflet.js.map\n',
        ),
        ("leaflet/dist/leaflet.css", ".a{background-image:url(images/layers.png)}\r\n.b{behavior:url(#x)}"),
        ("jquery/dist/jquery.min.js", ""),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return tmp_path


class Parts(HTMLParser):
    """Scripts, styles, title and policy of a page, and every attribute that could fetch something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside, self.scripts, self.styles = "", list[tuple[str, str]](), list[str]()
        self.policy = self.title = self.kind = ""
        self.fetching: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside, self.kind = tag, given.get("type") or ""
        self.fetching += [(tag, k) for k in ("src", "href", "srcset", "action", "style") if k in given]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append((self.kind, data))
        elif self.inside == "style":
            self.styles.append(data)
        elif self.inside == "title":
            self.title += data


def page(static: Path, content: dict[str, Any], title: str = "图") -> Parts:
    parts = Parts()
    parts.feed(document(content, static, title=title, language="zh").decode())
    return parts


def test_nothing_is_fetched_and_only_the_two_scripts_may_run(static: Path) -> None:
    found = page(static, {"records": []})
    assert found.fetching == []
    runs = [text for kind, text in found.scripts if kind == ""]
    assert len(runs) == 2 and "sourceMappingURL" not in runs[0]
    assert "url(" not in found.styles[0]
    assert found.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in found.policy and "http" not in found.policy
    for text in (*runs, *found.styles):
        fingerprint = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{fingerprint}'" in found.policy


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_data(static: Path, text: str) -> None:
    found = page(static, {"records": [{"name": text}], text: 1}, title=text)
    assert len(found.scripts) == 3, "the data opened a script of their own"
    read = json.loads(next(text for kind, text in found.scripts if kind == "application/json"))
    assert read["records"][0]["name"] == text.replace("\u202e", "").replace("\u2028", " ")
    assert found.fetching == []
    assert "\u202e" not in found.title


def test_the_page_knows_its_language_and_both_tongues(static: Path) -> None:
    text = document({}, static, title="Map", language="en").decode()
    assert '<html lang="en">' in text
    found = page(static, {})
    data = json.loads(next(text for kind, text in found.scripts if kind == "application/json"))
    assert data["words"] == {"zh": tongue("zh"), "en": tongue("en")}
    assert set(data["signs"]["categories"]) == set(CATEGORIES) == set(signs()["categories"])


def test_without_leaflet_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupIncomplete, match=r"leaflet\.js"):
        document({}, tmp_path, title="图", language="zh")


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_the_script_keeps_to_old_javascript_and_never_builds_html(file: Path) -> None:
    code = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', code)
    assert not re.search(r"=>|`|\b(?:const|let|class|async|await)\b|\?\.|\?\?|\.\.\.", code)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", code
    )
    assert not re.search(
        r"\.(?:append|remove|replaceChildren|closest|includes|flat|find)\(", code.replace("ring.remove(", "")
    )


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in SCRIPTS)
    asked = set(re.findall(r'say\("(\w+)"', code))
    assert asked <= set(WORDS)
    assert {key for key in WORDS if f'"{key}"' not in code} == {"no_script"}
    for zh, en in WORDS.values():
        assert zh and en and re.findall(r"\{\w+\}", zh) == re.findall(r"\{\w+\}", en)


def test_all_files_of_the_folder_are_in_the_page() -> None:
    from layers.offline import page as module

    assert set(module._SCRIPTS) == {file.name for file in SCRIPTS}
    assert (ROOT / "layers" / "offline" / "offline.css").is_file()
