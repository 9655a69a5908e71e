"""What an office may change of a pack without touching code: logo, fonts, order of sections, wording.

The defaults lie in ``services/pack/templates/``; a file of the same name in the data folder's ``templates/``
takes its place. Of ``pack.toml`` the office writes only the lines that differ.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from projects.errors import BadValue

DEFAULTS: Final = Path(__file__).with_name("templates")
CONFIG: Final = "pack.toml"
PICTURES: Final = (".png", ".jpg", ".jpeg", ".svg")
FONTS: Final = (".ttf", ".otf")
LARGEST: Final = 20_000_000
"""Bytes of a file that a template may bring."""
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_HIGHEST: Final = 200

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """The files and wording of one installation; made by ``load``, or with nothing for the defaults."""

    folder: Path | None = None
    """The office's own files; ``None`` or a missing file: the default."""
    own: Mapping[str, Table] = field(default_factory=dict)
    """What the office's ``pack.toml`` says, checked, by table."""

    def file(self, name: str) -> Path:
        """Return the office's file of this name, else the default."""
        own = self.folder / name if self.folder else None
        return own if own is not None and own.is_file() else DEFAULTS / name

    def value(self, table: str, key: str) -> Any:
        """Return a value of ``pack.toml``: the office's, else the default; ``KeyError`` for an unknown one.

        >>> Template().value("fonts", "docx_heading")
        '黑体'
        """
        return self.own.get(table, {}).get(key, _defaults()[table][key])

    def word(self, key: str, language: str) -> str:
        """Return a wording in ``zh`` or ``en``.

        >>> Template().word("book_title", "zh"), Template().word("unknown", "en")
        ('招商项目册', 'unknown')
        """
        return str(self.value("en" if language == "en" else "zh", key))

    def sections(self, paper: str) -> tuple[str, ...]:
        """Return the sections of ``sheet``, ``mayor`` or ``deck`` in the order wanted.

        >>> Template(own={"sections": {"mayor": ["late", "have"]}}).sections("mayor")
        ('late', 'have')
        """
        return tuple(self.value("sections", paper))

    def colour(self, key: str) -> str:
        """Return a colour as ``#rrggbb``."""
        return str(self.value("colours", key))

    def font(self, key: str) -> str:
        """Return the name of a font that the reader's machine brings (``docx_body``, ``pptx`` …)."""
        return str(self.value("fonts", key))

    def limit(self, key: str) -> int:
        """Return how many rows a list may have."""
        return int(self.value("limits", key))

    @property
    def logo(self) -> Path | None:
        """The office's mark, ``None`` when it has none."""
        name = str(self.value("logo", "file"))
        return self.file(name) if name else None

    @property
    def pdf_font(self) -> Path | None:
        """The office's own font for PDF, ``None`` for the packaged Chinese one."""
        name = str(self.value("fonts", "pdf"))
        return self.file(name) if name else None


def load(folder: Path | None) -> Template:
    """Return the templates of a folder, or the defaults where it is not there.

    Raises ``BadValue`` with a sentence for a ``pack.toml`` that cannot be read, says something unknown, or
    names a file that is missing.
    """
    if folder is None or not folder.is_dir():
        return Template()
    own = folder / CONFIG
    template = Template(folder, _checked(_read(own), own) if own.is_file() else MappingProxyType({}))
    for table, key, endings in (("logo", "file", PICTURES), ("fonts", "pdf", FONTS)):
        _check_file(template, str(template.value(table, key)), endings)
    return template


@cache
def _defaults() -> Mapping[str, Table]:
    """Return the packaged ``pack.toml``."""
    return _read(DEFAULTS / CONFIG)


def _read(file: Path) -> dict[str, Table]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadValue(
            f"模板文件 {file} 读不了：{error}。请按 TOML 格式改正（文字加英文双引号，存为 UTF-8），"
            "或移走它，用默认模板。"
        ) from error


def _checked(found: Mapping[str, Any], file: Path) -> Mapping[str, Table]:
    """Return what an office wrote if every table and key is known and fits; raises ``BadValue``."""
    known = _defaults()
    for table, values in found.items():
        if table not in known or not isinstance(values, dict):
            raise _refused(file, table, f"没有这一节；可用的是 {'、'.join(known)}")
        for key, value in values.items():
            if key not in known[table]:
                raise _refused(file, f"{table}.{key}", f"没有这一项；可用的是 {'、'.join(known[table])}")
            _check_value(file, table, key, value)
    return found


def _check_value(file: Path, table: str, key: str, value: Any) -> None:
    usual = _defaults()[table][key]
    where = f"{table}.{key} = {value!r}"
    if type(value) is not type(usual):
        raise _refused(file, where, f"格式不对；默认是 {usual!r}")
    if isinstance(value, list) and (unknown := [v for v in value if v not in usual]):
        raise _refused(file, where, f"没有 {unknown[0]!r} 这一节；可用的是 {'、'.join(usual)}")
    if isinstance(value, list) and len(set(value)) < len(value):
        raise _refused(file, where, "有一节写了两次")
    if isinstance(value, int) and not 1 <= value <= _HIGHEST:
        raise _refused(file, where, f"应在 1 到 {_HIGHEST} 之间")
    if table == "colours" and not _COLOUR.fullmatch(value):
        raise _refused(file, where, "颜色写成 #1d5a8c 这样")


def _check_file(template: Template, name: str, endings: tuple[str, ...]) -> None:
    """Refuse a file outside the folder, missing, of another kind, or far too large."""
    if not name:
        return
    plain = name == Path(name).name and not name.startswith(".") and "\\" not in name
    if not plain or not name.lower().endswith(endings):
        raise BadValue(f"模板中的文件名 {name!r} 不能用：只写文件名，以 {'、'.join(endings)} 结尾。")
    file = template.file(name)
    if not file.is_file():
        raise BadValue(f"模板中写的文件 {name!r} 不在 {template.folder}，请放进去，或删去这一行。")
    if file.stat().st_size > LARGEST:
        raise BadValue(f"模板中的文件 {name!r} 超过 {LARGEST // 1_000_000} MB，请换小一点的。")


def _refused(file: Path, where: str, why: str) -> BadValue:
    return BadValue(f"模板文件 {file} 中的 {where}：{why}。请改正后重做，或移走这个文件，用默认模板。")
