"""The work on one record while its form is open: what it started from, what is typed, what is kept.

It lives in the session of the page; a draft on the server follows each change, so that a closed window, a
reload or a lost connection costs nothing. Widgets take their values from here and give them back on each run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from projects.errors import AtlasError, NotAllowed, SignInNeeded, UnknownRecord
from projects.fields import Document, JsonValue
from projects.filing.changes import Filed, Kind
from projects.filing.desk import Draft, Held
from projects.filing.form import Clash, Reading, clashes, fill, read, rebase
from projects.identity import OwnerUnit, UnitKind
from views.editing import rescue
from views.shell import Shell

NEW: Final = "new"
PROPOSED: Final = "new-"
"""Subjects that begin so are drafts of new records that another page has prepared."""
SLOT: Final = "edit-work"
OWN_KEYS: Final = ("base", "reason", "unit", "filing")
"""What a draft holds besides the form."""


@dataclass
class Work:
    """One open form. ``refused`` says why it cannot be edited, "" when it can."""

    subject: str
    account_id: int | None
    held: Held | None
    base: Document
    base_version: int | None
    units: Mapping[str, OwnerUnit]
    unit_id: str
    refused: str = ""
    form: dict[str, JsonValue] = field(default_factory=dict)
    reason: str = ""
    serial: int = 0
    offer: Draft | None = None
    saved: Mapping[str, JsonValue] = field(default_factory=dict)
    saved_at: datetime | None = None
    expired: bool = False
    theirs: Held | None = None
    filed: Filed | None = None
    filed_kind: Kind = Kind.FORM
    filing: Kind = Kind.FORM
    """What it will be filed as; a prepared draft says so."""
    tables: dict[str, Any] = field(default_factory=dict)
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether this record does not exist yet."""
        return self.held is None

    @property
    def unit(self) -> OwnerUnit | None:
        """The owner unit that files."""
        return self.units.get(self.unit_id)

    def key(self, name: str) -> str:
        """Return the session key of a widget; another serial makes all widgets anew."""
        return f"ed{self.serial}:{self.subject}:{name}"

    def form_at_start(self, name: str) -> JsonValue:
        """Return what a field held before anything was typed."""
        if self.cache.get("start", (None,))[0] is not self.base:
            self.cache["start"] = (self.base, fill(self.base))
        found: JsonValue = self.cache["start"][1].get(name)
        return found

    def reading(self) -> Reading:
        """Return what the form asks for."""
        return read(self.form, self.base)

    def renew(self, form: Mapping[str, JsonValue]) -> None:
        """Take a form over from outside; all widgets are drawn anew with it."""
        self.form = dict(form)
        self.serial += 1
        self.tables.clear()

    def clashes(self) -> tuple[Clash, ...]:
        """Return what both sides changed, while a conflict is open."""
        return clashes(self.base, self.reading().document, self.theirs.document) if self.theirs else ()


def opened(shell: Shell, subject: str, prefill: Mapping[str, str]) -> Work:
    """Return the work on a subject, opened when it is another than the last run's (or another person's)."""
    work = st.session_state.get(SLOT)
    account = shell.identity.account_id
    if isinstance(work, Work) and work.subject == subject:
        ended = account is None and work.account_id is not None
        if work.account_id == account or ended:
            return work
    if subject.startswith(PROPOSED):
        work = open_proposed(shell, subject)
    else:
        work = open_new(shell, prefill) if subject == NEW else open_held(shell, subject)
        if not work.refused:
            work.offer = offered(shell, work)
    st.session_state[SLOT] = work
    return work


def is_open(subject: str) -> bool:
    """Whether a form for this subject stands open in this page, whoever is signed in by now."""
    work = st.session_state.get(SLOT)
    return isinstance(work, Work) and work.subject == subject


def close() -> None:
    """Forget the open form; the next run opens it from the library."""
    st.session_state.pop(SLOT, None)


def open_held(shell: Shell, subject: str) -> Work:
    """Open a record of the library; raises ``UnknownRecord`` or ``SignInNeeded``."""
    held = shell.desk.held(subject)
    units = {unit.id: unit for unit in shell.desk.units()} if shell.identity.edits else {}
    work = Work(
        subject,
        shell.identity.account_id,
        held,
        held.document,
        held.version,
        units,
        held.owner_unit_id,
        refusal(shell, held, units),
    )
    work.form = fill(held.document)
    return work


def open_new(shell: Shell, prefill: Mapping[str, str]) -> Work:
    """Open an empty form for a unit: the one asked for, else one's own, else the only one."""
    _ = shell.translate
    units = {unit.id: unit for unit in shell.desk.units()} if shell.identity.edits else {}
    own = shell.identity.unit.id if shell.identity.unit else ""
    wanted = prefill.get("unit") or own
    unit_id = wanted if wanted in units else next(iter(units), "") if len(units) == 1 else ""
    refused = "" if units else _("您的账号没有填报权限，不能新增记录。需要时请联系管理员。")
    work = Work(NEW, shell.identity.account_id, None, {}, None, units, unit_id, refused)
    start = start_of(units.get(unit_id)) | {k: v for k, v in prefill.items() if k in ("category", "kind")}
    work.form = fill({}) | start
    return work


def open_proposed(shell: Shell, subject: str) -> Work:
    """Open a new record from a draft that another page has prepared; raises ``UnknownRecord`` without one."""
    work = open_new(shell, {})
    work.subject = subject
    work.offer = offered(shell, work)
    if work.offer is None:
        raise UnknownRecord(shell.translate("这份草稿已提交或已丢弃"))
    if not work.refused:
        resume(work)
    return work


def start_of(unit: OwnerUnit | None) -> dict[str, JsonValue]:
    """Return what a new record of a unit begins with: its place and its owner, nothing else."""
    start: dict[str, JsonValue] = {"kind": "site", "published": True}
    if unit is None:
        return start
    start["owner_unit_id"] = unit.id
    if unit.kind is UnitKind.COUNTY:
        start["county_code"] = unit.id
    if unit.kind is UnitKind.ZONE:
        start["zone_id"] = unit.id
    return start


def refusal(shell: Shell, held: Held, units: Mapping[str, OwnerUnit]) -> str:
    """Return why a record cannot be edited here, "" when it can; the database decides in the end."""
    _ = shell.translate
    if held.merged_into_id:
        return _("这条记录已并入 {id}，请改那一条。").format(id=held.merged_into_id)
    if held.deleted:
        return _("这条记录已删除。要恢复，请到修改记录中恢复。")
    if not shell.identity.edits:
        return _("您的账号只能查看，不能修改。需要填报权限时请联系管理员。")
    if held.owner_unit_id not in units:
        return _("这条记录归属其他单位，您的单位不能修改。发现错误请告诉归属单位或上级审核单位。")
    return ""


# ---- drafts ----


def offered(shell: Shell, work: Work) -> Draft | None:
    """Return what this account typed earlier and has not filed; what was rescued is put with the drafts."""
    rescued = rescue.take(work.account_id or 0, work.subject)
    if rescued is not None:
        shell.desk.save_draft(work.subject, rescued.base_version, rescued.content)
    draft = shell.desk.draft(work.subject)
    if draft is None:
        return None
    return draft if any(work.form.get(k) != v for k, v in form_of(draft).items()) else None


def form_of(draft: Draft) -> dict[str, JsonValue]:
    """Return the form in a draft, without what stands beside it."""
    return {name: value for name, value in draft.content.items() if name not in OWN_KEYS}


def resume(work: Work) -> None:
    """Go on with the draft; where the record changed meanwhile, both sides are shown."""
    draft, work.offer = work.offer, None
    if draft is None:
        return
    work.renew(fill({}) | form_of(draft) if work.is_new else {**work.form, **form_of(draft)})
    for path in [p for p in work.form if p.startswith("place/") and p not in draft.content]:
        del work.form[path]
    work.reason = str(draft.content.get("reason") or "")
    work.filing = Kind.SITING if draft.content.get("filing") == Kind.SITING else Kind.FORM
    if work.is_new and draft.content.get("unit") in work.units:
        work.unit_id = str(draft.content["unit"])
    base = draft.content.get("base")
    if work.held is not None and isinstance(base, dict) and draft.base_version != work.held.version:
        work.base, work.base_version, work.theirs = base, draft.base_version, work.held
        settle(work, None)
    work.saved, work.saved_at = content_of(work), draft.updated_at


def settle(work: Work, keep_mine: frozenset[str] | None) -> None:
    """Put my changes over theirs; with ``None`` only when nothing clashes."""
    if work.theirs is None or (keep_mine is None and work.clashes()):
        return
    reading, theirs, typed = work.reading(), work.theirs, work.form
    merged = fill(rebase(work.base, reading.document, theirs.document, keep_mine or ()))
    for found in reading.problems:  # a value that is still wrong stays as it was typed
        name = found.list or found.field.name
        merged[name] = typed[name]
    work.held, work.base, work.base_version, work.theirs = theirs, theirs.document, theirs.version, None
    work.renew(merged)


def content_of(work: Work) -> dict[str, JsonValue]:
    """Return what a draft keeps: the form, the reason, and what it all started from."""
    extra: dict[str, JsonValue] = {"base": dict(work.base), "reason": work.reason}
    if work.filing is not Kind.FORM:
        extra["filing"] = str(work.filing)
    return {**work.form, **extra} | ({"unit": work.unit_id} if work.is_new else {})


def keep(shell: Shell, work: Work) -> None:
    """Keep a draft when something changed since the last one; an ended session goes to the rescue."""
    content = content_of(work)
    if not work.saved:
        work.saved = content  # as it was opened: nothing to keep yet
    if content == work.saved and not work.expired:
        return
    try:
        shell.desk.save_draft(work.subject, work.base_version, content)
    except (SignInNeeded, NotAllowed):
        work.expired = True
        rescue.keep(work.account_id or 0, work.subject, work.base_version, content)
    else:
        work.expired, work.saved, work.saved_at = False, content, datetime.now(UTC)


def note(shell: Shell, work: Work, name: str, key: str) -> None:
    """Take a field over as soon as it was changed (a widget's callback).

    It runs before anything of the page: should the session have ended, and the page be closed to this person,
    what was just typed is safe already.
    """
    if key in st.session_state:
        value = st.session_state[key]
        work.form[name] = value if isinstance(value, bool | list) else str(value or "")
        keep(shell, work)


def discard(shell: Shell, work: Work) -> None:
    """Forget the draft and begin with the library's values again."""
    shell.desk.drop_draft(work.subject)
    rescue.take(work.account_id or 0, work.subject)
    close()


def done(shell: Shell, work: Work, filed: Filed) -> None:
    """Note what became of the request; its draft is no longer needed."""
    work.filed = filed
    try:
        shell.desk.drop_draft(work.subject)
    except AtlasError:
        return  # filed is filed; a draft left behind is offered and discarded next time
