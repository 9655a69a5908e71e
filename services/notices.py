"""Small pages of plain HTML for what happens outside the app: an expired link, a database that is away."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from starlette.responses import HTMLResponse


class Trouble(Enum):
    """What went wrong: status code, then title and advice in Chinese and English."""

    EXPIRED = (
        410,
        "下载链接已过期",
        "请回到地图页面，重新点击“导出”，会得到新的链接。",
        "This download link has expired",
        "Go back to the map page and press “Export” again for a new link.",
    )
    SIGN_IN = (
        401,
        "请先登录",
        "本系统只对登录的人员开放。请登录后，再次打开这个下载链接。",
        "Please sign in",
        "This system is open to signed-in people only. Sign in, then open this link again.",
    )
    BROKEN = (
        403,
        "下载链接无效",
        "链接不完整、被改动过，或来自另一台服务器。请回到地图页面，重新点击“导出”。",
        "This download link is not valid",
        "It is incomplete, was altered, or comes from another server. Press “Export” on the map page again.",
    )
    BUSY = (
        503,
        "下载较多，请稍候",
        "正在进行的下载已达上限。请一分钟后刷新本页。",
        "Too many downloads at the moment",
        "Please reload this page in a minute.",
    )
    AWAY = (
        503,
        "数据库暂时连接不上",
        "数据没有丢失。请稍后刷新本页；如仍不行，请管理员运行 python -m data status。",
        "The database does not answer",
        "Nothing is lost. Reload this page in a moment; if that does not help, ask the administrator to run"
        " python -m data status.",
    )


_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title><style>
body{{font:16px/1.7 sans-serif;max-width:36em;margin:12vh auto;padding:0 1em;color:#222}}
h1{{font-size:1.3em}}hr{{border:0;border-top:1px solid #ccc;margin:2em 0}}</style></head>
<body><h1>{0}</h1><p>{1}</p><p><a href="/">返回首页 · Home</a></p><hr>
<div lang="en"><h1>{2}</h1><p>{3}</p></div></body></html>
"""


def page(trouble: Trouble, headers: Mapping[str, str]) -> HTMLResponse:
    """Return the page for a trouble, with its status code; a temporary one says when to come back."""
    status, *words = trouble.value
    extra = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    if status == 503:
        extra["Retry-After"] = "60"
    return HTMLResponse(_PAGE.format(*words), status_code=status, headers={**headers, **extra})
