"""The texts that code and templates ask for, read from the sources."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file

from app.i18n.catalogues import merge

ROOMS = ("app", "media", "modules", "quizzes")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def used(root: Path) -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Every msgid (plural ones as a tuple) with the file that uses it."""
    for room in ROOMS:
        for file in sorted(
            [*(root / room).rglob("*.py"), *(root / room).rglob("*.html"), *(root / room).rglob("*.txt")]
        ):
            method = "python" if file.suffix == ".py" else "jinja2"
            options = {"newstyle_gettext": "true", "trimmed": "false", "silent": "false", "extensions": _EXTENSIONS}
            for _line, text, *_rest in extract_from_file(method, file, KEYWORDS, options=options):
                if text and text != ("",):
                    yield text, str(file.relative_to(root))


_EXTENSIONS = "jinja2.ext.i18n,jinja2.ext.loopcontrols"


def missing(root: Path, folder: Path) -> list[str]:
    """The texts that a language lacks, each with a file that asks for it."""
    catalog = merge(folder)
    lacking = {}
    for text, file in used(root):
        known = catalog.get(text if isinstance(text, str) else text[0])
        if known is None or not known.string or (isinstance(text, tuple) and not isinstance(known.string, tuple)):
            lacking[text] = file
    return [f"{file}: {text!r}" for text, file in sorted(lacking.items(), key=lambda item: item[1])]
