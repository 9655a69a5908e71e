"""What a page says when saving fails: what happened, whether anything was kept, what to do next."""

from __future__ import annotations

import errno

import pytest

from projects.errors import (
    AtlasError,
    BadValue,
    Busy,
    DiskFull,
    OutcomeUnknown,
    SetupIncomplete,
    StorageUnavailable,
    TooSlow,
)
from views import shell


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StorageUnavailable("the database does not answer"), "数据库暂时没有响应"),
        (StorageUnavailable("… run `python -m data init`"), "还没有初始化"),
        (SetupIncomplete("x"), "还没有初始化"),
        (OutcomeUnknown("x"), "不知道是否已经存上"),
        (DiskFull("x"), "磁盘已满，没有保存任何内容"),
        (Busy("x"), "别人正在修改"),
        (TooSlow("x"), "缩小筛选范围"),
        (OSError(errno.ENOSPC, "No space left on device", "/srv/secret"), "磁盘已满，文件没有保存"),
        (OSError(errno.EIO, "Input/output error", "/srv/secret"), "Input/output error"),
        (BadValue("“三百”不是数字"), "“三百”不是数字"),
    ],
)
def test_each_failure_has_its_own_sentence(error: AtlasError | OSError, words: str) -> None:
    said = (
        shell.why_not(error, str)
        if not isinstance(error, SetupIncomplete)
        else shell.storage_words(error, str)
    )
    assert words in said and "/srv" not in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/secret"), "磁盘已满"),
        (DiskFull("x"), "磁盘已满"),
        (OutcomeUnknown("x"), "不知道是否已经存上"),
    ],
)
def test_a_page_shows_it_and_goes_on(error: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(shell, "notice", lambda text, kind="warning": said.append(text))

    def broken() -> None:
        raise error

    shell.guarded(broken, str)
    assert len(said) == 1 and words in said[0] and "/srv" not in said[0]
