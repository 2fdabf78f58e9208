"""Which languages there are, and which one speaks now."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app
from flask_babel import force_locale, get_locale
from markupsafe import Markup, escape

SOURCE = Path(__file__).resolve().parent.parent / "translations"
DEFAULT = "fr"
WRITTEN_IN = "en"  # the language of the msgids, complete by nature


class Said(str):
    """A text that knows in which language it is, for pages that may be in another; "" where that is not known."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> "Said":
        """The text, and a tag like fr."""
        made = super().__new__(cls, text)
        made.lang = lang
        return made


def said(text: Any) -> Markup:
    """The text for a page; what is in another language than the page says so, for voices and for hyphens."""
    lang, here = getattr(text, "lang", ""), current()
    if not isinstance(text, Said) or lang in ("", here):
        return _kept_together(escape(text))
    turned = Markup(' dir="{}"').format(direction(lang)) if direction(lang) != direction(here) else ""
    return Markup('<span lang="{}"{}>{}</span>').format(lang, turned, str(text))


def _kept_together(text: Markup) -> Markup:
    """What begins with a figure stays in its order where the page runs the other way: "5 MB", not "MB 5"."""
    return Markup("<bdi>{}</bdi>").format(text) if text[:1].isdigit() and not text.isdigit() else text


def offered() -> list[str]:
    """Codes of the languages whose catalogue is complete, the default first."""
    return list(current_app.extensions["languages"])


def current() -> str:
    """Code of the language that speaks now."""
    locale = get_locale()
    return locale.language if locale else WRITTEN_IN


def direction(code: str | None = None) -> str:
    """ltr or rtl, also of a language that is only written in: a tag like ar-MA or ff-Adlm."""
    return _direction(code or current())


@cache
def endonym(code: str) -> str:
    """The language's name in itself: Français, English."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[0].upper() + name[1:]


@lru_cache(64)
def _direction(tag: str) -> str:
    try:
        return str(Locale.parse(tag, sep="-").text_direction)
    except (ValueError, UnknownLocaleError):  # A language that Unicode's data do not know.
        return "ltr"


def speaking(code: str) -> AbstractContextManager[None]:
    """Within it, texts are in that language: for letters and certificates."""
    return force_locale(code)


def of_terminal(environ: Mapping[str, str]) -> str:
    """The language of who types a command, as POSIX says it; the one of the help texts where that is not offered."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    code = re.split(r"[_.@]", named)[0].lower()
    return code if code in offered() else WRITTEN_IN


def complete(folders: list[Path]) -> list[str]:
    """The languages that have every text that the default language has."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in sorted(folder.glob("*/LC_MESSAGES/messages.mo")):
            with file.open("rb") as stream:
                texts = GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
            found.setdefault(file.parent.parent.name, set()).update(_msgid(key) for key in texts)
    wanted = found.get(DEFAULT, set())
    others = sorted(code for code, texts in found.items() if code != DEFAULT and code != WRITTEN_IN and wanted <= texts)
    return [DEFAULT, WRITTEN_IN, *others]


def _msgid(key: str | tuple[str, int]) -> str:
    return key if isinstance(key, str) else key[0]
