"""Noto Sans by scripts, as npm brings it: only what a sheet's letters need is opened."""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from app.config import ROOT

UNPACKED = ROOT / "var" / "fonts"
PACKAGES = ROOT / "node_modules/@fontsource"
LATIN, ARABIC = "latin", "arabic"
_SCRIPTS = {
    LATIN: "noto-sans", "latin-ext": "noto-sans", ARABIC: "noto-sans-arabic", "vietnamese": "noto-sans",
    "cyrillic": "noto-sans", "cyrillic-ext": "noto-sans", "greek": "noto-sans", "greek-ext": "noto-sans",
    "devanagari": "noto-sans",
}  # fmt: skip
WEIGHTS = {"": 400, "B": 700}


def file_of(script: str, style: str) -> Path:
    """The font of a script in a style of fpdf2: "" or "B". Unpacked once, for that takes longer than all the rest."""
    package = _SCRIPTS[script]
    packed = PACKAGES / package / "files" / f"{package}-{script}-{WEIGHTS[style]}-normal.woff2"
    file = UNPACKED / f"{packed.stem}.ttf"
    try:
        return file if file.exists() and file.stat().st_mtime >= packed.stat().st_mtime else _unpacked(packed, file)
    except PermissionError:
        return packed


def needed(text: str) -> list[str]:
    """The scripts that a text is written in, the plainest first."""
    left, found = set(text), []
    for script in _SCRIPTS:
        covered = {letter for letter in left if covers(script, letter)}
        if covered:
            found.append(script)
            left -= covered
    return found


def unknown(text: str) -> str:
    """The letters that none of the fonts has."""
    return "".join(dict.fromkeys(letter for letter in text if not any(covers(script, letter) for script in _SCRIPTS)))


def covers(script: str, letter: str) -> bool:
    """Whether the font of a script has a letter."""
    return any(first <= ord(letter) <= last for first, last in _ranges(script))


def _unpacked(packed: Path, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    font = TTFont(packed)
    font.flavor = None
    part = file.with_suffix(f".{os.getpid()}.part")
    font.save(part)
    return part.replace(file)


@cache
def _ranges(script: str) -> tuple[tuple[int, int], ...]:
    written = json.loads((PACKAGES / _SCRIPTS[script] / "unicode.json").read_text())[script]
    return tuple(_read(written))


def _read(written: str) -> Iterator[tuple[int, int]]:
    for part in written.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        yield int(first, 16), int(last or first, 16)
