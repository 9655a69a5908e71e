"""The HTML of sign-in, sign-out and password: forms without scripts, in both languages."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from data.passwords import LONGEST, SHORTEST
from layers.html import element, escape

_CSS: Final = (
    "body{font:16px/1.6 'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;background:#f2f5f7;"
    "color:#1c2a36;margin:0;padding:9vh 1rem 2rem}"
    "main{max-width:23rem;margin:auto;background:#fff;border:1px solid #d3dbe1;border-radius:6px;"
    "padding:1.4rem 1.5rem}"
    "h1{font-size:1.25rem;margin:0}.sub{color:#51606e;font-size:.86rem;margin:.2rem 0 1rem}"
    "label{display:block;margin:.8rem 0 .2rem;font-size:.92rem}"
    "input{width:100%;box-sizing:border-box;font:inherit;padding:.55rem .6rem;border:1px solid #8fa0ae;"
    "border-radius:4px}input:focus{outline:2px solid #1d5a8c;border-color:#1d5a8c}"
    "button,.go{display:block;width:100%;box-sizing:border-box;text-align:center;text-decoration:none;"
    "margin:1.2rem 0 0;padding:.6rem;font:inherit;font-weight:600;color:#fff;background:#1d5a8c;border:0;"
    "border-radius:4px;cursor:pointer}.second{background:#fff;color:#1d5a8c;border:1px solid #1d5a8c}"
    ".notice{padding:.55rem .8rem;border-left:4px solid #c8662c;background:#fdf0e8;color:#7a3410;"
    "border-radius:5px;font-size:.92rem;overflow-wrap:anywhere}"
    ".hint{color:#51606e;font-size:.84rem}.foot{max-width:23rem;margin:1rem auto;font-size:.86rem;"
    "display:flex;justify-content:space-between}a{color:#1d5a8c}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()

HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # not no-referrer: browsers would then send `Origin: null` with our own forms
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": f"default-src 'none'; img-src data:; style-src 'sha256-{_STYLE_HASH}';"
        " form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'",
    }
)

ZH: Final = MappingProxyType(
    {
        "product": "健康产业一张图",
        "home": "返回地图",
        "other": "English",
        "sign_in": "登录",
        "name": "登录名",
        "password": "密码",
        "provider": "用单位统一身份登录",
        "help": "忘记密码或被锁定，请联系本系统管理员。",
        "refused": "登录名或密码不正确，或该账户暂停登录。同一登录名连续输错 5 次，会暂停 15 分钟或更久；"
        "管理员可以解除。",
        "stale": "页面停留过久或来自别处，请核对后再提交一次。",
        "busy": "正在登录的人较多，请稍候再试。",
        "slow_down": "这个网络地址输错次数过多，请约 {minutes} 分钟后再试。",
        "bad_form": "提交的内容不是本页的表单，或过大。请重新填写。",
        "already": "您已登录：{name}。",
        "go_on": "继续",
        "sign_out": "退出登录",
        "sign_out_sub": "退出后，这台电脑上打开的页面不能再填报或查看内部信息。",
        "change": "修改密码",
        "first": "这是首次登录或密码已被重置，请先设置自己的密码。",
        "current": "当前密码",
        "new": "新密码",
        "again": "再输一次新密码",
        "rules": f"至少 {SHORTEST} 个字符，可用任何字符，一句话也可以；不能是登录名、姓名或单位名。",
        "wrong_current": "当前密码不正确。连续输错会暂停登录。",
        "differ": "两次输入的新密码不一样。",
        "same": "新密码与当前密码相同，请换一个。",
        "weak_short": f"新密码太短，至少 {SHORTEST} 个字符。",
        "weak_long": f"新密码太长，最多 {LONGEST} 个字符。",
        "weak_name": "新密码不能是登录名、姓名或单位名。",
        "weak_common": "这是最常见的密码之一，很容易被猜到，请换一个。",
        "ticket": "登录没有完成",
        "again_sign_in": "重新登录",
    }
)
EN: Final = MappingProxyType(
    {
        "product": "Health Industry Atlas",
        "home": "Back to the map",
        "other": "中文",
        "sign_in": "Sign in",
        "name": "Name",
        "password": "Password",
        "provider": "Sign in with your organisation",
        "help": "Password forgotten, or locked out? Ask the administrator of this system.",
        "refused": "Name or password is not right, or the account is paused. Five wrong attempts in a row"
        " pause a name for 15 minutes or longer; an administrator can lift that.",
        "stale": "This page stood open too long or came from elsewhere. Please check and send it again.",
        "busy": "Many people are signing in. Please try again in a moment.",
        "slow_down": "Too many wrong attempts from this address. Try again in about {minutes} minutes.",
        "bad_form": "What was sent is not this form, or too large. Please fill it in again.",
        "already": "You are signed in: {name}.",
        "go_on": "Continue",
        "sign_out": "Sign out",
        "sign_out_sub": "Open pages on this computer can then no longer file or show what is internal.",
        "change": "Change password",
        "first": "First sign-in, or the password was reset: please choose your own password.",
        "current": "Present password",
        "new": "New password",
        "again": "New password again",
        "rules": f"{SHORTEST} characters or more, of any kind, a sentence is fine; not your name or unit.",
        "wrong_current": "The present password is not right. Several wrong attempts pause the account.",
        "differ": "The two new passwords differ.",
        "same": "The new password is the present one. Please choose another.",
        "weak_short": f"The new password is too short: {SHORTEST} characters or more.",
        "weak_long": f"The new password is too long: {LONGEST} characters at most.",
        "weak_name": "The new password must not be your name or unit.",
        "weak_common": "This is one of the commonest passwords and easily guessed. Please choose another.",
        "ticket": "Sign-in was not completed",
        "again_sign_in": "Sign in again",
    }
)
Words = Mapping[str, str]

_PAGE: Final = (
    '<!doctype html><html lang="{0}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
    "<title>{1}</title><style>{2}</style></head><body>{3}{4}</body></html>"
)


def words(language: str) -> Words:
    """Return the words of a language, Chinese for one that we do not have."""
    return EN if language == "en" else ZH


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every form here has: language, form token, where it leads on to, what went wrong, status code."""

    language: str
    token: str = field(default="", repr=False)
    go_on: str = "/"
    notice: str = ""
    status: int = 200

    @property
    def say(self) -> Words:
        """The words of the language."""
        return words(self.language)


def sign_in(sheet: Sheet, *, name: str = "", provider: bool = False) -> HTMLResponse:
    """Return the sign-in form; the name typed before is kept, a password never."""
    say = sheet.say
    extra = element("a", say["provider"], class_="go second", href="/?sso=1") if provider else ""
    manners = {"value": name, "autocapitalize": "none", "spellcheck": "false", "maxlength": "120"}
    form = _form(
        "/sign-in",
        _hidden(form=sheet.token, next=sheet.go_on, lang=sheet.language),
        _field(say["name"], "name", "username", **manners),
        _secret(say["password"], "password", "current-password"),
        element("button", say["sign_in"], type="submit"),
    )
    body = _notice(sheet.notice) + form + extra + element("p", say["help"], class_="hint")
    return _page(sheet, "sign_in", body, "/sign-in")


def signed_in(sheet: Sheet, display_name: str) -> HTMLResponse:
    """Return the page for somebody who is signed in already; the token is that of signing out."""
    body = (
        element("p", escape(sheet.say["already"].format(name=display_name)))
        + element("a", sheet.say["go_on"], class_="go", href=sheet.go_on)
        + _sign_out_form(sheet, "second")
    )
    return _page(sheet, "sign_in", body, "/sign-in")


def sign_out(sheet: Sheet) -> HTMLResponse:
    """Return the page that asks before signing out."""
    body = element("p", sheet.say["sign_out_sub"], class_="hint") + _sign_out_form(sheet, "first")
    return _page(sheet, "sign_out", body, "/sign-out")


def password(sheet: Sheet, *, first: bool, name: str) -> HTMLResponse:
    """Return the form that changes the password; ``first`` when it must be changed before anything else."""
    say = sheet.say
    form = _form(
        "/password",
        _hidden(form=sheet.token, next=sheet.go_on, lang=sheet.language, username=name),
        _secret(say["current"], "current", "current-password"),
        _secret(say["new"], "new", "new-password"),
        _secret(say["again"], "again", "new-password"),
        element("p", say["rules"], class_="hint"),
        element("button", say["change"], type="submit"),
    )
    return _page(
        sheet, "change", _notice(sheet.notice or (say["first"] if first else "")) + form, "/password"
    )


def ticket_refused(sheet: Sheet) -> HTMLResponse:
    """Return the page for a sign-in by a provider that did not work."""
    again = element("a", sheet.say["again_sign_in"], class_="go", href="/sign-in")
    return _page(sheet, "ticket", _notice(sheet.notice) + again, "/sign-in")


def _page(sheet: Sheet, title: str, body: str, path: str) -> HTMLResponse:
    say, other = sheet.say, "zh" if sheet.language == "en" else "en"
    switch = f"{path}?{urlencode({'lang': other, 'next': sheet.go_on})}"
    foot = element("a", say["home"], href="/") + element("a", say["other"], href=switch, lang=other)
    head = element("h1", say[title]) + element("p", say["product"], class_="sub")
    language = "en" if sheet.language == "en" else "zh-CN"
    content = _PAGE.format(
        language,
        f"{say[title]} · {say['product']}",
        _CSS,
        element("main", head, body),
        element("footer", foot, class_="foot"),
    )
    return HTMLResponse(content, status_code=sheet.status, headers=dict(HEADERS))


def _notice(sentence: str) -> str:
    return element("p", escape(sentence), class_="notice", role="alert") if sentence else ""


def _form(action: str, *parts: str) -> str:
    return element("form", *parts, method="post", action=action, accept_charset="utf-8")


def _hidden(**values: str) -> str:
    return "".join(f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in values.items())


def _field(label: str, name: str, autocomplete: str, **attributes: str) -> str:
    given = {"id": name, "name": name, "autocomplete": autocomplete, "required": "required", **attributes}
    written = "".join(f' {k}="{escape(v)}"' for k, v in given.items())
    return element("label", escape(label), for_=name) + f"<input{written}>"


def _secret(label: str, name: str, autocomplete: str) -> str:
    return _field(label, name, autocomplete, type="password", maxlength=str(LONGEST))


def _sign_out_form(sheet: Sheet, kind: str) -> str:
    button = element("button", sheet.say["sign_out"], type="submit", class_=kind)
    return _form("/sign-out", _hidden(form=sheet.token), button)
