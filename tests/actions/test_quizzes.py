"""Taking, saving, handing in, grading and releasing, on a real database."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import db
from app.errors import Conflict, Invalid
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules.actions import assign, complete
from modules.models import Assignment, Completion, Module, RuleVersion, Step
from modules.queries.reach import reach
from quizzes import access
from quizzes.actions import answering, editing, grading, taking
from quizzes.models import Answer, Attempt, AttemptItem, Grade, Question, QuestionVersion, Quiz, Release
from quizzes.queries.results import results
from quizzes.queries.taking import places
from quizzes.rules.kinds import Kind
from tests.quizzing import NOON, QUESTIONS, set_up, take
from tests.world import World

SOON = NOON + timedelta(minutes=1)


def open_item(session: Session, attempt: Attempt) -> AttemptItem:
    """The open question of an attempt."""
    return session.scalars(
        select(AttemptItem).where(AttemptItem.attempt_id == attempt.id, AttemptItem.position == 6)
    ).one()


def answer(position: int, value: Any, **more: Any) -> answering.Sent:
    """One answer as it is sent."""
    return answering.Sent(position, value, **more)


def test_starting_copies_the_terms_of_today(session: Session, house: World) -> None:
    quizzing = set_up(session, house, pass_mark=0.6, time_limit_s=600)
    attempt = taking.start(session, quizzing.quiz, house.learner, now=NOON)
    edited = editing.Terms("fr", "", 0.9, 5, None, True)
    editing.set_terms(session, house.steps["quiz"], edited, house.trainer, now=SOON)
    assert (attempt.pass_mark, attempt.max_attempts, attempt.due_at) == (0.6, 2, NOON + timedelta(seconds=600))


def test_starting_again_finds_the_attempt_under_way(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    first = taking.start(session, quizzing.quiz, house.learner, now=NOON)
    assert taking.start(session, quizzing.quiz, house.learner, now=SOON) is first


def test_no_attempt_begins_beyond_the_last(session: Session, house: World) -> None:
    quizzing = set_up(session, house, max_attempts=1)
    take(session, quizzing, house.learner)
    with pytest.raises(Conflict):
        taking.start(session, quizzing.quiz, house.learner, now=SOON)


def test_the_database_itself_refuses_an_attempt_too_many(session: Session, house: World) -> None:
    quizzing = set_up(session, house, max_attempts=1)
    terms = {"quiz_id": quizzing.quiz.id, "person_id": house.learner.id, "pass_mark": 0.5, "started_at": NOON}
    session.add(Attempt(number=2, max_attempts=1, **terms))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_quiz_without_a_question_cannot_be_started(session: Session, house: World) -> None:
    terms = editing.Terms("fr", "", 0.5, 2, None, True)
    quiz = editing.set_terms(session, house.steps["quiz"], terms, house.trainer, now=NOON)
    with pytest.raises(Conflict):
        taking.start(session, quiz, house.learner, now=NOON)


def test_a_race_of_threads_never_makes_one_attempt_too_many(app: Flask, session: Session, house: World) -> None:
    quizzing = set_up(session, house, max_attempts=2)
    together(app, 8, lambda own: _start_and_submit(own, quizzing.quiz.id, house.learner.id))
    numbers = session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert numbers == [1, 2]


def test_a_race_of_submissions_grades_once(app: Flask, session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner, submit=False)
    won: list[bool] = []

    def press(own: Session) -> None:
        won.append(taking.submit(own, own.get_one(Attempt, attempt.id), now=SOON))

    together(app, 5, press)
    assert sorted(won) == [False] * 4 + [True]
    assert session.scalar(select(func.count(Grade.id))) == 5


def test_a_race_of_graders_keeps_every_version_apart(app: Flask, session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner)
    item = open_item(session, attempt)
    session.commit()
    outcomes: list[str] = []

    def press(own: Session) -> None:
        try:
            grading.grade(
                own, own.get_one(AttemptItem, item.id), house.trainer, points=2, comment="", after=0, now=SOON
            )
            outcomes.append("kept")
        except Conflict:
            outcomes.append("told")

    together(app, 4, press)
    assert sorted(outcomes) == ["kept", "told", "told", "told"]


def together(app: Flask, threads: int, act: Callable[[Session], Any]) -> None:
    """Run the act in so many threads at once, each in a transaction of its own."""
    gate = threading.Barrier(threads)
    failures: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            with app.app_context(), db.sessionmaker.begin() as own:
                act(own)
        except BaseException as error:
            failures.append(error)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not failures


def _start_and_submit(own: Session, quiz_id: int, person_id: int) -> None:
    quiz = own.get_one(Quiz, quiz_id)
    person = own.get_one(Person, person_id)
    for _ in range(2):
        try:
            attempt = taking.start(own, quiz, person, now=NOON)
        except Conflict:
            return
        taking.submit(own, attempt, now=SOON)


def test_every_save_is_kept_and_the_last_one_stands(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    attempt = taking.start(session, quizzing.quiz, house.learner, now=NOON)
    for seconds, text in enumerate(("Un", "Un tableau", "Un tableau de suivi")):
        [receipt] = answering.save(session, attempt, [answer(6, text)], now=NOON + timedelta(seconds=seconds))
        assert receipt.stands and receipt.value == text
    assert session.scalar(select(func.count(Answer.id))) == 3
    assert places(session, attempt)[5].saved.value == "Un tableau de suivi"


def test_a_repeat_stores_nothing_and_gets_the_first_receipt(session: Session, house: World) -> None:
    attempt = taking.start(session, set_up(session, house).quiz, house.learner, now=NOON)
    sent = [answer(5, "12", client_id="one"), answer(6, "Texte", client_id="two")]
    first = answering.save(session, attempt, sent, now=NOON)
    again = answering.save(session, attempt, sent, now=SOON)
    assert again == first
    assert session.scalar(select(func.count(Answer.id))) == 2


def test_an_answer_that_waited_offline_does_not_replace_a_newer_one_in_silence(session: Session, house: World) -> None:
    attempt = taking.start(session, set_up(session, house).quiz, house.learner, now=NOON)
    answering.save(session, attempt, [answer(6, "Plus récent, sur l’ordinateur")], now=SOON)
    late = answer(6, "Plus ancien, sur le téléphone", client_id="phone", device_time=NOON)
    [receipt] = answering.save(session, attempt, [late], now=SOON + timedelta(minutes=5))
    assert receipt.standing == "counts" and not receipt.stands
    assert receipt.value == "Plus récent, sur l’ordinateur"
    assert session.scalar(select(func.count(Answer.id))) == 2


@pytest.mark.parametrize(("seconds", "standing"), [(0, "counts"), (600, "counts"), (700, "late")])
def test_what_arrives_after_the_end_is_kept_and_does_not_count(
    session: Session, house: World, seconds: int, standing: str
) -> None:
    attempt = taking.start(session, set_up(session, house, time_limit_s=600).quiz, house.learner, now=NOON)
    [receipt] = answering.save(session, attempt, [answer(6, "Texte")], now=NOON + timedelta(seconds=seconds))
    assert (receipt.standing, receipt.stands) == (standing, standing == "counts")


def test_what_arrives_after_handing_in_is_kept_and_does_not_count(session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner, {})
    [receipt] = answering.save(session, attempt, [answer(3, True, device_time=NOON)], now=SOON)
    assert receipt.standing == "handed_in" and not receipt.stands
    assert results(session, [attempt])[attempt.id].earned == 0


@pytest.mark.parametrize(
    ("position", "value"), [(1, "no such key"), (6, "x" * 1_000_000), (6, 5), (9, "x"), (3, "maybe")]
)
def test_one_answer_that_cannot_be_kept_refuses_the_whole_batch(
    session: Session, house: World, position: int, value: Any
) -> None:
    attempt = taking.start(session, set_up(session, house).quiz, house.learner, now=NOON)
    with pytest.raises(Invalid) as refused:
        answering.save(session, attempt, [answer(5, "12"), answer(position, value)], now=NOON)
    assert list(refused.value.fields)[0].startswith("answers.1.")
    assert session.scalar(select(func.count(Answer.id))) == 0


def test_handing_in_marks_by_rule_and_leaves_the_open_answer_to_a_trainer(session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner)
    result = results(session, [attempt])[attempt.id]
    assert (result.earned, result.lost, result.waiting) == (5, 0, 3)
    assert taking.submit(session, attempt, now=SOON) is False
    assert session.scalar(select(func.count(Grade.id))) == 5


def test_a_blank_open_answer_needs_no_trainer(session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner, {})
    result = results(session, [attempt])[attempt.id]
    assert (result.earned, result.lost, result.waiting) == (0, 8, 0)


def test_passing_is_reported_to_the_module_at_once_when_it_is_sure(session: Session, house: World) -> None:
    take(session, set_up(session, house, pass_mark=0.5), house.learner)
    assert completed(session, house) == 1


def test_passing_is_reported_at_release_when_it_hangs_on_a_grade(session: Session, house: World) -> None:
    quizzing = set_up(session, house, pass_mark=0.8)
    attempt = take(session, quizzing, house.learner)
    grading.grade(session, open_item(session, attempt), house.trainer, points=2.5, comment="Bien", after=0, now=SOON)
    assert completed(session, house) == 0
    assert grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON) == 1
    assert completed(session, house) == 1


def completed(session: Session, house: World) -> int:
    """How often the quiz step stands as done."""
    return session.scalar(select(func.count(Completion.id)).where(Completion.step_id == house.steps["quiz"].id)) or 0


def test_a_grade_is_seen_only_when_released_and_a_new_version_waits_again(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    attempt = take(session, quizzing, house.learner)
    item = open_item(session, attempt)

    def seen() -> tuple[float, float]:
        result = results(session, [attempt])[attempt.id]
        return result.earned, result.waiting

    grading.grade(session, item, house.trainer, points=1, comment="", after=0, now=SOON)
    assert seen() == (5, 3)
    grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON)
    assert seen() == (6, 0)
    grading.grade(session, item, house.trainer, points=3, comment="", after=1, now=SOON)
    assert seen() == (6, 0)
    assert grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON) == 1
    assert seen() == (8, 0)
    with pytest.raises(Conflict):
        grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON)


def test_taking_a_grade_back_is_a_version_too(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    item = open_item(session, take(session, quizzing, house.learner))
    grading.grade(session, item, house.trainer, points=1, comment="Un", after=0, now=SOON)
    grading.grade(session, item, house.trainer, points=2, comment="Deux", after=1, now=SOON)
    assert grading.take_back(session, item, house.trainer, after=2, now=SOON).comment == "Un"
    grading.take_back(session, item, house.trainer, after=3, now=SOON)
    versions = session.execute(
        select(Grade.number, Grade.points).where(Grade.item_id == item.id).order_by(Grade.number)
    )
    assert list(versions) == [(1, 1), (2, 2), (3, 1), (4, 2)]


def test_taking_the_only_grade_back_lets_the_answer_wait_again(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    item = open_item(session, take(session, quizzing, house.learner))
    grading.grade(session, item, house.trainer, points=1, comment="", after=0, now=SOON)
    assert grading.take_back(session, item, house.trainer, after=1, now=SOON).points is None
    with pytest.raises(Conflict):
        grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON)


@pytest.mark.parametrize("points", [-1, 3.01, float("nan"), float("inf")])
def test_points_stay_within_the_question(session: Session, house: World, points: float) -> None:
    item = open_item(session, take(session, set_up(session, house), house.learner))
    with pytest.raises(Invalid):
        grading.grade(session, item, house.trainer, points=points, comment="", after=0, now=SOON)


def test_a_release_reaches_only_its_own_cohort(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    attempt = take(session, quizzing, house.learner)
    grading.grade(session, open_item(session, attempt), house.trainer, points=1, comment="", after=0, now=SOON)
    with pytest.raises(Conflict):
        grading.release(session, quizzing.quiz, house.other_cohort, house.other_trainer, now=SOON)


def test_what_another_trainer_released_in_the_same_moment_is_neither_counted_nor_an_empty_release(
    session: Session, house: World
) -> None:
    quizzing = set_up(session, house)
    items = [open_item(session, take(session, quizzing, house.learner)) for _ in range(2)]
    grades = [
        grading.grade(session, item, house.trainer, points=1, comment="", after=0, now=SOON) for item in items
    ]  # fmt: skip
    faster = Release(quiz_id=quizzing.quiz.id, cohort_id=house.other_cohort.id, at=SOON, by_id=house.other_trainer.id)
    session.add(faster)
    session.commit()

    def overtaken(taken: list[int]) -> None:
        """Between the look at what is ready and the release of it."""

        def overtake(own: Session, *_: Any) -> None:
            own.connection().execute(sa.update(Grade).where(Grade.id.in_(taken)).values(release_id=faster.id))

        sa.event.listen(session, "after_flush", overtake, once=True)

    overtaken([grades[0].id])
    assert grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON) == 1
    assert session.scalar(select(Grade.release_id).where(Grade.id == grades[0].id)) == faster.id
    session.execute(sa.update(Grade).where(Grade.by_id.is_not(None)).values(release_id=None))
    session.commit()
    overtaken([one.id for one in grades])
    with pytest.raises(Conflict):
        grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=SOON)


def test_an_edit_makes_a_version_and_attempts_under_way_keep_theirs(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    attempt = take(session, quizzing, house.learner, submit=False)
    question = quizzing.questions[Kind.TRUEFALSE]
    draft = editing.Draft(Kind.TRUEFALSE, "fr", "Autre énoncé", 1, {"right": False})
    assert editing.edit_question(session, question, draft, house.trainer, now=SOON).number == 2
    assert editing.edit_question(session, question, draft, house.trainer, now=SOON).number == 2
    assert places(session, attempt)[2].text == "Question truefalse ?"
    taking.submit(session, attempt, now=SOON)
    assert results(session, [attempt])[attempt.id].earned == 5


def test_saving_a_question_unchanged_makes_no_version(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == Kind.MULTIPLE)).one()
    options = [{k: o[k] for k in ("key", "text", "right")} for o in version.spec["options"]]
    draft = editing.Draft(Kind.MULTIPLE, "fr", version.text, 1, {"options": options}, version.feedback)
    kept = editing.edit_question(session, quizzing.questions[Kind.MULTIPLE], draft, house.trainer, now=SOON)
    assert kept.number == 1


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        (Kind.SINGLE, {"options": [{"text": "a", "right": True}, {"text": "b", "right": True}]}, "options"),
        (Kind.MULTIPLE, {"options": [{"text": "a", "right": False}, {"text": "b", "right": False}]}, "options"),
        (Kind.SINGLE, {"options": [{"text": "a", "right": True}]}, "options"),
        (Kind.SINGLE, {"options": [{"text": "a", "right": True}, {"text": " a", "right": False}]}, "options"),
        (Kind.SHORT, {"accepted": []}, "accepted"),
        (Kind.NUMBER, {"accepted": [{"value": "1e400", "tolerance": ""}]}, "value"),
        (Kind.NUMBER, {"accepted": [{"value": "1", "tolerance": "-1"}]}, "tolerance"),
        (Kind.TRUEFALSE, {}, "right"),
        (Kind.OPEN, {}, None),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_its_field(
    session: Session, house: World, kind: Kind, spec: dict[str, Any], field: str | None
) -> None:
    draft = editing.Draft(kind, "fr", "Question ?", 1, spec)
    if field is None:
        editing.add_question(session, house.steps["quiz"], draft, house.trainer, now=NOON)
        return
    with pytest.raises(Invalid) as refused:
        editing.add_question(session, house.steps["quiz"], draft, house.trainer, now=NOON)
    assert field in refused.value.fields
    assert session.scalar(select(func.count(Question.id))) == 0


def test_an_archived_question_is_asked_no_more_until_it_is_restored(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    question = quizzing.questions[Kind.SINGLE]
    editing.archive(session, question, house.trainer, now=SOON)
    attempt = taking.start(session, quizzing.quiz, house.learner, now=SOON)
    assert len(places(session, attempt)) == len(QUESTIONS) - 1
    editing.restore(session, question)
    taking.submit(session, attempt, now=SOON)
    assert len(places(session, taking.start(session, quizzing.quiz, house.learner, now=SOON))) == len(QUESTIONS)


def test_questions_move_and_stop_at_the_ends(session: Session, house: World) -> None:
    quizzing = set_up(session, house)
    first = quizzing.questions[Kind.SINGLE]
    editing.move(session, house.steps["quiz"], first, -1)
    editing.move(session, house.steps["quiz"], first, 1)
    attempt = taking.start(session, quizzing.quiz, house.learner, now=SOON)
    assert [place.kind for place in places(session, attempt)][:2] == [Kind.MULTIPLE, Kind.SINGLE]


def test_attempts_whose_time_ran_out_are_handed_in_by_the_sweep(session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house, time_limit_s=600), house.learner, submit=False)
    assert taking.close_overdue(session, NOON + timedelta(seconds=610)) == 0
    assert taking.close_overdue(session, NOON + timedelta(seconds=700)) == 1
    assert attempt.submitted_at is not None
    assert results(session, [attempt])[attempt.id].earned == 5


def test_starting_after_the_time_ran_out_hands_the_old_attempt_in(session: Session, house: World) -> None:
    quizzing = set_up(session, house, time_limit_s=60)
    old = take(session, quizzing, house.learner, submit=False)
    new = taking.start(session, quizzing.quiz, house.learner, now=NOON + timedelta(hours=1))
    assert (old.submitted_at is not None, new.number) == (True, 2)


def statements(session: Session, act: Callable[[], Any]) -> int:
    """How many statements the act sends."""
    count = 0

    def hear(*_: Any) -> None:
        nonlocal count
        count += 1

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
    return count


def test_a_learner_who_left_the_cohort_keeps_the_attempt(session: Session, house: World) -> None:
    attempt = take(session, set_up(session, house), house.learner)
    session.execute(sa.update(Membership).values(ended_at=NOON))
    assert len(places(session, attempt)) == len(QUESTIONS)
    assert session.get_one(Step, house.steps["quiz"].id).kind == "quiz"


def other_module_for(session: Session, house: World, cohort: Cohort) -> None:
    """Another module of the cycle, given to the cohort; its one step, a page."""
    module = Module(cycle_id=house.cycle.id, position=2, created_at=NOON)
    session.add(module)
    session.flush()
    rules = RuleVersion(module_id=module.id, number=1, at=NOON, terms={})
    page = Step(module_id=module.id, position=1, kind="page", created_at=NOON)
    session.add_all([rules, page])
    session.flush()
    session.add(Assignment(cohort_id=cohort.id, module_id=module.id, rule_version_id=rules.id, at=NOON))
    session.flush()


def test_who_learns_where_the_quiz_is_open_takes_part_and_who_may_read_it_otherwise_does_not(
    session: Session, house: World
) -> None:
    step, me = house.steps["quiz"], house.admin
    given = session.scalars(select(Assignment).where(Assignment.cohort_id == house.cohort.id)).one()
    other_module_for(session, house, house.other_cohort)

    def learn(cohort: Cohort, role: Role = Role.LEARNER) -> Membership:
        membership = Membership(person_id=me.id, cohort_id=cohort.id, role=role, since=NOON)
        session.add(membership)
        return membership

    def takes_part() -> bool:
        session.flush()
        return access.takes_part(session, me, step, now=NOON)

    assert not takes_part(), "another learns here"
    learn(house.other_cohort)
    assert not takes_part(), "the cohort has another module"
    learn(house.cohort, Role.TRAINER)
    assert not takes_part(), "trains here, learns elsewhere"
    mine = learn(house.cohort)
    for opens_at, is_open in ((None, True), (NOON, True), (SOON, False), (NOON - timedelta(days=1), True)):
        given.opens_at = opens_at
        assert takes_part() is is_open, opens_at
    house.cohort.archived_at = NOON
    assert not takes_part(), "the cohort is put away"
    house.cohort.archived_at = None
    assert takes_part()
    mine.ended_at = NOON
    assert not takes_part(), "has left the cohort"
    learn(house.cohort)
    assert takes_part(), "and is back"


def test_only_learners_who_have_done_the_rest_of_the_module_count_as_done_without_the_quiz(
    session: Session, house: World
) -> None:
    house.admin.is_admin = True
    step, others = house.steps["quiz"], [each for kind, each in house.steps.items() if kind != "quiz"]

    def found() -> tuple[Any, int]:
        session.flush()
        told = reach(session, house.admin, step.module_id, step)
        assert told is not None
        return told.cohorts, told.done

    other_module_for(session, house, house.other_cohort)
    assert found() == (["Cohort 1"], 0), "the other cohort has another module"
    for person in (house.learner, house.trainer):
        for each in others:
            complete(session, each, person, now=NOON, source="trainer", by=house.admin)
    assert found() == (["Cohort 1"], 1), "neither who trains nor a step of another module"
    put_away = Cohort(name="Cohort 3", zone="Africa/Bamako", created_at=NOON)
    session.add(put_away)
    session.flush()
    for cohort in (house.other_cohort, put_away):
        assign(session, cohort, house.module, opens=None, due=None, now=NOON, by=house.admin)
        session.add(Membership(person_id=house.learner.id, cohort_id=cohort.id, role=Role.LEARNER, since=NOON))
    assert found() == (["Cohort 1", "Cohort 2", "Cohort 3"], 1), "one person in three cohorts"
    put_away.archived_at = NOON
    assert found() == (["Cohort 1", "Cohort 2"], 1)
    for each in others:
        each.archived_at = NOON
    assert found() == (["Cohort 1", "Cohort 2"], 0), "nothing else to have done"
