"""What a question may hold; what neither the standard nor the collection knows is refused in plain words.

The checks run before tipg reads anything: a filter that is nested too deeply would end the process inside the
parser of CQL2, and CQL2 knows functions, of which PostgreSQL has more than anybody should call.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cql2 import Expr
from starlette.requests import Request
from tipg.collections import Collection

from projects.errors import BadValue, UnknownRecord
from services.ogc.moments import span

LIMIT: Final = 10_000
"""Most features of one page; more are asked for page by page."""
LONGEST_FILTER: Final = 8_000
MOST_OPERATORS: Final = 200
"""A filter as long as a detailed polygon; operators as nobody writes them. The parser dies at some 2,000."""
DEEPEST_TILE: Final = 24
LARGEST_OFFSET: Final = 10_000_000

_OPERATOR: Final = re.compile(r"[-+*/^%(\[{]|\bnot\b", re.IGNORECASE)
_LOGIC: Final = ("and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "like", "between", "in", "isNull")
_VALUES: Final = ("+", "-", "*", "/", "casei", "a_contains", "t_after", "t_before", "t_intersects")
_SPACE: Final = ("intersects", "within", "contains", "disjoint", "equals", "touches", "overlaps", "crosses")
ALLOWED: Final = frozenset({*_LOGIC, *_VALUES, *(f"s_{name}" for name in _SPACE)})
"""The operators of CQL2 that a filter may use; a function is none of them."""
_LITERALS: Final = frozenset({"timestamp", "date", "interval"})
FORMATS: Final = ("json", "geojson", "html", "schemajson", "geojsonseq")


async def checked(request: Request) -> None:
    """Raise ``BadValue`` for a question that breaks a rule, ``UnknownRecord`` for a tile that is none."""
    known = request.app.state.parameters[request.scope["route"].path]
    catalogue = request.app.state.collection_catalog["collections"]
    collection = catalogue.get(request.path_params.get("collectionId", ""))
    asks_properties = collection is not None and {"filter", "bbox"} <= known
    names = frozenset(collection.columns()) if asks_properties else frozenset()
    if any("\0" in str(part) for part in request.path_params.values()):
        raise UnknownRecord("地址中含有空字符")
    _known_only(request, known | names)
    for name, text in request.query_params.multi_items():
        check = _CHECKS.get(name)
        if check is not None:
            check(text)
    if asks_properties and "filter" in request.query_params:
        check_filter(request.query_params["filter"], collection)
    _check_tile(request.path_params)


def _known_only(request: Request, known: frozenset[str] | set[str]) -> None:
    seen: set[str] = set()
    for name, text in request.query_params.multi_items():
        if name not in known:
            raise BadValue(f"没有名为 {name[:60]!r} 的参数；可用的有 {', '.join(sorted(known)) or '（无）'}")
        if name in seen:
            raise BadValue(f"参数 {name} 只能出现一次")
        if "\0" in text:
            raise BadValue(f"参数 {name} 含有空字符")
        seen.add(name)


def check_filter(text: str, collection: Collection) -> Expr:
    """Return a CQL2 filter that asks of the collection's own properties by operators that are allowed."""
    if len(text) > LONGEST_FILTER or len(_OPERATOR.findall(text)) > MOST_OPERATORS:
        raise BadValue(f"filter 过长或嵌套过深：不超过 {LONGEST_FILTER} 字、{MOST_OPERATORS} 个运算符和括号")
    try:
        parsed = Expr(text)
        tree = parsed.to_json()
        parsed.to_sql()  # counts the arguments of every operator
    except Exception as error:
        raise BadValue(f"filter 不是 CQL2：{str(error)[-160:].strip()}") from error
    if not isinstance(tree, Mapping | bool):
        raise BadValue(f"filter {text[:60]!r} 不是条件，而是一个值")
    names = {*collection.columns(), *(column.name for column in collection.geometry_columns)}
    for node in _nodes(tree):
        _check_node(node, names)
    return parsed


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of a filter; depth is bounded by the number of its operators."""
    if isinstance(tree, Mapping):
        yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def _check_node(node: Mapping[str, Any], names: set[str]) -> None:
    operator, name = node.get("op"), node.get("property")
    if operator is not None and operator not in ALLOWED:
        raise BadValue(f"filter 不支持 {str(operator)[:60]!r}；可用的有 {' '.join(sorted(ALLOWED))}")
    if "property" in node and name not in names:
        raise BadValue(f"filter 中没有名为 {str(name)[:60]!r} 的字段，可用字段见 queryables")
    if "bbox" in node:
        raise BadValue("filter 中请用 POLYGON 代替 BBOX，或用参数 bbox")
    known = {"op", "args", "property", "type", "coordinates", "geometries"} | _LITERALS
    if not node.keys() <= known:
        raise BadValue(f"filter 中有不认识的部分：{', '.join(map(str, node.keys() - known))[:80]}")


def capped(text: str) -> str:
    """Return a limit no larger than a page may be; what is no number stays for the check to refuse.

    >>> capped("50"), capped("1000000"), capped("x")
    ('50', '10000', 'x')
    """
    return str(LIMIT) if text.isascii() and text.isdigit() and (len(text) > 9 or int(text) > LIMIT) else text


def _number(text: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high):
        raise BadValue(f"{name} = {text[:40]!r} 须是 {low}–{high} 的整数")
    return int(text)


def _check_bbox(text: str) -> None:
    parts = text.split(",")
    try:
        box = [float(part) for part in parts]
    except ValueError as error:
        raise BadValue(f"bbox {text[:80]!r} 须是 4 个（或 6 个）数：西,南,东,北，经纬度") from error
    if len(box) not in (4, 6) or not all(map(math.isfinite, box)):
        raise BadValue(f"bbox {text[:80]!r} 须是 4 个（或 6 个）数：西,南,东,北，经纬度")
    west, south, east, north = box if len(box) == 4 else (*box[:2], *box[3:5])
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90 or south > north:
        raise BadValue(f"bbox {text[:80]!r} 不是一个范围：经度 −180–180，纬度 −90–90，南在北之下")


def _check_simplify(text: str) -> None:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1000:
        raise BadValue(f"simplify = {text[:40]!r} 须是不小于 0 的数")


def _check_format(text: str) -> None:
    if text not in FORMATS:
        raise BadValue(f"f = {text[:40]!r} 不是可用的格式：{', '.join(FORMATS)}；表格请在网页上导出")


def _check_tile(path: Mapping[str, Any]) -> None:
    if "z" not in path:
        return
    zoom = _number(str(path["z"]), "z", 0, DEEPEST_TILE)
    wide = 2 ** (zoom + 1) if path.get("tileMatrixSetId") == "WorldCRS84Quad" else 2**zoom
    for name, most in (("x", wide), ("y", 2**zoom)):
        text = str(path[name])
        if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) < most):
            raise UnknownRecord(f"第 {zoom} 级没有 {name} = {text[:40]} 的瓦片")


_CHECKS: Final[Mapping[str, Callable[[str], object]]] = {
    "bbox": _check_bbox,
    "datetime": lambda text: span(text.split("/")),
    "limit": lambda text: _number(text, "limit", 1, LIMIT),
    "offset": lambda text: _number(text, "offset", 0, LARGEST_OFFSET),
    "minzoom": lambda text: _number(text, "minzoom", 0, DEEPEST_TILE),
    "maxzoom": lambda text: _number(text, "maxzoom", 0, DEEPEST_TILE),
    "simplify": _check_simplify,
    "f": _check_format,
}
