"""The interface as pages: plain HTML of our own templates, no scripts, nothing from other hosts."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates
from tipg.resources.enums import MediaType

from data.exports.request import PRACTICE

FOLDER: Final = Path(__file__).parent / "templates"
_GENERAL: Final = "general.html"
"""What shows every page that has no template of its own."""

STYLE: Final = (FOLDER / "style.css").read_text(encoding="utf-8")
_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


WORDS: Final[Mapping[str, str]] = {
    "Landing Page": "首页",
    "the API definition (JSON)": "接口定义（JSON）",
    "the API documentation": "接口说明",
    "Conformance": "符合的标准",
    "List of Collections": "数据集",
    "Collections": "数据集",
    "TileMatrixSets": "瓦片网格",
    "Collection": "数据集说明",
    "collection": "数据集说明",
    "Items": "逐条记录",
    "items": "逐条记录",
    "Items (GeoJSONSeq)": "逐条记录（GeoJSONSeq）",
    "queryables": "可筛选字段",
    "Queryables": "可筛选字段",
    "Collection TileSets": "矢量瓦片",
    "data": "矢量瓦片",
    "self": "数据集说明",
    "Projects": "项目",
    "Counties": "县（市、区）",
    "Townships": "乡镇（街道）",
    "conformance": "符合的标准",
}
"""The standard's English names of links → what a reader of Chinese is told before them."""


def said(name: str) -> str:
    """Return a link's name in both languages, or as it is when it is nothing we know.

    >>> said("Items"), said("YS-0001")
    ('逐条记录 · Items', 'YS-0001')
    """
    return f"{WORDS[name]} · {name}" if name in WORDS else name


def templates() -> Jinja2Templates:
    """Return the templates; every value is escaped, a page without a template is shown by the general one."""
    files = jinja2.FileSystemLoader(FOLDER)
    general = jinja2.FunctionLoader(lambda _name: files.get_source(environment, _GENERAL)[0])
    environment: jinja2.Environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([files, general]), autoescape=True
    )
    environment.globals.update(style=STYLE, practice_words=PRACTICE, said=said)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return Jinja2Templates(env=environment)


TEMPLATES: Final = templates()


def wanted(request: Request) -> bool:
    """Return whether a browser asks."""
    asked = request.query_params.get("f")
    return asked == "html" if asked else "text/html" in request.headers.get("accept", "")


def form(request: Request) -> MediaType | None:
    """Return the form of an answer: a page for a browser, else what the path gives by itself.

    Records are GeoJSON also for whoever asks for JSON: that is what readers of the standard expect.
    """
    if request.query_params.get("f") == "geojsonseq":
        return MediaType.geojsonseq
    return MediaType.html if wanted(request) else None


def refusal(request: Request, status: int, sentence: str, headers: Mapping[str, str]) -> Response:
    """Return a page that says what is the matter."""
    context = {"sentence": sentence, "status": status, "root": str(request.base_url)}
    return _page(request, "refusal.html", context, status, headers)


def described(request: Request, document: Mapping[str, Any]) -> Response:
    """Return the page of the OpenAPI document: every path with its parameters."""
    return _page(request, "described.html", {"api": document, "root": str(request.base_url)}, 200, {})


def _page(
    request: Request, name: str, context: dict[str, Any], status: int, headers: Mapping[str, str]
) -> Response:
    return TEMPLATES.TemplateResponse(request, name, context, status_code=status, headers=dict(headers))
