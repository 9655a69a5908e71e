"""Small pages of plain HTML about one pack: what lies behind a link, and the permanent page of an edition."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from data.exports.request import PRACTICE
from layers.html import element, escape
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.packs import Pack, PackFile

_STYLE: Final = """
body{font:16px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;max-width:44em;
margin:6vh auto;padding:0 1em 4em;color:#1f2933}h1{font-size:1.35em;line-height:1.4;margin:0 0 .3em}
h2{font-size:1.05em;margin:2em 0 .4em}ul{list-style:none;padding:0;margin:0}
li{padding:.7em 0;border-top:1px solid #e1e5ea;overflow-wrap:anywhere}li a{font-weight:600;color:#14507a}
.quiet{color:#5d6b7a;font-size:.88em}details{color:#5d6b7a;font-size:.8em}summary{cursor:pointer}
.mark{background:#fbe9e7;color:#8c2f22;padding:.5em .8em;border-radius:4px}
table{border-collapse:collapse}td{padding:.15em 1.2em .15em 0;vertical-align:top}"""


def shared(pack: Pack, base: str, ends: datetime, *, practice: bool) -> str:
    """Return the page behind a link: the files below ``base``, and when the link ends."""
    told = f"{ends.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    return _page(
        pack.title,
        _mark(practice),
        element("h1", escape(pack.title)),
        element("p", escape(f"{pack.records} 个项目 · 制作于 {_moment(pack.created_at)}"), class_="quiet"),
        element("p", escape(f"此链接 {told} 前有效。This link ends at {told} (UTC+8)."), class_="quiet"),
        _files(pack, base),
    )


def edition(pack: Pack, base: str, *, practice: bool) -> str:
    """Return the permanent page of a frozen edition: what it is, what changed, its files with checksums."""
    facts: dict[str, Any] = dict(pack.detail.get("edition", {}))
    title = f"{facts.get('name', '')} · {pack.title}"
    left_out = pack.detail.get("left_out")
    return _page(
        title,
        _mark(practice),
        element("h1", escape(title)),
        element("p", escape("已公布，内容冻结，地址长期有效。Published and frozen."), class_="quiet"),
        _table(_about(pack, facts)),
        *_differences(facts),
        element("h2", escape("文件 · Files")),
        _files(pack, base),
        element("p", escape(str(left_out)), class_="quiet") if left_out else "",
    )


def _about(pack: Pack, facts: dict[str, Any]) -> Sequence[tuple[str, str]]:
    number = facts.get("number")
    return (
        ("地区 · Area", f"{facts.get('area', '')}（{facts.get('area_code', '')}）"),
        ("年度 · Year", str(facts.get("year", ""))),
        ("版次 · Edition", "—" if number is None else str(number)),
        ("公布 · Published", _moment(_parsed(facts.get("published_at")))),
        ("冻结 · Frozen", _moment(pack.created_at)),
        ("项目 · Projects", str(pack.records)),
        ("选取条件 · Chosen with", str(facts.get("conditions") or "逐项选取 · picked by hand")),
    )


def _differences(facts: dict[str, Any]) -> Sequence[str]:
    against, counted = facts.get("against"), facts.get("differences")
    if not against or not counted:
        return ()
    before = f"与前版《{against['title']}》比较 · Against the edition before"
    return element("h2", escape(before)), _table([(name, str(count)) for name, count in counted.items()])


def _files(pack: Pack, base: str) -> str:
    ordered = sorted(pack.files, key=lambda file: file.part != "zip")
    return element("ul", *(_file(file, base) for file in ordered))


def _file(file: PackFile, base: str) -> str:
    told = [_size(file.size_bytes)]
    told += [f"{file.records} 个项目"] if file.records is not None else []
    told += ["全部文件 · everything"] if file.part == "zip" else []
    return element(
        "li",
        element("a", escape(file.name), href=f"{base}/{quote(file.name, safe='')}"),
        element("div", escape(" · ".join(told)), class_="quiet"),
        element("details", element("summary", "SHA-256"), element("code", escape(file.sha256))),
    )


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = [element("tr", *(element("td", escape(cell)) for cell in row)) for row in rows]
    return element("table", *cells)


def _mark(practice: bool) -> str:
    return element("p", escape(f"{PRACTICE['zh']} · {PRACTICE['en']}"), class_="mark") if practice else ""


def _size(size: int) -> str:
    """Return a size for people.

    >>> _size(900), _size(2_500_000)
    ('1 kB', '2.5 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}" if moment else "—"


def _parsed(given: object) -> datetime | None:
    return datetime.fromisoformat(given) if isinstance(given, str) else None


def _page(title: str, *body: str) -> str:
    return plain("".join(body), title)


def plain(body: str, title: str = "健康产业一张图") -> str:
    """Return a whole page around a body of HTML."""
    head = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    named = element("title", escape(title))
    return f"{head}{named}<style>{_STYLE}</style></head><body>{body}</body></html>"
