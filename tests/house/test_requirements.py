"""What the code imports is what the lock files install."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from app.config import ROOT

ROOMS = ("app", "media", "modules", "quizzes")
FOLDER = ROOT / "requirements"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _named(file: str) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)", (FOLDER / file).read_text(), re.M)
    return {_plain(name) for name in found}


def _imported() -> set[str]:
    found: set[str] = set()
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(ROOMS) - set(sys.stdlib_module_names)


def test_every_import_of_the_server_is_locked():
    known = packages_distributions()
    locked = _named("base.txt") | _named("scale.txt") | _named("ffmpeg.txt")
    lacking = {name for name in _imported() if not {_plain(d) for d in known.get(name, [name])} & locked}
    assert lacking == set()


@pytest.mark.parametrize("name", ["base", "node", "ffmpeg", "scale", "dev"])
def test_every_requirement_is_locked_with_hashes(name):
    assert _named(f"{name}.in") <= _named(f"{name}.txt")
    pins = re.findall(r"^[A-Za-z0-9._-]+==.*?(?=^[A-Za-z0-9]|\Z)", (FOLDER / f"{name}.txt").read_text(), re.M | re.S)
    assert pins and all("--hash=sha256:" in pin for pin in pins)
