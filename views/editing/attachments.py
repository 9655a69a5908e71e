"""Files of a record, matter, directory or evaluation: downloads, adding, taking away."""

import streamlit as st

from layers.html import element, escape
from projects.attachments import MOST_PER_RECORD, AttachedFile, Attachments
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable
from services.attachments import path_of
from views import marks
from views.notices import notice
from views.plain import plain
from views.shell import Shell, why_not


def draw(shell: Shell, subject: str, *, editable: bool = False) -> None:
    """Draw the files of a record or of ``matter/12``; nothing at all for people who have not signed in."""
    if not shell.identity.signed_in:
        return
    _ = shell.translate
    files = files_of(shell, subject).listed(subject)
    if not files and not editable:
        return
    with st.container(border=editable, key=f"files-{subject.replace('/', '-')}-{int(editable)}"):
        st.html(element("h4", escape(_("附件（{n}）").format(n=len(files))), class_="atlas-subsection"))
        for held in files:
            _row(shell, held, editable)
        if editable:
            _upload(shell, subject, len(files))


def files_of(shell: Shell, subject: str) -> Attachments:
    """Return where the files of a subject are kept: office work has a stroke in its name."""
    return shell.office_files if "/" in subject else shell.attachments


def size(count: int) -> str:
    """Return a size in words.

    >>> size(900), size(2_500_000)
    ('0.9 KB', '2.4 MB')
    """
    return f"{count / 1024:.1f} KB" if count < 1024 * 1024 else f"{count / 1048576:.1f} MB"


def _row(shell: Shell, held: AttachedFile, editable: bool) -> None:
    _ = shell.translate
    about = f"{size(held.size_bytes)} · {held.uploaded_by} · {marks.when(held.uploaded_at)}"
    link = element(
        "a",
        escape(held.file_name),
        href=path_of(held),
        target="_blank",
        rel="noopener",
        class_="atlas-link",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            element("p", link, " ", element("span", escape(about), class_="atlas-muted")), width="content"
        )
        if editable:
            st.button(
                _("移除"),
                key=f"file-off-{'office-' * ('/' in held.subject)}{held.id}",
                type="tertiary",
                icon=":material/close:",
                on_click=_remove,
                args=(shell, held),
            )
    if editable and st.session_state.get("file-error", ("",))[0] == f"off-{held.id}":
        notice(st.session_state["file-error"][1], "error")


def _remove(shell: Shell, held: AttachedFile) -> None:
    """Take a file off; a refusal is told beside it."""
    st.session_state.pop("file-error", None)
    try:
        files_of(shell, held.subject).remove(held.id)
    except (NotAllowed, SignInNeeded) as error:
        st.session_state["file-error"] = (f"off-{held.id}", str(error))


def _upload(shell: Shell, subject: str, count: int) -> None:
    """Draw the field for new files and keep each that is good; the others are named with the reason."""
    _ = shell.translate
    serial = st.session_state.setdefault("file-serial", 0)
    if count >= MOST_PER_RECORD:
        st.caption(_("已有 {n} 个附件，达到上限。").format(n=count))
        return
    given = st.file_uploader(
        _("添加附件：PDF、Word、Excel、图片，每个不超过 {mb} MB").format(mb=shell.settings.max_upload_mb),
        type=["pdf", "docx", "xlsx", "png", "jpg", "jpeg"],
        accept_multiple_files=True,
        max_upload_size=shell.settings.max_upload_mb,
        key=f"upload-{subject.replace('/', '-')}-{serial}",
    )
    for name, reason in st.session_state.get("file-refused", ()):
        notice(_("“{name}”没有保存：{why}").format(name=name, why=reason))
    if not given:
        return
    refused = []
    for upload in given:
        try:
            files_of(shell, subject).add(subject, upload.name, upload.getvalue())
        except (BadValue, NotAllowed, SignInNeeded, StorageUnavailable, OSError) as error:
            refused.append((upload.name, why_not(error, _)))
    st.session_state["file-refused"] = refused
    st.session_state["file-serial"] = serial + 1
    st.toast(plain(_("已保存 {n} 个附件").format(n=len(given) - len(refused))))
    st.rerun()
