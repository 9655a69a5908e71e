"""The open interface as one application to mount, and the lifespan that closes its connections.

    interface = OpenInterface(address, settings, visitor)
    st.App(…, routes=[…, *interface.routes], lifespan=interface.lifespan)

A mounted application's own lifespan never runs under ``st.App``: the pool belongs to the server's.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from morecantile import tms as every_tms
from morecantile.defaults import TileMatrixSets
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tipg.collections import Catalog, CollectionList
from tipg.collections import Collection as AnyCollection
from tipg.dependencies import ItemsOutputType, OutputType, QueryablesOutputType
from tipg.factory import Endpoints

from data.exports.request import PRACTICE
from data.settings import Settings
from projects.errors import UnknownRecord
from services.ogc import asking, described, pages, refusals
from services.ogc.callers import KnowsCaller
from services.ogc.catalogue import catalogue
from services.ogc.door import Door
from services.sign_in import Visitor

PATH: Final = "/ogc"
TITLE: Final = "健康产业一张图 开放接口 · Health Industry Atlas, open interface"
TILES: Final = ("WebMercatorQuad", "WorldCRS84Quad")
"""The two grids in use: the web's, and the geographic one of 天地图."""


class OpenInterface:
    """The application, its routes to mount and its lifespan."""

    def __init__(
        self, address: Callable[[], Mapping[str, str]], settings: Settings, visitor: Visitor
    ) -> None:
        self.door = Door(address, settings.anonymous_reads)
        served = KnowsCaller(_application(self.door, practice=settings.demo), visitor)
        self._app = _Mounted(served)
        below = Mount(PATH, self._app)
        # A line break in an address is still an address of ours; the dot of the usual pattern passes it by.
        below.path_regex = re.compile(below.path_regex.pattern, re.DOTALL)
        self.routes: list[BaseRoute] = [Route(PATH, self._app), below]

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[None]:
        """Run beside the server; close the connections at its end."""
        try:
            yield
        finally:
            await self.door.close()


def _application(door: Door, *, practice: bool) -> FastAPI:
    """Return the endpoints of tipg over our door, catalogue, templates and checks."""
    title = f"【{PRACTICE['zh']}】{TITLE} ({PRACTICE['en']})" if practice else TITLE
    app = FastAPI(
        title=title,
        version="1.0",
        description="OGC API – Features: projects, counties, townships. Read-only.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.pool, app.state.collection_catalog = door, catalogue(practice=practice)
    app.state.practice = practice
    endpoints = Endpoints(
        title=title,
        templates=pages.TEMPLATES,
        collection_dependency=_collection,
        collections_dependency=_collections,
        supported_tms=TileMatrixSets({name: every_tms.get(name) for name in TILES}),
        with_tiles_viewer=False,
    )
    app.include_router(endpoints.router, dependencies=[Depends(_admitted), Depends(asking.checked)])
    for choice in (ItemsOutputType, OutputType, QueryablesOutputType):
        app.dependency_overrides[choice] = pages.form
    _describe(app)
    for kind in refusals.TABLE:
        app.add_exception_handler(kind, refusals.answer)
    app.add_exception_handler(RequestValidationError, refusals.invalid)
    app.add_exception_handler(HTTPException, refusals.plain)
    return app


async def _admitted(request: Request) -> None:
    await request.app.state.pool.admit()


def _collection(request: Request, collectionId: str) -> AnyCollection:  # noqa: N803 - the name in the path
    held: Catalog = request.app.state.collection_catalog
    try:
        return held["collections"][collectionId]
    except KeyError as error:
        names = ", ".join(held["collections"])
        raise UnknownRecord(f"没有名为 {collectionId[:60]!r} 的数据集；有 {names}") from error


def _collections(request: Request) -> CollectionList:
    held: Catalog = request.app.state.collection_catalog
    found = list(held["collections"].values())
    return CollectionList(collections=found, matched=len(found), next=None, prev=None)


def _describe(app: FastAPI) -> None:
    """Add the OpenAPI document and its page, under the names by which tipg links to them."""
    document = described.tidied(app.openapi())
    app.state.parameters = described.parameters(document)

    async def openapi(request: Request) -> Response:
        root = str(request.base_url).rstrip("/")
        body = {**document, "servers": [{"url": root}]}
        if request.url.path.endswith(".html"):
            return pages.described(request, body)
        return JSONResponse(body, media_type=described.MEDIA)

    app.add_route("/api", openapi, name="openapi", include_in_schema=False)
    app.add_route("/api.html", openapi, name="swagger_ui_html", include_in_schema=False)


class _Mounted:
    """What stands before the application: a root of its own, a capped limit, headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        outer = scope.get("app_root_path", scope.get("root_path", ""))
        left_out = ("app_root_path", "router", "endpoint", "route", "path_params")
        inner = {name: value for name, value in scope.items() if name not in left_out}
        inner["root_path"] = outer + PATH
        if scope["path"] in (PATH, outer + PATH):
            inner["path"] = scope["path"] + "/"
        inner["query_string"] = _capped(scope["query_string"])
        await self._app(inner, receive, _dressed(send))


def _capped(query: bytes) -> bytes:
    """Return a query whose limit is no larger than a page may be: the standard cuts, it does not refuse."""
    if b"limit=" not in query:
        return query
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")
    return urlencode(
        [(name, asking.capped(text) if name == "limit" else text) for name, text in pairs]
    ).encode("ascii")


def _dressed(send: Send) -> Send:
    """Return ``send`` with headers: an answer is its caller's alone, and a page runs nothing."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.add_vary_header("Authorization, Cookie, Accept")
            if headers.get("content-type", "").startswith("text/html"):
                headers["Content-Security-Policy"] = pages.POLICY
        await send(message)

    return with_headers
