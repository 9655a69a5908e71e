"""HTML templates to pages of PDF: jinja2 with everything escaped, WeasyPrint with nothing from outside.

Only files of the office's template folder, our own templates and the fonts are ever read; any other address
in a template, in HTML or in a style sheet is refused. What cannot be shown by the font is printed as 〓.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from weasyprint import CSS, HTML, Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from layers.fonts import chinese_font, printable
from projects.errors import BadValue
from services.pack.template import DEFAULTS, LARGEST, Template

STYLE: Final = "style.css"
FAMILY: Final = "Atlas"
OWN_FAMILY: Final = "Atlas Office"
SHARPNESS: Final = 300
"""Dots per inch of pictures in a PDF; finer ones are made coarser."""


class OutsideError(FatalURLFetchingError):  # type: ignore[misc]  # weasyprint is untyped
    """A template asked for something outside its folder."""


class _Fetcher(URLFetcher):  # type: ignore[misc]  # weasyprint is untyped
    """Reads files of the folders and the fonts it was given, and pictures written into the page itself."""

    def __init__(self, folders: Iterable[Path], files: Iterable[Path]) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._folders = tuple(folder.resolve() for folder in folders)
        self._files = frozenset(file.resolve() for file in files)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return a file; raises ``OutsideError`` for any other address."""
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        file = Path(unquote(parts.path)).resolve()
        inside = file in self._files or any(file.is_relative_to(folder) for folder in self._folders)
        if parts.scheme != "file" or parts.netloc or not inside or not file.is_file():
            raise OutsideError(f"refused: {url[:200]}")
        if file.stat().st_size > LARGEST:
            raise OutsideError(f"too large: {url[:200]}")
        return URLFetcherResponse(url, file.read_bytes())


class Press:
    """Prints the templates of one installation in one language; made once per file."""

    def __init__(self, template: Template, language: str) -> None:
        self._template, self._language = template, language
        self._fonts = FontConfiguration()
        files = [chinese_font(), *filter(None, [template.pdf_font])]
        folders = [DEFAULTS, *filter(None, [template.folder])]
        self._fetcher = _Fetcher(folders, files)
        self._style = self._read_style()
        self._compiled: dict[str, Any] = {}

    def pages(
        self, name: str, /, *, pictures: Mapping[str, bytes] = MappingProxyType({}), **values: Any
    ) -> list[Page]:
        """Return the pages of a template; raises ``BadValue`` where the office's own file does not work.

        ``pictures`` are PNGs or SVGs by the name that the template calls them, empty for none.
        """
        text = self._filled(name, _shown(values) | {key: _address(png) for key, png in pictures.items()})
        try:
            laid_out = HTML(
                string=text, base_url=self._template.file(name).as_uri(), url_fetcher=self._fetcher
            ).render(stylesheets=[self._style], font_config=self._fonts)
        except FatalURLFetchingError as error:
            raise _broken(self._template.file(name), error) from error
        return list(laid_out.pages)

    def pdf(self, pages: list[Page], heading: str, credit: str) -> bytes:
        """Return pages as one tagged PDF (headings, tables, lists) with the fonts' used letters embedded."""
        whole: Document = HTML(string="<p></p>").render(font_config=self._fonts).copy(pages)
        whole.metadata.title, whole.metadata.authors = printable(heading), [printable(credit)]
        whole.metadata.lang = "en" if self._language == "en" else "zh"
        made: bytes = whole.write_pdf(dpi=SHARPNESS, pdf_tags=True)
        return made

    def _filled(self, name: str, values: dict[str, Any]) -> str:
        file = self._template.file(name)
        shared = {
            "language": self._language,
            "logo": self._template.logo.as_uri() if self._template.logo else "",
            "logo_height": self._template.value("logo", "height_mm"),
        }
        try:
            if name not in self._compiled:
                self._compiled[name] = _SANDBOX.from_string(file.read_text(encoding="utf-8-sig"))
            filled: str = self._compiled[name].render(shared | values)
        except (TemplateError, UnicodeDecodeError, TypeError) as error:
            raise _broken(file, error) from error
        return filled

    def _read_style(self) -> CSS:
        """Return the style sheet with the colours and fonts of ``pack.toml`` put in."""
        colours = "".join(f"--{name}: {self._template.colour(name)};" for name in _COLOURS)
        faces = _face(FAMILY, chinese_font())
        own = self._template.pdf_font
        if own is not None:
            faces += _face(OWN_FAMILY, own)
        families = f'"{OWN_FAMILY}", "{FAMILY}"' if own else f'"{FAMILY}"'
        file = self._template.file(STYLE)
        text = f"{faces} html {{ {colours} font-family: {families}; }} {file.read_text(encoding='utf-8-sig')}"
        try:
            return CSS(
                string=text, base_url=file.as_uri(), url_fetcher=self._fetcher, font_config=self._fonts
            )
        except FatalURLFetchingError as error:
            raise _broken(file, error) from error


_COLOURS: Final = ("accent", "ink", "muted", "line", "warning")


def _face(family: str, file: Path) -> str:
    return f'@font-face {{ font-family: "{family}"; src: url("{file.resolve().as_uri()}"); }} '


def _shown(value: Any) -> Any:
    """Return a tree of values with every text made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _shown(held) for key, held in value.items()}
    return [_shown(held) for held in value] if isinstance(value, list | tuple) else value


def _address(picture: bytes) -> str:
    kind = "svg+xml" if picture.startswith(b"<svg") else "png"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}" if picture else ""


_SANDBOX: Final = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
"""Nothing of Python is within a template's reach; a misspelt name is an error, never a blank."""


def _broken(file: Path, error: Exception) -> BadValue:
    return BadValue(
        f"模板 {file} 用不了：{error}。请改正，或把它移出模板文件夹，用默认模板。"
        f" The template does not work: {type(error).__name__}."
    )
