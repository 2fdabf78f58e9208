"""Posts as HTML. A post is drawn once for all who see the same of it, for a page of fifty is often read."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, get_flashed_messages
from markupsafe import Markup

from app.i18n import current, day, gettext, this_year
from app.people import countries
from modules.cases.access import Place
from modules.cases.forms import endonym_of
from modules.cases.queries.posts import PostRow

KEPT = 1_024  # The posts of twenty full pages: a few megabytes.


def draw_posts(rows: Iterable[PostRow], place: Place, write_url: str = "") -> Markup:
    """The posts one after the other; a notice about a post stands in it."""
    told: dict[str, str] = dict(get_flashed_messages(with_categories=True))  # type: ignore[arg-type]
    language, year, drawn = current(), this_year(place.zone), []
    for row in rows:
        notice = told.get(f"p-{row.public_id}")
        if notice or row.hidden:  # What is drawn with a notice, or with a form of this very browser, is not kept.
            drawn.append(_article()(row, place.zone, place.moderates, write_url, notice))
        else:
            drawn.append(_kept(row, place.zone, place.moderates, write_url, language, year))
    return Markup("").join(drawn)


@lru_cache(KEPT)
def _kept(row: PostRow, zone: str, moderates: bool, write_url: str, _language: str, _year: int) -> Markup:
    """All that the post's HTML depends on is an argument; dates of another year say it."""
    article: Markup = _article()(row, zone, moderates, write_url)
    return article


def _article() -> Callable[..., Markup]:
    if "article" not in g:
        values = {"details": _details(), "language_name": endonym_of}
        g.article = vars(current_app.jinja_env.get_template("cases/_post.html").make_module(values))["article"]
    macro: Callable[..., Markup] = g.article
    return macro


def _details() -> Callable[[Any, str], str]:
    """What stands behind the name of an author: country, role, day. Posts stand on few days: each is written out once
    a page."""
    comma, language = gettext(", "), current()
    country, written = cache(lambda code: countries.name(code, language)), cache(day)

    def details(row: PostRow, zone: str) -> str:
        said = [country(row.country) if row.country else "", row.role]
        said.append(written(row.at.astimezone(ZoneInfo(zone)).date(), zone) if row.at else "")
        return "".join([comma + one for one in said if one])

    return details
