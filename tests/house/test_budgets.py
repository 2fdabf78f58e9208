"""Files stay small enough to be read whole."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

import grimp
import pytest

from app.config import ROOT

ROOMS = ("app", "media", "modules", "quizzes")
VAGUE = {"utils", "helpers", "misc", "common", "base", "manager"}


def _files(pattern: str) -> list[Path]:
    found = (file for room in ROOMS for file in (ROOT / room).rglob(pattern))
    return sorted(found)


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            yield f"{file.relative_to(ROOT)}:{node.name}", (node.end_lineno or first) - first + 1


def test_python_files_fit_their_budget():
    sizes = {str(file.relative_to(ROOT)): _lines(file) for file in _files("*.py")}
    assert {name: size for name, size in sizes.items() if size > 350} == {}
    assert median(sizes.values()) <= 80
    assert quantiles(sizes.values(), n=10)[-1] <= 200


def test_functions_fit_their_budget():
    sizes = dict(pair for file in _files("*.py") for pair in _functions(file))
    assert {name: size for name, size in sizes.items() if size > 50} == {}
    assert quantiles(sizes.values(), n=10)[-1] <= 25


@pytest.mark.parametrize("pattern", ["templates/**/*.html", "static/*.js"])
def test_templates_and_scripts_fit_their_budget(pattern):
    assert {str(file.relative_to(ROOT)): _lines(file) for file in _files(pattern) if _lines(file) > 150} == {}


def test_no_module_has_a_name_that_says_nothing():
    assert [str(file) for file in _files("*.py") if file.stem in VAGUE or file.parent.name in VAGUE] == []


def test_views_leave_the_database_to_the_files_below():
    calls = re.compile(
        r"\bselect\(|\b(?:session|reading)\(\)\.|\bsessionmaker\b"
        r"|\.(?:scalars?|execute|flush|commit|get_one|refresh|begin_nested)\("
    )
    views = [file for file in _files("*.py") if "views" in {file.stem, file.parent.name}]
    found = {str(file.relative_to(ROOT)): calls.findall(file.read_text()) for file in views}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_module_imports_itself_in_a_circle():
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    order.prepare()
