"""Mistakes in the files that define directories, for administrators: file, place, what is wrong."""

from collections.abc import Sequence

import streamlit as st

from layers.html import element, escape
from projects.directories.model import Mistake
from projects.identity import Role
from views.shell import Shell


def draw(shell: Shell, mistakes: Sequence[Mistake]) -> None:
    """Draw the mistakes for those who can mend them; to all others the directory is just not offered."""
    if mistakes and shell.identity.role is Role.ADMINISTRATOR:
        st.html(html(shell, mistakes))


def html(shell: Shell, mistakes: Sequence[Mistake]) -> str:
    """Return the mistakes as HTML, a file and a place quoted in each."""
    _ = shell.translate
    files = len({one.file for one in mistakes})
    head = _(
        "{n} 个名录定义文件有错误，改正之前这些名录不能新建版本；已有的版本照常可看，其他名录不受影响。"
    ).format(n=files)
    lines = (
        element("li", element("code", escape(one.file)), " ", escape(_said(shell, one))) for one in mistakes
    )
    hint = _("改好后刷新本页；也可以在服务器上先检查：python -m data directories check 文件名")
    return element(
        "div",
        escape(head),
        element("ul", *lines, class_="atlas-mistakes"),
        element("p", escape(hint), class_="atlas-muted"),
        class_="atlas-notice atlas-error",
        role="alert",
    )


def _said(shell: Shell, mistake: Mistake) -> str:
    what = mistake.what_en if shell.language == "en" and mistake.what_en else mistake.what_zh
    return f"{mistake.where}：{what}" if mistake.where else what
