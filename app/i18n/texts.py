"""gettext for code and templates: Flask-Babel's catalogues, without its cost of five look-ups per text.

A page asks for a hundred texts, so the catalogue of the request is found once and kept beside its locale.
"""

from gettext import NullTranslations
from typing import Any

from babel import Locale
from flask import Flask
from flask.globals import _cv_app
from flask_babel import LazyString, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.i18n.languages import WRITTEN_IN

# The English of our readers writes the day before the month.
_FORMATS = {"en": "en_GB"}
_NOBODY = (None, NullTranslations(), _FORMATS[WRITTEN_IN])


def gettext(text: str, **values: Any) -> str:
    """The text in the language that speaks now; %(name)s are filled in."""
    found = _speaking()[1].gettext(text)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The text for a count, which fills in %(num)d."""
    return _speaking()[1].ngettext(singular, plural, num) % {"num": num, **values}


def lazy(text: str, **values: Any) -> LazyString:
    """A text of module level, translated when it is shown."""
    return LazyString(gettext, text, **values)


def install(app: Flask) -> None:
    """Give both to the templates, where texts are trusted and what fills them in is escaped."""
    app.jinja_env.globals.update(gettext=_in_template, _=_in_template, ngettext=_count_in_template)
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]


@pass_eval_context
def _in_template(context: EvalContext, text: str, /, **values: Any) -> str:
    found = _speaking()[1].gettext(text)
    if context.autoescape:
        found = Markup(found)
    return found % values if values or "%" in found else found


@pass_eval_context
def _count_in_template(context: EvalContext, singular: str, plural: str, num: int, /, **values: Any) -> str:
    found = _speaking()[1].ngettext(singular, plural, num)
    values.setdefault("num", num)
    return (Markup(found) if context.autoescape else found) % values


def locale_code() -> str:
    """The code of the locale that speaks now, for Babel's formats: "fr", "en_GB"."""
    return _speaking()[2]


def _speaking() -> tuple[Locale | None, NullTranslations, str]:
    here = _cv_app.get(None)  # Not through `g`: a page asks a hundred times, and a proxy costs more than the answer.
    if here is None:
        return _NOBODY
    room = here.g.__dict__
    known: tuple[Locale | None, NullTranslations, str] | None = room.get("speaking")
    babel = room.get("_flask_babel")
    if known and babel is not None and getattr(babel, "babel_locale", None) is known[0]:
        return known
    locale = get_locale()
    known = room["speaking"] = (locale, get_translations(), _FORMATS.get(code := str(locale or WRITTEN_IN), code))
    return known
