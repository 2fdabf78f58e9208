"""What a case and its discussion obey: stages, kinds, consent, who may change what. Pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import cache


class Stage(StrEnum):
    """The life of a project, in its order."""

    CONCEPTION = "conception"
    CONVENTION = "convention"
    IMPLEMENTATION = "implementation"
    REPORTING = "reporting"
    EVALUATION = "evaluation"
    CAPITALISATION = "capitalisation"


class Facet(StrEnum):
    """What is told of each stage."""

    DONE = "done"
    DIFFICULTIES = "difficulties"
    LESSONS = "lessons"
    SUCCESSES = "successes"


class PostKind(StrEnum):
    """What a post wants to be: the columns of the later analysis."""

    QUESTION = "question"
    EXPERIENCE = "experience"
    STRENGTH = "strength"
    WEAKNESS = "weakness"
    QUALITY = "quality"
    EFFECTIVENESS = "effectiveness"
    EFFICIENCY = "efficiency"
    STRATEGIC = "strategic"
    OPERATIONAL = "operational"


class Consent(StrEnum):
    """Where a text may go, from the widest to the strictest."""

    PUBLIC = "public"
    CHATHAM = "chatham"
    COHORT = "cohort"
    UNQUOTED = "unquoted"


class Surface(StrEnum):
    """Where a text may show. Every new surface must be named here and in `may_show`."""

    SHEET = "sheet"
    PANEL = "panel"


class Fixed(StrEnum):
    """Why a post can no longer be changed, what lasts longest first."""

    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ARCHIVED = "archived"
    CLOSED = "closed"


class Filling(StrEnum):
    """How far a part of the case sheet is."""

    EMPTY = "empty"
    PARTLY = "partly"
    FILLED = "filled"


FACTS = ("territory", "partners", "convention", "means", "perspectives")
FACT_STAGE = "case"
"""Under which the versions of the facts are kept, beside the real stages."""
IDENTIFYING = frozenset({"territory", "partners"})
"""The facts that say whose case it is."""
RUBRICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("territory", ("territory",)),
    ("partners", ("partners", "convention")),
    *((stage.value, ()) for stage in Stage),
    ("means", ("means",)),
    ("perspectives", ("perspectives",)),
)
"""The parts of a case sheet: their name and the facts that they hold (none: the four texts of that stage)."""

_STRICTNESS = list(Consent)


@cache
def stricter(one: str, other: str) -> Consent:
    """Of the case's and the post's consent the stricter one holds."""
    return max(Consent(one), Consent(other), key=_STRICTNESS.index)


def may_show(consent: str, surface: Surface, *, inside: bool) -> bool:
    """Whether the text itself may stand on this surface; `inside`: the reader belongs to the cohort that tells it."""
    if surface is Surface.PANEL:
        return inside and consent != Consent.UNQUOTED
    return inside or consent in (Consent.PUBLIC, Consent.CHATHAM)


def may_name(*consents: str, member: bool) -> bool:
    """Whether author, institution, country and exact time may stand beside a post, which is read in its cohort alone:
    an administrator who is no member reads those told under the Chatham House rule without."""
    return member or Consent.CHATHAM not in consents


def may_identify(consent: str, *, inside: bool) -> bool:
    """Whether a reader may know whose case it is: outside of the cohort that tells it, only what is public says so."""
    return inside or consent == Consent.PUBLIC


def parent_of_reply(post_id: int, parent_id: int | None) -> int:
    """Replies are one level deep: a reply to a reply answers the post that opened the exchange."""
    return parent_id or post_id


def filling(filled: int, of: int) -> Filling:
    """A part is filled when all its texts are there."""
    return Filling.EMPTY if not filled else Filling.FILLED if filled >= of else Filling.PARTLY


def rubric_fillings(facts: Mapping[str, str], texts: Collection[tuple[str, str]]) -> dict[str, Filling]:
    """How far each part of a case sheet is, from its facts and the (stage, facet) that have a text."""
    result = {}
    for name, held in RUBRICS:
        if held:
            result[name] = filling(sum(bool(facts.get(fact)) for fact in held), len(held))
        else:
            result[name] = filling(sum((name, facet) in texts for facet in Facet), len(Facet))
    return result


def why_fixed(*, withdrawn: bool, hidden: bool, archived: bool, closed: bool) -> Fixed | None:
    """Why its author can no longer change a post, if so."""
    held = {Fixed.WITHDRAWN: withdrawn, Fixed.HIDDEN: hidden, Fixed.ARCHIVED: archived, Fixed.CLOSED: closed}
    return next((why for why, holds in held.items() if holds), None)


def may_withdraw_post(*, is_author: bool, in_sight: bool) -> bool:
    """Only the author withdraws a post, from a closed thread too; what a trainer has hidden stays on record for him."""
    return is_author and in_sight


def sees_hidden(*, is_author: bool, moderates: bool) -> bool:
    """A hidden post stays readable for its author and the trainers."""
    return is_author or moderates


def may_unhide(*, by: int, author: int, hidden_by: int | None) -> bool:
    """A trainer does not bring back his own post that another has hidden: nobody judges his own."""
    return by != author or by == hidden_by


def is_unread(post_id: int, upto_id: int | None, *, own: bool, ahead: bool = False) -> bool:
    """One's own posts are never new; everything else is until the mark has passed it or it was shown ahead of it."""
    return not own and not ahead and (upto_id is None or post_id > upto_id)


def read_upto(upto_id: int, later: Iterable[int], read: Collection[int]) -> int:
    """How far the mark moves: up to the first of the `later` posts, in their order, that was not read."""
    for post_id in later:
        if post_id not in read:
            break
        upto_id = post_id
    return upto_id


def posts_wanted(terms: Mapping[str, object] | None) -> int:
    """How many posts in sight complete a case step under its rule: one, unless it says otherwise."""
    wanted = (terms or {}).get("posts", 1)
    return wanted if isinstance(wanted, int) and wanted > 0 else 1


def has_contributed(posts: int, terms: Mapping[str, object]) -> bool:
    """Whether so many posts are enough. What was earned stays, whatever becomes of a post later."""
    return posts >= posts_wanted(terms)
