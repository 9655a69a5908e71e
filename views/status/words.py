"""What the status page calls things: events at the door, states of jobs, sizes and ages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from projects.watch import REFUSED, Event, SignIn, Way
from views import marks
from views.i18n import Translate

STEP: Final = 1024.0


def events(_: Translate) -> Mapping[Event, str]:
    """Return what each event at the door is called."""
    return {
        Event.IN: _("登录"),
        Event.UNKNOWN: _("没有这个登录名"),
        Event.WRONG: _("密码不对"),
        Event.LOCKED: _("账户锁定中"),
        Event.LOCKED_OUT: _("密码不对，账户被锁定"),
        Event.CLOSED: _("账户已停用"),
        Event.OUT: _("退出"),
        Event.ENDED: _("登录被结束"),
        Event.CHANGED: _("修改密码"),
        Event.WRONG_CURRENT: _("修改密码时原密码不对"),
        Event.RESET: _("密码被重置"),
        Event.USED: _("使用令牌"),
    }


def ways(_: Translate) -> Mapping[Way, str]:
    """Return how somebody came."""
    return {
        Way.PASSWORD: _("密码"),
        Way.PROVIDER: _("统一身份认证"),
        Way.OFFICE: _("单机办公室"),
        Way.TOKEN: _("接口令牌"),
    }


def states(_: Translate) -> Mapping[str, str]:
    """Return what the states of jobs are called."""
    return {
        "waiting": _("排队"),
        "running": _("进行中"),
        "done": _("完成"),
        "failed": _("失败"),
        "cancelled": _("已取消"),
    }


def who(line: SignIn, _: Translate) -> str:
    """Return whose line it is; of an unknown name only the beginning of a hash is there."""
    if line.account is None:
        return _("未知（记号 {hash}）").format(hash=line.name) if line.name else _("未知")
    return line.name or str(line.account)


def shade(event: Event) -> str:
    """Return the ground of an event's tag."""
    if event is Event.LOCKED_OUT:
        return "error"
    return "warning" if event in REFUSED or event is Event.WRONG_CURRENT else "updated"


def size(number: float) -> str:
    """Return bytes as people read them.

    >>> size(512), size(1536), size(5 * 1024**3)
    ('512 B', '1.5 kB', '5.0 GB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if number < STEP:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= STEP
    return f"{number:.1f} TB"


def age(moment: datetime | None, _: Translate, now: datetime | None = None) -> str:
    """Return how long ago a moment was, in hours below two days, in days above."""
    if moment is None:
        return _("从未")
    hours = ((now or datetime.now(UTC)) - moment).total_seconds() / 3600
    if hours < 1:
        return _("不到 1 小时前")
    return _("{n} 小时前").format(n=int(hours)) if hours < 48 else _("{n} 天前").format(n=int(hours // 24))


def wait(seconds: float, _: Translate) -> str:
    """Return how long something waits."""
    return _("{n} 分钟").format(n=int(seconds // 60)) if seconds >= 60 else _("{n} 秒").format(n=int(seconds))


def time(line: SignIn) -> str:
    """Return when, in the office's time."""
    return marks.when(line.at)
