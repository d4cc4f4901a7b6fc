"""The rows of the house: a file imports only from the rows above its own."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

import imgframe

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "imgframe"

ROWS = (
    "errors", "caches", "schema", "discover", "batch", "kernels", "values", "texts", "dates",
    "fetch", "ifd", "containers", "families", "decode", "zones", "derive", "words", "group",
    "overview", "read", "lazy", "catalog", "geo", "cli", "__main__",
)  # fmt: skip
SIBLINGS_APART = ("containers", "families")
"""Packages whose modules import neither each other nor the other package."""


def files() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def place(path: Path) -> tuple[str, ...]:
    return path.relative_to(PACKAGE).with_suffix("").parts


def imports(path: Path) -> set[tuple[str, ...]]:
    """Modules of imgframe that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("imgframe"):
            base = tuple(node.module.split(".")[1:])
            for alias in node.names:
                inner = (*base, alias.name)
                is_module = PACKAGE.joinpath(*inner).with_suffix(".py").exists()
                is_package = PACKAGE.joinpath(*inner).is_dir()
                found.add(inner if is_module or is_package else base)
        elif isinstance(node, ast.Import):
            found |= {
                tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("imgframe.")
            }
    return {module for module in found if module}


@pytest.mark.parametrize("path", files(), ids=lambda p: "/".join(place(p)))
def test_a_file_imports_only_from_the_rows_above(path: Path) -> None:
    own = place(path)
    assert own[0] in ROWS, f"{own[0]} has no row"
    for module in imports(path):
        if module[0] == own[0]:
            continue
        assert ROWS.index(module[0]) < ROWS.index(own[0]), f"{own} imports {module}"


def apart() -> list[Path]:
    return [p for p in files() if place(p)[0] in SIBLINGS_APART and place(p)[1:] != ("__init__",)]


@pytest.mark.parametrize("path", apart(), ids=lambda p: "/".join(place(p)))
def test_containers_and_families_keep_apart(path: Path) -> None:
    """What begins with an underscore is shared by the modules of its package."""
    own = place(path)
    others = {m for m in imports(path) if m[0] in SIBLINGS_APART and m[:2] != own[:2]}
    shared = {m for m in others if m[0] == own[0] and len(m) > 1 and m[1].startswith("_")}
    assert others == shared, f"{own} imports {others - shared}"


def test_the_face() -> None:
    assert imgframe.__all__ == sorted(imgframe.__all__)
    assert set(imgframe._HOME) | set(imgframe._MODULES) == set(imgframe.__all__)
    for path in files():
        if place(path)[-1] != "__main__":
            importlib.import_module(".".join(("imgframe", *place(path))).removesuffix(".__init__"))
    for name in imgframe.__all__:
        is_module = isinstance(getattr(imgframe, name), ModuleType)
        assert is_module == (name in imgframe._MODULES), f"a module takes the place of {name}"
        assert getattr(imgframe, name).__doc__, f"{name} has no docstring"
    with pytest.raises(AttributeError, match="nonsense"):
        _ = imgframe.nonsense


def test_version() -> None:
    written = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert written
    assert imgframe.__version__ == written[1]


def test_no_file_is_long() -> None:
    lengths = {"/".join(place(p)): len(p.read_text().splitlines()) for p in files()}
    assert {name: n for name, n in lengths.items() if n > 450} == {}
