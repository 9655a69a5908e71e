"""The press: everything escaped, nothing from outside, own files work or are told what is wrong."""

import io
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from projects.errors import BadValue, SetupIncomplete
from services.pack import press
from services.pack.printing import Press
from services.pack.template import CONFIG, Template, load
from tests.unit.services.pack.paper_world import World

DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAICAQB7CYF4AAAAAElFTkSuQmCC"
)


def office(folder: Path, html: str, style: str = "") -> Press:
    """Return the press of an office with its own page and style."""
    (folder / "mayor.html").write_text(html, encoding="utf-8")
    (folder / "style.css").write_text(style, encoding="utf-8")
    return Press(load(folder), "zh")


def printed(made: Press, **values: Any) -> str:
    """Return the text of a page of the office's own."""
    file = made.pdf(made.pages("mayor.html", **values), "标题", "内部使用")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


def test_values_are_text_whatever_they_hold(tmp_path: Path) -> None:
    made = office(tmp_path, "<p>{{ name }}</p>")
    name = "<script>x</script> {{ 7*7 }} <img src=http://evil.example/a.png> &amp; ${1}"
    assert "".join(printed(made, name=name).split()) == "".join(name.split())


def test_a_pdf_is_tagged_and_says_its_title_and_language(tmp_path: Path) -> None:
    """Also what is put together of several templates, as a book is."""
    made = office(tmp_path, "<h1>{{ name }}</h1><table><tr><th>甲</th><td>1</td></tr></table>")
    pages = made.pages("mayor.html", name="一") + made.pages("mayor.html", name="二")
    root: Any = PdfReader(io.BytesIO(made.pdf(pages, "标题", ""))).root_object
    assert root["/Lang"] == "zh"
    assert root["/MarkInfo"]["/Marked"]
    kinds = _kinds(root["/StructTreeRoot"])
    assert kinds.count("/H1") == kinds.count("/TH") == 2


def _kinds(node: Any) -> list[str]:
    """Return the kinds of all elements below a node of the structure tree."""
    below = node.get("/K", [])
    below = (one.get_object() for one in (below if isinstance(below, list) else [below]))
    inner = [kind for one in below if hasattr(one, "get") for kind in _kinds(one)]
    return [node.get("/S", ""), *inner]


def test_signs_that_the_font_has_not_are_shown_as_missing(tmp_path: Path) -> None:
    text = printed(office(tmp_path, "<p>{{ rows[0].name }}</p>"), rows=[{"name": "甲🏥\u202e乙"}])
    assert text.strip() == "甲〓乙"


@pytest.mark.parametrize(
    "html",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='https://example.org/x.png'>",
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
        "<img src='file:///etc/hostname'>",
        "<img src='../secret.png'>",
        "<img src='file://server/share/x.png'>",
        "<img src='%2e%2e/secret.png'>",
        "<img src='ftp://127.0.0.1/x.png'>",
        "<object data='/etc/passwd'></object>",
        "<div style='background: url(http://127.0.0.1:9/x.png)'>x</div>",
    ],
)
def test_nothing_is_fetched_from_outside_the_folder(tmp_path: Path, html: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    folder = tmp_path / "templates"
    folder.mkdir()
    with pytest.raises(BadValue, match=r"mayor\.html"):
        office(folder, html).pages("mayor.html")


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "in.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(BadValue, match=r"mayor\.html"):
        office(folder, "<img src='in.svg'>").pages("mayor.html")


@pytest.mark.parametrize("rule", ["p { background: url(http://127.0.0.1:9/x.png) }", "@font-face { %s }"])
def test_a_style_sheet_asks_nobody_either(tmp_path: Path, rule: str) -> None:
    style = rule.replace("%s", "font-family: X; src: url(http://127.0.0.1:9/x.ttf)")
    with pytest.raises(BadValue, match=r"(mayor\.html|style\.css).*refused: http://127"):
        office(tmp_path, "<p>x</p>", style).pages("mayor.html")


def test_pictures_of_the_folder_and_within_the_page_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "in.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text y='8'>SVG</text></svg>"
    )
    pages = office(tmp_path, "<img src='in.svg'><img src='{{ dot }}'>").pages(
        "mayor.html", pictures={"dot": DOT}
    )
    assert len(pages) == 1


@pytest.mark.parametrize(
    "html",
    [
        "{{ nothing }}",
        "{% for %}",
        "{{ name.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
        "{{ rows.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{{ name + 1 }}",
    ],
)
def test_a_template_reaches_nothing_of_the_program_and_is_told_its_mistakes(
    tmp_path: Path, html: str
) -> None:
    with pytest.raises(BadValue) as found:
        office(tmp_path, html).pages("mayor.html", name="x", rows=[])
    assert "mayor.html" in str(found.value) and "请改正" in str(found.value)


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    made = office(tmp_path, "x")
    (tmp_path / "mayor.html").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadValue, match=r"mayor\.html"):
        made.pages("mayor.html")


def test_fonts_are_embedded_in_part_and_the_file_says_what_it_is(tmp_path: Path) -> None:
    made = Press(Template(), "zh")
    pages = Press.pages(office(tmp_path, "<p>汉字</p>"), "mayor.html")
    file = PdfReader(io.BytesIO(made.pdf(pages, "标题", "署名")))
    assert file.metadata is not None
    assert (file.metadata.title, file.metadata.author) == ("标题", "署名")
    resources: Any = file.pages[0]["/Resources"]
    fonts = resources["/Font"]
    held = [fonts[name].get_object()["/DescendantFonts"][0].get_object() for name in fonts]
    assert held and all(
        "/FontFile2" in one["/FontDescriptor"] or "/FontFile3" in one["/FontDescriptor"] for one in held
    )
    assert len(made.pdf(pages, "标题", "署名")) < 200_000, "only the letters used"


def test_colours_and_language_come_from_the_office(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("[colours]\naccent = '#123456'\n")
    made = office(tmp_path, "<p style='color: var(--accent)'>{{ language }}{{ logo }}</p>")
    assert printed(made).strip() == "zh"
    file = PdfReader(io.BytesIO(made.pdf(made.pages("mayor.html"), "t", "c")))
    assert str(file.root_object["/Lang"]) == "zh"


def test_a_machine_without_pango_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def __getattr__(self, name: str) -> None:
            raise OSError("cannot load library 'libpango'")

    monkeypatch.setitem(__import__("sys").modules, "services.pack.printing", Missing())
    with pytest.raises(SetupIncomplete, match="make run"):
        press.open_press(World().bench())


def test_a_name_that_looks_like_a_picture_is_cleaned_like_any_other(tmp_path: Path) -> None:
    made = office(tmp_path, "<p>{{ name }}</p>")
    assert printed(made, name="data:image/\u202ex\U0001f600") == "data:image/x〓"
