"""The rules of quizzes: what is right, what passes, which save counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules import attempts, results
from quizzes.rules.closing import MOST_BYTES, MOST_SAVES, Closed, closed
from quizzes.rules.folding import folding
from quizzes.rules.kinds import Kind, NotAnAnswer, blank, clean
from quizzes.rules.marking import mark, matches, takes_anything
from quizzes.rules.numbers import number

OPTIONS = [
    {"key": "a", "right": True},
    {"key": "b", "right": True},
    {"key": "c", "right": False},
    {"key": "d", "right": False},
]
NOON = datetime(2026, 6, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(("chosen", "fraction"), [("a", 1), ("c", 0), ("z", 0), (None, 0)])
def test_a_single_choice_earns_all_or_nothing(chosen: str | None, fraction: float) -> None:
    options = [{"key": "a", "right": True}, {"key": "c", "right": False}]
    assert mark(Kind.SINGLE, {"options": options}, chosen) == fraction


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [
        (["a", "b"], 1),
        (["a"], 0.5),
        (["a", "c"], 0),
        (["a", "b", "c"], 0.5),
        (["a", "b", "c", "d"], 0),
        (["c", "d"], 0),
        ([], 0),
    ],
)
def test_multiple_choice_is_right_minus_wrong_never_below_zero(chosen: list[str], fraction: float) -> None:
    assert mark(Kind.MULTIPLE, {"options": OPTIONS}, chosen) == fraction


@given(st.sets(st.sampled_from("abcd")), st.sampled_from("cd"))
def test_choosing_one_more_wrong_option_never_earns_more(chosen: set[str], wrong: str) -> None:
    spec = {"options": OPTIONS}
    assert mark(Kind.MULTIPLE, spec, [*(chosen | {wrong})]) <= mark(Kind.MULTIPLE, spec, [*(chosen - {wrong})])


def test_an_option_with_its_own_fraction_is_worth_that() -> None:
    options = [{"key": "a", "right": True, "fraction": 1}, {"key": "b", "right": True, "fraction": 0.25}]
    assert mark(Kind.SINGLE, {"options": options}, "b") == 0.25


@pytest.mark.parametrize(
    ("right", "value", "fraction"), [(True, True, 1), (True, False, 0), (False, False, 1), (False, None, 0)]
)
def test_true_or_false(right: bool, value: bool | None, fraction: float) -> None:
    assert mark(Kind.TRUEFALSE, {"right": right}, value) == fraction


@pytest.mark.parametrize(
    ("pattern", "answer", "fits"),
    [
        ("Marrakech", "Marrakech", True),
        ("Marrakech", " Marrakech\t", True),
        ("Marrakech", "marrakech", False),
        ("guide de planification", "guide  de\nplanification", True),
        ("l’évaluation", "l'évaluation", True),
        ("*planification*", "un guide de planification", True),
        ("guide*planification", "guide planification", True),
        ("guide*planification", "planification du guide", False),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("a*b*c", "a1b2c", True),
        ("a*b*b", "ab", False),
        (r"5 \* 3", "5 * 3", True),
        (r"5 \* 3", "5 and 3", False),
        ("(a|b)+", "(a|b)+", True),
        ("(a|b)+", "ab", False),
    ],
)
def test_an_accepted_form_may_hold_wildcards(pattern: str, answer: str, fits: bool) -> None:
    assert matches(pattern, answer) is fits


@pytest.mark.parametrize(
    ("names", "left", "right", "same"),
    [
        (["case"], "MARRAKECH", "marrakech", True),
        (["case"], "Évaluation", "evaluation", False),
        (["accents"], "Évaluation", "Evaluation", True),
        (["accents"], "cœur", "coeur", True),
        (["accents"], "e\u0301", "e", True),
        ([], "e\u0301", "é", True),
        (["arabic"], "الإتفاقية", "الاتفاقيه", True),
        (["arabic"], "مُدَرِّب", "مدرب", True),
        (["case", "accents"], "الإتفاقية", "الاتفاقيه", False),
    ],
)
def test_only_the_named_differences_are_forgiven(names: list[str], left: str, right: str, same: bool) -> None:
    fold = folding(names)
    assert (fold(left) == fold(right)) is same


@given(st.text(max_size=40), st.sets(st.sampled_from(["case", "accents", "arabic"])))
def test_folding_twice_changes_nothing_more(text: str, names: set[str]) -> None:
    fold = folding(names)
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text("ab*", max_size=6), max_size=6), st.text("ab", max_size=2000))
def test_a_text_is_always_of_its_own_form_and_many_wildcards_stay_quick(parts: list[str], text: str) -> None:
    assert matches(text, text)
    matches("*".join(parts), text)


def test_the_best_accepted_form_counts() -> None:
    accepted = [{"text": "Maroc", "fraction": 0.5}, {"text": "Marrakech"}, {"text": "*", "fraction": 0}]
    spec = {"accepted": accepted, "fold": ["case"]}
    assert [mark(Kind.SHORT, spec, word) for word in ("MARRAKECH", "maroc", "Tunis")] == [1, 0.5, 0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", "6"),
        (" +6 ", "6"),
        ("-2,5", "-2.5"),
        ("−2.5", "-2.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234\u00a0567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        (",5", "0.5"),
        ("5,", "5"),
        ("1e3", "1000"),
        ("1,5E-2", "0.015"),
        ("٦٫٥", "6.5"),
        ("0", "0"),
        ("", None),
        ("six", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("1e99999999999", None),
        ("1 2", None),
        ("12 34", None),
        ("1.2.3", None),
        ("1,23,456.7", None),
        (".", None),
        ("--1", None),
        ("9" * 60, None),
        ("²", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_a_number_reads_the_same_with_either_decimal_sign(value: Decimal) -> None:
    assert number(str(value)) == number(str(value).replace(".", ",")) == value


@pytest.mark.parametrize(
    ("form", "anything"),
    [
        ("*", True),
        ("**", True),
        (" * ", True),
        ("*.*", True),
        ("*ـ*", True),
        ("* \\* *", True),
        ("*planning*", False),
        ("*2", False),
        ("*مال*", False),
        ("\\*", False),
        ("%", False),
        ("...", False),
    ],
)
def test_a_form_of_stars_takes_anything(form: str, anything: bool) -> None:
    assert takes_anything(form, folding(("case", "accents", "arabic"))) is anything


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text: str) -> None:
    assert number(text) is None or isinstance(number(text), Decimal)


@pytest.mark.parametrize(("text", "fraction"), [("16", 1), ("15,9", 1), ("16.2", 0), ("seize", 0), ("16,10", 1)])
def test_a_number_is_right_within_its_tolerance(text: str, fraction: float) -> None:
    assert mark(Kind.NUMBER, {"accepted": [{"value": "16", "tolerance": "0.1"}]}, text) == fraction


def test_an_open_answer_waits_for_a_trainer_and_a_blank_one_earns_nothing() -> None:
    assert mark(Kind.OPEN, {}, "Un tableau de suivi.") is None
    assert mark(Kind.OPEN, {}, " \n") == 0


@pytest.mark.parametrize("text", ["\u200b", " \u00a0\u2060", "\u200f\u200e", "\ufeff"])
def test_a_text_of_which_nothing_can_be_seen_is_no_answer(text: str) -> None:
    for kind in (Kind.SHORT, Kind.NUMBER, Kind.OPEN):
        assert clean(kind, {}, text) is None and blank(text)
        assert clean(kind, {}, f"{text}7") == f"{text}7" and not blank(f"{text}7")


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.text(max_size=3), max_size=4)
)
SPECS: dict[Kind, dict[str, Any]] = {
    Kind.SINGLE: {"options": OPTIONS},
    Kind.MULTIPLE: {"options": OPTIONS},
    Kind.TRUEFALSE: {"right": True},
    Kind.SHORT: {"accepted": [{"text": "a*"}]},
    Kind.NUMBER: {"accepted": [{"value": "6", "tolerance": ""}]},
    Kind.OPEN: {},
}


@given(st.sampled_from(list(Kind)), ANYTHING)
def test_whatever_is_sent_is_refused_or_earns_between_nothing_and_everything(kind: Kind, raw: Any) -> None:
    try:
        value = clean(kind, SPECS[kind], raw)
    except NotAnAnswer:
        return
    assert clean(kind, SPECS[kind], value) == value
    fraction = mark(kind, SPECS[kind], value)
    assert fraction is None or 0 <= fraction <= 1
    assert not blank(value) or fraction == 0


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.SINGLE, "z"),
        (Kind.SINGLE, ["a"]),
        (Kind.MULTIPLE, "a"),
        (Kind.MULTIPLE, ["a", 1]),
        (Kind.TRUEFALSE, "maybe"),
        (Kind.SHORT, "x" * 1_001),
        (Kind.OPEN, "x" * 1_000_000),
        (Kind.OPEN, "a\0b"),
        (Kind.OPEN, "\ud800"),
        (Kind.OPEN, 3),
    ],
)
def test_what_cannot_be_an_answer_is_refused(kind: Kind, raw: Any) -> None:
    with pytest.raises(NotAnAnswer):
        clean(kind, SPECS[kind], raw)


def test_line_ends_become_line_feeds_and_options_keep_the_order_of_the_question() -> None:
    assert clean(Kind.OPEN, {}, "a\r\nb\rc ") == "a\nb\nc "
    assert clean(Kind.MULTIPLE, {"options": OPTIONS}, ["c", "a", "a"]) == ["a", "c"]


MARKED = st.builds(
    results.Marked,
    st.floats(0, 100),
    st.one_of(st.none(), st.floats(-10, 110)),
)


@pytest.mark.parametrize(
    ("items", "pass_mark", "verdict", "sums"),
    [
        ([(7, 7), (2, 0), (3, None)], 0.5, "passed", (7, 2, 3)),
        ([(7, 5), (3, None)], 0.6, "waiting", (5, 2, 3)),
        ([(7, 2), (3, None)], 0.6, "failed", (2, 5, 3)),
        ([(1, 1 / 3)] * 3, 1 / 3, "passed", (1, 2, 0)),
        ([], 0.5, "passed", (0, 0, 0)),
        ([(1, 5), (1, -5)], 0.5, "passed", (1, 1, 0)),
    ],
)
def test_a_result_says_what_is_sure(
    items: list[tuple[float, float | None]], pass_mark: float, verdict: str, sums: tuple[float, float, float]
) -> None:
    summed = results.result([results.Marked(*item) for item in items], pass_mark)
    assert summed.verdict == verdict
    assert (summed.earned, summed.lost, summed.waiting) == pytest.approx(sums)
    assert summed.unmarked == sum(earned is None for _points, earned in items)


@given(st.lists(MARKED, max_size=12), st.floats(0, 1), st.floats(0, 100))
def test_a_later_grade_never_turns_a_sure_verdict(items: list[results.Marked], pass_mark: float, grade: float) -> None:
    before = results.result(items, pass_mark)
    graded = [results.Marked(i.points, grade if i.earned is None else i.earned) for i in items]
    after = results.result(graded, pass_mark)
    assert after.waiting == 0 and after.total == pytest.approx(before.total)
    assert before.verdict in (results.Verdict.WAITING, after.verdict)


@pytest.mark.parametrize(("most", "made", "left"), [(2, 0, 2), (2, 2, 0), (2, 5, 0), (None, 9, None)])
def test_attempts_left(most: int | None, made: int, left: int | None) -> None:
    assert attempts.attempts_left(most, made) == left


def test_the_time_of_an_attempt_ends_by_its_own_limit() -> None:
    end = attempts.due(NOON, 600)
    assert end == NOON + timedelta(minutes=10)
    assert attempts.due(NOON, None) is None
    assert attempts.seconds_left(end, NOON + timedelta(seconds=1)) == 599
    assert attempts.seconds_left(end, NOON + timedelta(hours=1)) == 0
    assert attempts.seconds_left(None, NOON) is None


@pytest.mark.parametrize(
    ("seconds", "submitted", "standing"),
    [(0, False, "counts"), (660, False, "counts"), (661, False, "late"), (5, True, "handed_in")],
)
def test_a_save_counts_until_the_end_and_a_little_grace(seconds: int, submitted: bool, standing: str) -> None:
    handed_in = NOON if submitted else None
    now = NOON + timedelta(seconds=seconds)
    assert attempts.standing(NOON + timedelta(seconds=600), handed_in, now) == standing


def test_a_device_clock_that_runs_ahead_wins_nothing() -> None:
    began = NOON - timedelta(hours=2)
    assert attempts.said_at(NOON + timedelta(days=1), began, NOON) == NOON
    assert attempts.said_at(NOON - timedelta(hours=1), began, NOON) == NOON - timedelta(hours=1)
    assert attempts.said_at(None, began, NOON) == NOON


@pytest.mark.parametrize(("minutes", "counts"), [(-1, 60), (0, 0), (1, 1), (60, 60), (61, 60)])
def test_a_device_time_from_before_the_attempt_is_no_time(minutes: int, counts: int) -> None:
    device_time, received = NOON + timedelta(minutes=minutes), NOON + timedelta(hours=1)
    assert attempts.said_at(device_time, NOON, received) == NOON + timedelta(minutes=counts)


@pytest.mark.parametrize(
    ("submitted", "archived", "said", "saves", "size", "reason"),
    [
        (None, None, 9, 1, 1, None),
        (5, None, 5, 1, 1, None),
        (5, None, 6, 1, 1, Closed.HANDED_IN),
        (None, 5, 4, 1, 1, None),
        (None, 5, 6, 1, 1, Closed.ARCHIVED),
        (5, 3, 6, 1, 1, Closed.HANDED_IN),
        (7, 3, 6, 1, 1, Closed.ARCHIVED),
        (None, None, 9, MOST_SAVES, MOST_BYTES, None),
        (None, None, 9, MOST_SAVES + 1, 1, Closed.FULL),
        (5, None, 4, 1, MOST_BYTES + 1, Closed.FULL),
    ],
)
def test_when_an_attempt_takes_no_more(
    submitted: int | None, archived: int | None, said: int, saves: int, size: int, reason: Closed | None
) -> None:
    def at(minute: int | None) -> datetime | None:
        return None if minute is None else NOON + timedelta(minutes=minute)

    now = NOON + timedelta(minutes=10)
    assert closed(at(submitted), at(archived), [NOON + timedelta(minutes=said)], saves, size, now) is reason


@pytest.mark.parametrize(
    ("submitted", "archived", "days", "reason"),
    [
        (0, None, 14, None),
        (0, None, 14.1, Closed.HANDED_IN),
        (None, 0, 14, None),
        (None, 0, 14.1, Closed.ARCHIVED),
        (20, 0, 14.1, Closed.ARCHIVED),
        (None, None, 400, None),
    ],
)
def test_what_was_written_before_the_end_arrives_for_two_weeks(
    submitted: int | None, archived: int | None, days: float, reason: Closed | None
) -> None:
    ends = [None if day is None else NOON + timedelta(days=day) for day in (submitted, archived)]
    assert closed(*ends, [NOON - timedelta(minutes=1)], 1, 1, NOON + timedelta(days=days)) is reason
