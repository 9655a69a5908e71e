"""A visitor without a browser: Streamlit's websocket and protobuf, spoken as its front end speaks them.

``Visit`` opens a page, keeps the seat that nginx gives, sends what a widget sends, and takes in what the app
answers until the script has ended. It keeps of the answer only what the next question needs: the ids of
widgets, and the hashes of the messages that a browser would hold.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ENDS: Final = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
LONGEST_S: Final = 60.0
"""How long an answer may take before the visit counts as failed."""


class VisitError(Exception):
    """The app did not answer, or answered with an error."""


@dataclass(slots=True)
class Answer:
    """What one change brought: seconds to the end of the script, bytes on the socket, words of errors."""

    seconds: float
    received: int
    troubles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass
class Visit:
    """One open page; made by ``visit``."""

    url: str
    socket: ClientConnection
    cookies: dict[str, str]
    query: str
    page: str = ""
    widgets: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(kind, label) → id and fragment."""
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Widget id → its captions."""
    held: dict[str, None] = field(default_factory=dict)
    script: str = ""

    async def open(self) -> Answer:
        """Run the page for the first time."""
        return await self._ask(BackMsg(), "")

    def captions(self, label: str) -> tuple[str, ...]:
        """Return the options that a multiselect offers now."""
        key, _ = self.widgets.get(("multiselect", label), ("", ""))
        return self.options.get(key, ())

    async def choose(self, label: str, captions: Iterable[str]) -> Answer:
        """Set a multiselect to options, by their captions."""
        key, fragment = self.widgets["multiselect", label]
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=key)
        state.string_array_value.data.extend(captions)
        return await self._ask(message, fragment)

    async def _ask(self, message: BackMsg, fragment: str) -> Answer:
        run = message.rerun_script
        run.query_string, run.page_script_hash, run.fragment_id = self.query, self.script, fragment
        run.page_name = self.page
        run.cached_message_hashes.extend(self.held)
        run.context_info.url, run.context_info.timezone = f"{self.url}/{self.page}", "Asia/Shanghai"
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        answer = Answer(0.0, 0)
        async with asyncio.timeout(LONGEST_S):
            while not self._take(ForwardMsg.FromString(await self._next(answer)), answer):
                pass
        answer.seconds = time.perf_counter() - started
        return answer

    async def _next(self, answer: Answer) -> bytes:
        frame = await self.socket.recv()
        if isinstance(frame, str):
            raise VisitError(f"a text frame: {frame[:80]!r}")
        answer.received += len(frame)
        return frame

    def _take(self, message: ForwardMsg, answer: Answer) -> bool:
        """Note what the next question needs; return whether the script has ended."""
        kind = message.WhichOneof("type")
        if message.metadata.cacheable and message.hash:
            self.held[message.hash] = None
        if kind == "new_session":
            self.script = message.new_session.page_script_hash
        elif kind == "delta":
            self._take_element(message, answer)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished" and message.script_finished in ENDS:
            return True
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise VisitError("the script does not compile")
        return False

    def _take_element(self, message: ForwardMsg, answer: Answer) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        found = getattr(element, kind or "", None)
        if kind in ("exception", "alert"):
            answer.troubles.append(str(found)[:400])
        elif kind in ("html", "markdown"):
            answer.texts.append(found.body)
        elif kind == "link_button":
            answer.texts.append(found.url)
        if kind == "multiselect":
            self.widgets[kind, found.label] = (found.id, message.delta.fragment_id)
            self.options[found.id] = tuple(found.options)


@asynccontextmanager
async def visit(
    url: str, query: str = "", cookies: dict[str, str] | None = None, page: str = ""
) -> AsyncIterator[Visit]:
    """Fetch a page's document, as a browser does first, and open its socket with the cookies that came."""
    given = dict(cookies or {})
    async with httpx.AsyncClient(timeout=LONGEST_S) as client:
        answer = await client.get(f"{url}/{page}", headers={"Cookie": _header(given)} if given else None)
        answer.raise_for_status()
        held = given | dict(answer.cookies)
    async with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": _header(held)},
        origin=Origin(url),
        max_size=None,
        compression=None,
        proxy=None,
    ) as socket:
        yield Visit(url, socket, held, query, page)


def _header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
