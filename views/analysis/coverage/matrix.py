"""The exhibit *category by county*, with the empty cells: where no record names anything."""

from collections.abc import Sequence
from typing import Final

from layers.html import element, escape
from layers.palette import SEQUENTIAL
from projects.analysis.coverage.choosing import places_only
from projects.analysis.coverage.services import CountyServices, Services
from projects.analysis.exhibit import ClassSign, Column, Exhibit, GeoJson, Look, Table
from projects.codes import Category
from projects.filters import ProjectFilter
from views import signs, ways, words
from views.analysis.coverage.frame import Frame, class_of, classes_in_words
from views.shell import Shell

PRESENT: Final = (4.0, 7.0, 10.0)
"""Fixed numbers of categories a county has."""


def wanted(chosen: ProjectFilter) -> tuple[str, ...]:
    """Return the categories that are compared: those of the filter, else all, in the order of the list."""
    return tuple(one for one in words.CATEGORY_ORDER if not chosen.category or one in set(chosen.category))


def exhibit(found: Services, outlines: Sequence[GeoJson | None], frame: Frame) -> Exhibit:
    """Return the matrix, its empty cells by category and by county."""
    _ = frame.translate
    kinds = wanted(frame.chosen)
    return Exhibit(
        key="coverage-matrix",
        title=_("类别 × 县 · {area}").format(area=frame.title_of_area),
        says=tuple(filter(None, (_nowhere(found, kinds, frame), _emptiest(found, kinds, frame)))),
        parameters=(frame.area_parameter(),),
        caveats=(
            *frame.guessed_words(),
            _("空格是说文件没有点名、单位没有登记，不等于当地没有这类服务。"),
            _("一条记录只数在它自己的县；计划任务、平台和已退库的不数。"),
        ),
        tables=(
            _matrix(found, kinds, outlines, frame),
            _by_category(found, kinds, frame),
            _by_county(found, kinds, frame),
        ),
        data_date=frame.data_date,
        basis=frame.basis(),
        link=frame.link,
    )


def _nowhere(found: Services, kinds: Sequence[str], frame: Frame) -> str:
    """Return which categories no county has."""
    _ = frame.translate
    lacking = found.lacking(kinds)
    none = tuple(words.category(one, _) for one in kinds if len(lacking[one]) == len(found.counties))
    empty = sum(map(len, lacking.values()))
    said = _("{cells} 个格子里有 {empty} 个是空的。").format(
        cells=f"{len(kinds) * len(found.counties):,}", empty=f"{empty:,}"
    )
    if not none:
        return said + _("没有哪一类是所有县都缺的。")
    return said + _("所有县都没有的类别：{names}。").format(names=frame.listed(none, 15))


def _emptiest(found: Services, kinds: Sequence[str], frame: Frame) -> str:
    missing = {one.name: sum(not one.by_category.get(kind) for kind in kinds) for one in found.counties}
    most = max(missing.values(), default=0)
    names = tuple(name for name, count in missing.items() if count == most)
    if not most or len(names) == len(missing) > 1:
        return ""
    said = frame.translate("空格最多的是{names}，{of} 类里缺 {n} 类。")
    return said.format(names=frame.listed(names), of=len(kinds), n=most)


def _matrix(found: Services, kinds: Sequence[str], outlines: Sequence[GeoJson | None], frame: Frame) -> Table:
    _ = frame.translate
    present = [sum(bool(one.by_category.get(kind)) for kind in kinds) for one in found.counties]
    titles = classes_in_words(PRESENT, _("一类也没有"))
    classes = tuple(ClassSign(title, colour) for title, colour in zip(titles, SEQUENTIAL, strict=True))
    return Table(
        "matrix",
        _("类别 × 县"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("县（市、区）")),
            Column("present", _("有几类")),
            *(Column(kind, words.category(kind, _)) for kind in kinds),
        ),
        tuple(
            (one.code, one.name, count, *(one.by_category.get(kind, 0) for kind in kinds))
            for one, count in zip(found.counties, present, strict=True)
        ),
        tuple(outlines),
        Look(
            "fill",
            classes,
            tuple(class_of(float(count), PRESENT, zero=True) for count in present),
            "name",
            "present",
            _("有几类（共 {n} 类）").format(n=len(kinds)),
        ),
        shown=False,
    )


def _by_category(found: Services, kinds: Sequence[str], frame: Frame) -> Table:
    _ = frame.translate
    lacking = found.lacking(kinds)
    return Table(
        "lacking-category",
        _("哪一类在哪些县没有"),
        (
            Column("category", _("类别")),
            Column("records", _("记录")),
            Column("counties", _("没有的县"), _("个")),
            Column("names", _("是哪些")),
        ),
        tuple(
            (
                words.category(kind, _),
                sum(one.by_category.get(kind, 0) for one in found.counties),
                len(lacking[kind]),
                _names(tuple(one.name for one in lacking[kind]), len(found.counties), frame),
            )
            for kind in kinds
        ),
    )


def _names(names: tuple[str, ...], of: int, frame: Frame) -> str | None:
    if not names:
        return None
    return frame.translate("全部") if len(names) == of > 1 else words.joined(names, frame.language)


def _by_county(found: Services, kinds: Sequence[str], frame: Frame) -> Table:
    _ = frame.translate
    return Table(
        "lacking-county",
        _("哪个县缺哪些类"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("县（市、区）")),
            Column("lacking", _("缺几类"), _("类")),
            Column("names", _("缺的类别")),
        ),
        tuple((one.code, one.name, *_lacking(one, kinds, frame)) for one in found.counties),
        folded=True,
    )


def _lacking(one: CountyServices, kinds: Sequence[str], frame: Frame) -> tuple[int, str | None]:
    names = [words.category(kind, frame.translate) for kind in kinds if not one.by_category.get(kind)]
    return len(names), words.joined(names, frame.language) or None


def html(shell: Shell, found: Services, frame: Frame) -> str:
    """Return the matrix for the page: every number a way to its records on the map, empty cells marked."""
    _ = shell.translate
    kinds = wanted(frame.chosen)
    heads = (
        element(
            "th",
            element("span", escape(words.category(kind, _))),
            signs.picture(kind, 17),
            scope="col",
            title=words.category(kind, _),
        )
        for kind in kinds
    )
    first = element("th", escape(_("县（市、区）")), scope="col")
    rows = (_html_row(shell, one, kinds, frame.chosen) for one in found.counties)
    table = element("table", element("thead", element("tr", first, *heads)), element("tbody", *rows))
    return element(
        "div", table, class_="atlas-matrix", tabindex="0", role="region", aria_label=_("类别 × 县")
    )


def _html_row(shell: Shell, one: CountyServices, kinds: Sequence[str], chosen: ProjectFilter) -> str:
    at = places_only(chosen).with_(province=(), prefecture=(), county=(one.code,))
    cells = []
    for kind in kinds:
        count = one.by_category.get(kind, 0)
        params = at.with_(category=(Category(kind),)).to_params()
        cells.append(
            element("td", ways.anchor(shell, f"{count:,}", ways.MAP, **params))
            if count
            else element("td", "○", class_="atlas-empty", title=shell.translate("没有记录"))
        )
    return element("tr", element("th", escape(one.name), scope="row"), *cells)
