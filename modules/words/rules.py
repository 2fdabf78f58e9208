"""Versions of rules in words: what each asks otherwise than the one before."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.i18n import _, percent
from modules import rules
from modules.rules.impossible import Difference


def rule_differences(found: Sequence[Difference], titles: Mapping[str, str]) -> list[str]:
    """A sentence for each."""
    return [_said(each, titles.get(each.of, "")) for each in found]


def _said(each: Difference, title: str) -> str:
    if each.of == rules.MODULE:
        if each.name == "order":
            return _("In order.") if each.after else _("In any order.")
        return _("Needed: %(many)s.", many=each.after or _("all steps"))
    if each.name == "optional":
        said = _("“%(title)s” may be left out.") if each.after else _("“%(title)s” is needed.")
        return said % {"title": title}
    return _(
        "“%(title)s”: %(before)s, then %(after)s.", title=title, before=_shown(each.before), after=_shown(each.after)
    )


def _shown(value: Any) -> str:
    if value is None:
        return _("as the step was made")
    if isinstance(value, float):
        return percent(value)
    if isinstance(value, list):
        return _("watched only") if value else _("watched or read")
    return str(value)
