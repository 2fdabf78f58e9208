"""The names of stages, kinds, facets and consent levels as readers see them."""

from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from markupsafe import Markup

from app.i18n import _, lazy, locale_code, ngettext, said
from modules.cases.rules import Consent, Facet, Filling, Fixed, PostKind, Stage

STAGES: dict[str, Any] = {
    Stage.CONCEPTION: lazy("Design"),
    Stage.CONVENTION: lazy("Agreement"),
    Stage.IMPLEMENTATION: lazy("Implementation"),
    Stage.REPORTING: lazy("Monitoring and reporting"),
    Stage.EVALUATION: lazy("Evaluation"),
    Stage.CAPITALISATION: lazy("Capitalisation"),
}
FIXED: dict[str, Any] = {
    Fixed.WITHDRAWN: lazy("You have withdrawn this post: it can no longer be changed."),
    Fixed.HIDDEN: lazy("A trainer has hidden your post: you cannot change it while it is hidden."),
    Fixed.ARCHIVED: lazy(
        "This discussion or its case is archived: you cannot change your post until it is brought back."
    ),
    Fixed.CLOSED: lazy("This discussion is closed: you can no longer change your post."),
}
"""Why its author can no longer change a post, said to the author."""
RUBRICS: dict[str, Any] = {
    "territory": lazy("Context and territory"),
    "partners": lazy("Partners and agreement"),
    **STAGES,
    "means": lazy("Costs and means"),
    "perspectives": lazy("Prospects"),
}
PROMPTS: dict[str, Any] = {
    "territory": lazy("Who is the local government? Which need does the project answer?"),
    "partners": lazy("Who takes part, and under which type of agreement?"),
    Stage.CONCEPTION: lazy("How was the project prepared, with whom, in how much time?"),
    Stage.CONVENTION: lazy("How was the agreement written, negotiated and signed?"),
    Stage.IMPLEMENTATION: lazy("What was carried out, by whom, with which changes on the way?"),
    Stage.REPORTING: lazy("Who followed the project, with which indicators, who was told?"),
    Stage.EVALUATION: lazy("Who measured the results, when, with which source?"),
    Stage.CAPITALISATION: lazy("What was written down and passed on, and to whom?"),
    "means": lazy("Which means in money, people and time, and from whom?"),
    "perspectives": lazy("What comes after the project?"),
}
FACETS: dict[str, Any] = {
    Facet.DONE: lazy("What was done in this stage"),
    Facet.DIFFICULTIES: lazy("Difficulties"),
    Facet.LESSONS: lazy("Lessons"),
    Facet.SUCCESSES: lazy("Successes"),
}
FACTS: dict[str, Any] = {
    "territory": lazy("Territory"),
    "partners": lazy("Partners"),
    "convention": lazy("Type of agreement"),
    "means": lazy("Means"),
    "perspectives": lazy("Prospects"),
}
KINDS: dict[str, Any] = {
    PostKind.QUESTION: lazy("Question"),
    PostKind.EXPERIENCE: lazy("Experience"),
    PostKind.STRENGTH: lazy("Strength"),
    PostKind.WEAKNESS: lazy("Weakness"),
    PostKind.QUALITY: lazy("Improve quality"),
    PostKind.EFFECTIVENESS: lazy("Improve effectiveness"),
    PostKind.EFFICIENCY: lazy("Improve efficiency"),
    PostKind.STRATEGIC: lazy("Strategic recommendation"),
    PostKind.OPERATIONAL: lazy("Technical recommendation"),
}
SIGNS: dict[str, str] = {
    **dict.fromkeys(PostKind, "»"),
    PostKind.QUESTION: "?",
    PostKind.EXPERIENCE: "¶",
    PostKind.STRENGTH: "+",
    PostKind.WEAKNESS: "−",
}
KINDLESS = lazy("Choose what kind of post this is.")
CONSENTS: dict[str, Any] = {
    Consent.PUBLIC: lazy("Public: anyone, with your name"),
    Consent.CHATHAM: lazy("Chatham House: outside the cohort without name or place"),
    Consent.COHORT: lazy("Cohort only: with your name, nowhere else"),
    Consent.UNQUOTED: lazy("Not to be quoted: read here only"),
}
SHARING: dict[str, Any] = {
    Consent.PUBLIC: lazy("public"),
    Consent.CHATHAM: lazy("Chatham House"),
    Consent.COHORT: lazy("cohort only"),
    Consent.UNQUOTED: lazy("not to be quoted"),
}
FILLINGS: dict[str, Any] = {
    Filling.EMPTY: lazy("empty"),
    Filling.PARTLY: lazy("under way"),
    Filling.FILLED: lazy("filled in"),
}
ROLES: dict[str, Any] = {
    "trainer": lazy("trainer"),
    "presenter": lazy("presents the case"),
    "expert": lazy("expert"),
    "learner": lazy("learner"),
    "observer": lazy("observer"),
}
"""In the order in which one is shown for a person who has several."""

_UNNAMED = {Consent.CHATHAM: lazy("A case under the Chatham House rule")}
_ELSEWHERE = lazy("A case of another cohort")
NAMED = 6
"""How many cases are called by their names where there is only one line for them."""

LANGUAGES = ("fr", "en", "pt", "ar")


def kinds() -> list[tuple[str, str]]:
    """The kinds of a post with their signs, to choose from."""
    return [(kind, f"{SIGNS[kind]} {word}") for kind, word in KINDS.items()]


def cases(names: Sequence[str]) -> str:
    """How many cases there are, and the first of them by name."""
    if not names:
        return _("No case here yet.")
    more = len(names) - NAMED
    rest = [ngettext("%(num)d other", "%(num)d others", more)] if more > 0 else []
    listed = _list([said(name) for name in names], rest)
    return Markup(ngettext("%(num)d case: %(names)s.", "%(num)d cases: %(names)s.", len(names), names=listed))


def completed_by(posts: int) -> str:
    """What completes a case step."""
    return ngettext(
        "Done with one contribution to the discussions.",
        "Done with %(num)d contributions to the discussions.",
        posts,
    )


def _list(names: Sequence[str], rest: list[str]) -> str:
    return format_list([*names[:NAMED], *rest], locale=locale_code())


def unnamed(consent: str) -> str:
    """What a case is called where nobody may know whose it is."""
    return str(_UNNAMED.get(Consent(consent), _ELSEWHERE))
