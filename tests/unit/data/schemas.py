"""The official schemas of the open standards, where they lie beside the checkout."""

import json
from functools import cache
from typing import Any

import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.paths import shared


@cache
def _validator() -> Any:
    draft4 = pytest.importorskip("jsonschema").Draft4Validator
    texts = [shared("schemas", "oc4ids", f"{name}-schema.json") for name in ("project", "project-package")]
    project, package = [json.loads(path.read_text(encoding="utf-8")) for path in texts]
    pairs = [(s["id"], Resource.from_contents(s, default_specification=DRAFT4)) for s in (project, package)]
    registry: Registry[Any] = Registry().with_resources(pairs)
    return draft4(package, registry=registry, format_checker=draft4.FORMAT_CHECKER)


def oc4ids_errors(package: Any) -> list[str]:
    """Return what the official schema has against a package; skip the test where the schema is absent."""
    shared("schemas", "oc4ids", "project-schema.json")
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in _validator().iter_errors(package)]


def iati_errors(content: bytes) -> list[str]:
    """Return what the official schema has against a file; skip the test where the schema is absent."""
    etree = pytest.importorskip("lxml.etree")
    path = shared("schemas", "iati", "iati-activities-schema.xsd")
    schema = etree.XMLSchema(etree.parse(str(path)))
    schema.validate(etree.fromstring(content))
    return [str(error) for error in schema.error_log]
