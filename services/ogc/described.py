"""The OpenAPI document as it is served: refusals are said, and nothing is offered that is not there."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.ogc.asking import DEEPEST_TILE, FORMATS, LARGEST_OFFSET

MEDIA: Final = "application/vnd.oai.openapi+json;version=3.0"
_GONE: Final = ("text/csv", "application/ndjson")
_ERROR: Final = {
    "type": "object",
    "required": ["code", "description"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}
REFUSALS: Final = {
    "400": "A parameter is unknown, out of range or does not fit",
    "401": "A valid token or session is needed",
    "404": "There is no such collection, record or tile",
    "503": "The database is away or busy; try again",
}


def tidied(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document of FastAPI with the refusals of this interface and the formats that it has.

    Written as OpenAPI 3.0, which the conformance class names: what may be null says ``nullable``.
    """
    document["openapi"] = "3.0.3"
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Refusal"] = _ERROR
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operation in _operations(document):
        _refuse(operation)
        for parameter in operation.get("parameters", ()):
            _bound(parameter)
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{}, {"token": []}]
    found: dict[str, Any] = _as_3_0(document)
    return found


def parameters(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the names of the query parameters of every path."""
    return {
        path: frozenset(one["name"] for one in item["get"].get("parameters", ()) if one["in"] == "query")
        for path, item in document["paths"].items()
    }


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _refuse(operation: dict[str, Any]) -> None:
    """Name the refusals and drop the formats that are not served."""
    responses = operation["responses"]
    responses.pop("422", None)
    content = responses["200"].get("content", {})
    for media in _GONE:
        content.pop(media, None)
    body = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    for status, words in REFUSALS.items():
        responses[status] = {
            "description": words,
            "content": {"application/json": body, "text/html": {"schema": {"type": "string"}}},
        }


def _bound(parameter: dict[str, Any]) -> None:
    """Say the limits that are checked before tipg reads a parameter."""
    schema = parameter["schema"]
    for one in (schema, *schema.get("anyOf", ())):
        if parameter["name"] == "f" and "enum" in one:
            one["enum"] = [name for name in one["enum"] if name in FORMATS]
    low, high = {
        "limit": (1, None),
        "offset": (0, LARGEST_OFFSET),
        "simplify": (0, 1000),
        "minzoom": (0, DEEPEST_TILE),
        "maxzoom": (0, DEEPEST_TILE),
        "z": (0, DEEPEST_TILE),
        "x": (0, None),
        "y": (0, None),
    }.get(parameter["name"], (None, None))
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") in ("integer", "number"):
            one.update({"minimum": low} if low is not None else {})
            one.update({"maximum": high} if high is not None else {})


def _as_3_0(node: Any) -> Any:
    """Return a document of 3.1 in the words of 3.0: ``nullable`` for null, ``enum`` for ``const``."""
    if isinstance(node, list):
        return [_as_3_0(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {name: _as_3_0(part) for name, part in node.items()}
    if "const" in found and not isinstance(found["const"], dict):
        found["enum"] = [found.pop("const")]
    if "prefixItems" in found and isinstance(found["prefixItems"], list):
        kinds = found.pop("prefixItems")
        found["items"] = kinds[0] if kinds else {}
    choices = found.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        left = [choice for choice in choices if choice != {"type": "null"}]
        del found["anyOf"]
        found |= left[0] if len(left) == 1 and "$ref" not in left[0] else {"anyOf": left}
        found["nullable"] = True
    return found
