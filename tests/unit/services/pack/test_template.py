"""What an office may change, and what it is told when it changes something wrongly."""

import tomllib
from pathlib import Path

import pytest

from projects.errors import BadValue
from services.pack.template import CONFIG, DEFAULTS, Template, load


def own(folder: Path, text: str) -> Template:
    """Return the templates of an office that wrote this ``pack.toml``."""
    (folder / CONFIG).write_text(text, encoding="utf-8")
    return load(folder)


def test_without_own_files_everything_is_the_default(tmp_path: Path) -> None:
    for template in (Template(), load(None), load(tmp_path / "none"), load(tmp_path)):
        assert template.word("book_title", "zh") == "招商项目册"
        assert template.sections("mayor") == ("have", "late", "money", "silent")
        assert template.logo is None and template.pdf_font is None
        assert template.file("sheet.html") == DEFAULTS / "sheet.html"


def test_an_office_writes_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "logo.PNG").write_bytes(b"x")
    (tmp_path / "mayor.html").write_text("x", encoding="utf-8")
    template = own(
        tmp_path,
        '[logo]\nfile = "logo.PNG"\n[zh]\nbook_title = "推介手册"\n[sections]\nsheet = ["sources", "facts"]\n'
        '[colours]\naccent = "#AA0000"\n[limits]\nmayor_rows = 2\n',
    )
    assert template.logo == tmp_path / "logo.PNG"
    assert template.word("book_title", "zh") == "推介手册"
    assert template.word("book_title", "en") == "Projects for investors"
    assert template.sections("sheet") == ("sources", "facts")
    assert template.colour("accent") == "#AA0000" and template.colour("ink").startswith("#")
    assert template.limit("mayor_rows") == 2
    assert template.font("docx_body") == "宋体"
    assert template.file("mayor.html") == tmp_path / "mayor.html"
    assert template.file("style.css") == DEFAULTS / "style.css"


def test_notepads_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text('[zh]\nunknown = "不详"\n', encoding="utf-8-sig")
    assert load(tmp_path).word("unknown", "zh") == "不详"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[zh", "TOML"),
        ("[colors]\naccent = '#000000'", "colors"),
        ("zh = 1", "没有这一节"),
        ("[zh]\nbook = '册'", "zh.book"),
        ("[zh]\nbook_title = 3", "格式不对"),
        ("[colours]\naccent = 'blue'", "#1d5a8c"),
        ("[colours]\naccent = '#12345;}'", "#1d5a8c"),
        ("[sections]\nsheet = ['facts', 'secret']", "secret"),
        ("[sections]\nsheet = [3]", "没有 3"),
        ("[sections]\nmayor = ['late', 'late']", "两次"),
        ("[limits]\nmayor_rows = 0", "1 到"),
        ("[limits]\nmayor_rows = true", "格式不对"),
        ("[logo]\nfile = '../logo.png'", "只写文件名"),
        ("[logo]\nfile = '.hidden.png'", "只写文件名"),
        ("[logo]\nfile = 'a\\\\b.png'", "只写文件名"),
        ("[logo]\nfile = 'logo.exe'", "结尾"),
        ("[logo]\nfile = 'logo.png'", "不在"),
        ("[fonts]\npdf = 'font.woff'", "结尾"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadValue) as found:
        own(tmp_path, text)
    assert told in str(found.value)
    assert any(word in str(found.value) for word in ("请", "写"))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(BadValue, match="UTF-8"):
        load(tmp_path)


def test_a_huge_picture_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "logo.png").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(BadValue, match="20 MB"):
        own(tmp_path, "[logo]\nfile = 'logo.png'")


def test_both_languages_have_the_same_wording_and_every_section_has_a_title() -> None:
    template = Template()
    chinese, english = (
        set(tomllib.loads((DEFAULTS / CONFIG).read_text("utf-8"))[name]) for name in ("zh", "en")
    )
    assert chinese == english
    assert {*template.sections("sheet"), "have", "late", "silent", "unfunded"} <= chinese


def test_a_wording_that_nobody_knows_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Template().word("nothing", "zh")
