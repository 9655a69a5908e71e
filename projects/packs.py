"""Packs as the pages see them: what may be ordered, what was made, and who was given a link to it.

A pack is ordered as a job of the kind ``pack`` (``Order.arguments``) and kept for some days. A published
edition of a plan or catalogue is frozen once (``edition_arguments``): its pack never changes and has a
permanent address. ``data.wiring.packs(token)`` is the adapter.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from projects.errors import BadValue
from projects.filters import ProjectFilter, from_params

KIND: Final = "pack"
"""The kind of job that makes packs; its result is ``{"pack": id, "records": n, "files": n}``."""
PAPERS: Final = ("A4", "A3")
MAX_TITLE: Final = 120

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One pack as somebody wants it."""

    chosen: ProjectFilter = field(default_factory=ProjectFilter)
    """A basket is ``ProjectFilter(ids=…)``."""
    parts: tuple[str, ...] = ()
    """Keys of ``services.pack.parts.PARTS``; none: all of them."""
    language: Language = "zh"
    paper: str = "A4"
    title: str = ""
    public: bool = False
    """Only what everybody may see, whoever asks: no drafts, no contacts. For files that are passed on."""

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the job: ``jobs.submit(KIND, title, order.arguments())``."""
        return {
            "filter": self.chosen.to_params(),
            "parts": list(self.parts),
            "language": self.language,
            "paper": self.paper,
            "title": self.title,
            "public": self.public,
        }


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack, as its manifest says."""

    name: str
    part: str
    """Key of the part that it is; ``manifest`` and ``zip`` for the two files about all of them."""
    media_type: str
    size_bytes: int
    sha256: str
    records: int | None
    """Records that it accounts for; None for the manifest and the archive."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack that was made, whole."""

    id: int
    title: str
    records: int
    language: str
    files: tuple[PackFile, ...]
    """In the order of the parts, then the manifest and the archive of everything."""
    created_at: datetime
    expires_at: datetime | None
    """When it is cleared away; None: never."""
    job_id: int | None = None
    edition_id: int | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Link parameters of the filter."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Whether it holds only what everybody may see (``public``); of an edition its facts."""

    @property
    def frozen(self) -> bool:
        """Whether it is a published edition, which never changes."""
        return self.edition_id is not None

    @property
    def size_bytes(self) -> int:
        """Size of all files without the archive of them."""
        return sum(file.size_bytes for file in self.files if file.part != "zip")

    @property
    def archive(self) -> PackFile | None:
        """The archive of everything."""
        return next((file for file in self.files if file.part == "zip"), None)


@dataclass(frozen=True, slots=True)
class PackShare:
    """A link to a pack that somebody without an account may open."""

    id: int
    pack_id: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    """How often the page behind the link was opened."""
    downloads: int
    """How often one of the files was fetched through it."""
    last_opened_at: datetime | None

    def open_at(self, moment: datetime) -> bool:
        """Return whether the link still opens."""
        return self.revoked_at is None and moment < self.expires_at


@dataclass(frozen=True, slots=True)
class NewShare:
    """A link just made: its token is told this once and kept nowhere."""

    share: PackShare
    token: str = field(repr=False)


class Packs(Protocol):
    """The packs of one session: its own, for an administrator all, for everybody the frozen editions."""

    def mine(self, limit: int = 20) -> tuple[Pack, ...]:
        """Return the newest packs of this account, newest first, frozen editions left out."""
        ...

    def pack(self, key: int) -> Pack:
        """Return a pack; raises ``UnknownRecord`` for one that is gone or that this session may not see."""
        ...

    def remove(self, key: int) -> None:
        """Clear a pack of one's own away at once; its links end.

        Raises ``UnknownRecord``, for a frozen one too.
        """
        ...

    def shares(self, key: int) -> tuple[PackShare, ...]:
        """Return the links to a pack of one's own, newest first."""
        ...

    def share(self, key: int, hours: int) -> NewShare:
        """Make a link to a pack of one's own that ends after so many hours (at most ``MAX_SHARE_HOURS``).

        Raises ``UnknownRecord`` for a pack that is not this session's, ``BadValue`` for other hours.
        """
        ...

    def revoke(self, key: int) -> None:
        """End a link at once; raises ``UnknownRecord``."""
        ...

    def editions(self, editions: Sequence[int]) -> Mapping[int, Pack]:
        """Return the frozen packs of these editions by number of the edition; what is not frozen lacks."""
        ...


MAX_SHARE_HOURS: Final = 720


def order_of(arguments: Mapping[str, Any]) -> Order:
    """Return the order of a job's arguments, which whoever is signed in can write as they like.

    Raises ``BadValue`` for anything that could not be done as it stands: a pack never answers another
    question.

    >>> order_of(Order(parts=("geojson",), paper="A3").arguments()) == Order(parts=("geojson",), paper="A3")
    True
    """
    given = _texts(arguments.get("filter"))
    chosen, issues = from_params(given)
    if not issues and chosen.to_params() != given:
        raise BadValue("条件里有本程序不认识的内容，做出来会是别的项目，没有制作材料：请在页面上重新提交。")
    if issues:
        named = "；".join(f"{one.name}={one.value[:40]}" for one in issues[:5])
        raise BadValue(f"条件里有不能用的值（{named}），没有制作材料：请在页面上改正，再重新提交。")
    parts = arguments.get("parts") or ()
    language = arguments.get("language", "zh")
    paper = arguments.get("paper", "A4")
    if language not in ("zh", "en") or paper not in PAPERS or not isinstance(parts, list | tuple):
        raise BadValue(f"材料的语言 {language!r}、纸张 {paper!r} 或文件清单不能用：请在页面上重新提交。")
    title = " ".join(_UNPRINTED.sub("", str(arguments.get("title") or "")).split())[:MAX_TITLE]
    return Order(
        chosen=chosen,
        parts=tuple(str(part) for part in parts),
        language=language,
        paper=paper,
        title=title,
        public=arguments.get("public") is True,
    )


def edition_arguments(edition: int) -> dict[str, Any]:
    """Return the arguments of the job that freezes a published edition as a pack."""
    return {"edition": edition}


def _texts(given: object) -> dict[str, str]:
    """Return the parameters of a filter, none at all: every record; raises ``BadValue`` for anything else."""
    if given is not None and not isinstance(given, Mapping):
        raise BadValue("条件的写法不对，没有制作材料：请在页面上重新提交。")
    return {str(k): str(v) for k, v in (given or {}).items()}


_UNPRINTED: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What no file of a pack can hold (XML refuses it), and marks that turn the text around them."""
