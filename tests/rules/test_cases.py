"""Rules of cases and their discussions."""

import pytest

from modules.cases import words
from modules.cases.rules import (
    RUBRICS,
    Consent,
    Facet,
    Filling,
    Fixed,
    PostKind,
    Stage,
    Surface,
    has_contributed,
    is_unread,
    may_identify,
    may_name,
    may_show,
    may_unhide,
    may_withdraw_post,
    parent_of_reply,
    read_upto,
    rubric_fillings,
    sees_hidden,
    stricter,
    why_fixed,
)

EARLY, LATE = 7, 9


@pytest.mark.parametrize(
    ("case", "post", "holds"),
    [
        ("public", "public", "public"),
        ("public", "chatham", "chatham"),
        ("chatham", "public", "chatham"),
        ("cohort", "chatham", "cohort"),
        ("cohort", "unquoted", "unquoted"),
        ("unquoted", "public", "unquoted"),
    ],
)
def test_the_stricter_consent_of_case_and_post_holds(case: str, post: str, holds: str) -> None:
    assert stricter(case, post) == holds


@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize("consent", list(Consent))
def test_every_surface_obeys_every_consent(surface: Surface, consent: Consent) -> None:
    inside, outside = (may_show(consent, surface, inside=here) for here in (True, False))
    assert inside is not (consent is Consent.UNQUOTED and surface is Surface.PANEL)
    assert outside is (consent in (Consent.PUBLIC, Consent.CHATHAM) and surface is not Surface.PANEL)


def test_chatham_house_hides_the_name_outside_of_the_cohort_only() -> None:
    assert may_name("chatham", "chatham", member=True)
    assert not may_name("cohort", "chatham", member=False)
    assert not may_name("chatham", "public", member=False)
    assert may_name("cohort", "public", member=False)


@pytest.mark.parametrize("consent", list(Consent))
def test_outside_of_its_cohort_only_a_public_case_is_known_by_name(consent: Consent) -> None:
    assert may_identify(consent, inside=True)
    assert may_identify(consent, inside=False) is (consent is Consent.PUBLIC)
    assert ("Chatham" in words.unnamed(consent)) is (consent is Consent.CHATHAM)


def test_nobody_brings_back_his_own_post_that_another_has_hidden() -> None:
    assert may_unhide(by=1, author=2, hidden_by=3)
    assert may_unhide(by=1, author=2, hidden_by=1)
    assert may_unhide(by=1, author=1, hidden_by=1)
    assert not may_unhide(by=1, author=1, hidden_by=3)
    assert not may_unhide(by=1, author=1, hidden_by=None)


def test_a_reply_to_a_reply_answers_the_first_post() -> None:
    assert parent_of_reply(7, None) == 7
    assert parent_of_reply(9, 7) == 7


def test_a_part_is_filled_when_all_its_texts_are_there() -> None:
    facts = {"territory": "x", "partners": "x", "convention": "", "means": "", "perspectives": ""}
    texts = {("conception", facet.value) for facet in Facet} | {("evaluation", "done")}
    fillings = rubric_fillings(facts, texts)
    assert [name for name, filling in fillings.items() if filling is Filling.FILLED] == ["territory", "conception"]
    assert [name for name, filling in fillings.items() if filling is Filling.PARTLY] == ["partners", "evaluation"]
    assert list(fillings) == [name for name, _ in RUBRICS]


@pytest.mark.parametrize("held", [[], *([one] for one in Fixed), [Fixed.CLOSED, Fixed.HIDDEN, Fixed.WITHDRAWN]])
def test_a_post_is_changed_only_in_sight_and_in_an_open_discussion_and_the_reason_is_the_lasting_one(held) -> None:
    why = why_fixed(**{one.value: one in held for one in Fixed})
    assert why == next((one for one in Fixed if one in held), None)


def test_only_the_author_withdraws_a_post_and_not_while_it_is_hidden():
    assert may_withdraw_post(is_author=True, in_sight=True)
    assert not may_withdraw_post(is_author=False, in_sight=True)
    assert not may_withdraw_post(is_author=True, in_sight=False)


def test_a_hidden_post_is_seen_by_its_author_and_the_trainers() -> None:
    assert sees_hidden(is_author=True, moderates=False)
    assert sees_hidden(is_author=False, moderates=True)
    assert not sees_hidden(is_author=False, moderates=False)


def test_own_posts_are_never_new() -> None:
    assert is_unread(LATE, EARLY, own=False)
    assert is_unread(LATE, None, own=False)
    assert not is_unread(EARLY, EARLY, own=False)
    assert not is_unread(LATE, None, own=True)
    assert not is_unread(LATE, EARLY, own=False, ahead=True)


@pytest.mark.parametrize(
    ("upto", "later", "read", "moved"),
    [(0, [], [], 0), (3, [5, 6], [6], 3), (3, [5, 6, 9], [5, 6], 6), (3, [5, 6], [5, 6, 2], 6), (7, [8], [], 7)],
)
def test_a_mark_stops_before_the_first_post_that_was_not_read(
    upto: int, later: list[int], read: list[int], moved: int
) -> None:
    assert read_upto(upto, later, read) == moved


@pytest.mark.parametrize(
    ("posts", "terms", "enough"),
    [
        (0, {}, False),
        (1, {}, True),
        (1, {"posts": 2}, False),
        (2, {"posts": 2}, True),
        (0, {"posts": 0}, False),
        (1, {"posts": "x"}, True),
    ],
)
def test_a_step_is_done_with_the_posts_that_its_rule_asks_for(posts: int, terms: dict, enough: bool) -> None:
    assert has_contributed(posts, terms) is enough


def test_everything_has_a_word() -> None:
    assert set(words.STAGES) == set(Stage)
    assert set(words.KINDS) == set(words.SIGNS) == set(PostKind)
    assert set(words.FACETS) == set(Facet)
    assert set(words.CONSENTS) == set(words.SHARING) == set(Consent)
    assert set(words.RUBRICS) == set(words.PROMPTS) == {name for name, _ in RUBRICS}
