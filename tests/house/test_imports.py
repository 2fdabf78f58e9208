"""Who may import whom: the contracts in pyproject.toml hold, and every package of ours is under them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.config import ROOT

ROOMS = ("app", "media", "modules", "quizzes")
LINT = Path(sys.executable).with_name("lint-imports")
LOCAL = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_import_contracts_hold() -> None:
    done = subprocess.run([LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_no_import_stands_inside_a_function() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path, tree in _ours()
        for outer in ast.walk(tree)
        if isinstance(outer, LOCAL)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not found, found


def test_no_module_takes_a_private_name_of_another() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name.name}"
        for path, tree in _ours()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ROOMS
        for name in node.names
        if name.name.startswith("_") and name.name != "_"  # The word for a translation.
    ]
    assert not found, found


def test_rules_import_neither_database_nor_web() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, tree in _ours()
        if path.stem == "rules" or "rules" in path.parent.parts[-1:]
        for name in _imported(tree)
        if name.split(".")[0] in {"flask", "flask_login", "flask_wtf", "sqlalchemy", "werkzeug"}
    ]
    assert not found, found


def test_only_doors_see_the_request() -> None:
    doors = {"views", "api", "forms", "web", "delivery"}
    found = [
        f"{path.relative_to(ROOT)}"
        for path, tree in _ours()
        if not doors & {*path.relative_to(ROOT).parts, path.stem, path.stem.rsplit("_", 1)[-1]}
        and any(name in {"flask.request", "flask.g", "flask_login.current_user"} for name in _imported(tree))
        # The one wires hooks, the other keeps a catalogue beside its locale.
        and path.name not in {"factory.py", "texts.py"}
    ]
    assert not found, found


def _ours() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module
