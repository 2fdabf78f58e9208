"""Actions on cases and posts, on a real database."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.errors import Conflict, Forbidden, Invalid
from modules.cases import actions
from modules.cases.actions import Change, Draft
from modules.cases.models import Case, CaseHeading, Hiding, Post, PostText, ReadAhead, ReadMark, Thread
from modules.cases.queries.posts import first_unread
from modules.cases.queries.steps import steps_of
from modules.models import Completion

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(session: Any, house: Any) -> Case:
    """A case that may be quoted by anyone."""
    made = actions.create_case(
        session, house.cycle.id, country="ML", title="Mali", consent="public", by=house.admin, now=NOW
    )
    session.commit()
    return made


@pytest.fixture
def thread(session: Any, house: Any, case: Case) -> Thread:
    """A discussion of the learner's cohort."""
    made = actions.open_thread(session, case, house.cohort.id, title="Dates", stage=None, by=house.trainer, now=NOW)
    session.commit()
    return made


def draft(**more: Any) -> Draft:
    return Draft(**({"kind": "experience", "body": "Texte", "language": "fr"} | more))


def test_every_field_that_breaks_a_rule_is_named(session: Any, house: Any, case: Case, thread: Thread) -> None:
    wrong = draft(kind="poem", body=" ", language="French!", stage="moon", consent="maybe")
    with pytest.raises(Invalid) as refusal:
        actions.write(session, thread, case, wrong, author=house.learner, now=NOW)
    assert set(refusal.value.fields) == {"kind", "body", "language", "stage", "consent"}


def test_a_post_takes_stage_and_consent_from_its_place(session: Any, house: Any, case: Case, thread: Thread) -> None:
    thread.stage = "evaluation"
    plain = actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    own = actions.write(
        session, thread, case, draft(stage="conception", consent="chatham"), author=house.learner, now=NOW
    )
    assert (plain.stage, plain.consent) == ("evaluation", "public")
    assert (own.stage, own.consent) == ("conception", "chatham")


def test_the_same_client_id_makes_one_post_per_author(session: Any, house: Any, case: Case, thread: Thread) -> None:
    one = actions.write(session, thread, case, draft(client_id="a"), author=house.learner, now=NOW)
    assert actions.write(session, thread, case, draft(client_id="a"), author=house.learner, now=NOW) is one
    assert actions.write(session, thread, case, draft(client_id="a"), author=house.trainer, now=NOW) is not one
    assert session.scalar(sa.select(sa.func.count(PostText.id))) == 2


def test_a_draft_that_came_back_with_another_text_corrects_its_post_once(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    for body, corrects in (("Un", True), ("Un", True), ("Deux", True), ("Un", False), ("Trois", True)):
        actions.write(
            session, thread, case, draft(client_id="a", body=body, corrects=corrects), author=house.learner, now=NOW
        )
    assert session.scalars(sa.select(PostText.body).order_by(PostText.number)).all() == ["Un", "Deux"]


def test_two_clicks_at_once_make_one_post(app: Any, session: Any, house: Any, case: Case, thread: Thread) -> None:
    failures: list[Exception] = []

    def click() -> None:
        try:
            with app.app_context(), db.sessionmaker.begin() as own:
                author = own.get_one(type(house.learner), house.learner.id)
                here, of = own.get_one(Thread, thread.id), own.get_one(Case, case.id)
                actions.write(own, here, of, draft(client_id="twice"), author=author, now=NOW)
        except Exception as failure:
            failures.append(failure)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    [one.start() for one in clicks]
    [one.join() for one in clicks]
    assert failures == []
    assert session.scalar(sa.select(sa.func.count(Post.id))) == 1


def test_the_step_is_done_with_the_number_of_posts_in_its_rule(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    house.rules.terms = {house.steps["cases"].public_id: {"posts": 2}}
    session.add(house.rules)
    first = actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    actions.hide(session, first, reason="Essai", by=house.trainer, now=NOW)
    actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    assert session.scalar(sa.select(sa.func.count(Completion.id))) == 0
    for _ in range(2):
        actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    assert session.scalar(sa.select(sa.func.count(Completion.id))) == 1


def test_a_post_out_of_sight_does_not_count_until_it_is_back_and_what_was_earned_stays(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    house.rules.terms = {house.steps["cases"].public_id: {"posts": 2}}
    session.add(house.rules)
    done = sa.select(Completion.person_id, Completion.source)
    withdrawn, hidden = (actions.write(session, thread, case, draft(), author=house.learner, now=NOW) for _ in "12")
    session.delete(session.scalars(sa.select(Completion)).one())
    actions.withdraw(session, withdrawn, by=house.learner, now=NOW)
    actions.hide(session, hidden, reason="Essai", by=house.trainer, now=NOW)
    last = actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    assert session.execute(done).all() == []
    actions.undo_hiding(session, hidden, by=house.trainer, now=NOW)
    assert session.execute(done).all() == [(house.learner.id, "cases")]
    actions.withdraw(session, last, by=house.learner, now=NOW)
    actions.hide(session, hidden, reason="Essai", by=house.trainer, now=NOW)
    assert session.execute(done).all() == [(house.learner.id, "cases")]
    assert steps_of(session, house.cycle.id, house.cohort.id, house.learner.id, "fr")[0].done_at == NOW


def test_a_closed_discussion_takes_posts_from_nobody_until_it_is_opened_again(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    actions.close(session, thread, closed=True, by=house.trainer, now=NOW)
    actions.close(session, thread, closed=True, by=house.admin, now=NOW + timedelta(days=1))
    assert (thread.closed_at, thread.closed_by_id) == (NOW, house.trainer.id)
    for author in (house.learner, house.trainer):
        with pytest.raises(Conflict):
            actions.write(session, thread, case, draft(), author=author, now=NOW)
    actions.close(session, thread, closed=False, by=house.admin, now=NOW)
    assert actions.write(session, thread, case, draft(), author=house.learner, now=NOW)


def test_editing_is_for_the_author_and_keeps_every_version(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    post = actions.write(session, thread, case, draft(body="Un"), author=house.learner, now=NOW)
    with pytest.raises(Forbidden):
        actions.edit(session, post, thread, Change("Deux"), by=house.trainer, now=NOW)
    actions.edit(session, post, thread, Change("Deux", based_on=1), by=house.learner, now=NOW)
    actions.edit(session, post, thread, Change("Deux"), by=house.learner, now=NOW)
    with pytest.raises(Conflict):
        actions.edit(session, post, thread, Change("Trois", based_on=1), by=house.learner, now=NOW)
    assert session.scalars(sa.select(PostText.body).order_by(PostText.number)).all() == ["Un", "Deux"]


def test_a_reply_must_be_in_the_same_discussion(session: Any, house: Any, case: Case, thread: Thread) -> None:
    elsewhere = actions.open_thread(session, case, house.cohort.id, title="Autre", stage=None, by=None, now=NOW)
    post = actions.write(session, elsewhere, case, draft(), author=house.learner, now=NOW)
    with pytest.raises(Invalid):
        actions.write(session, thread, case, draft(), author=house.learner, now=NOW, parent=post)


def test_a_read_mark_moves_forward_over_what_was_shown_and_nothing_else(
    session: Any, house: Any, case: Case, thread: Thread
) -> None:
    authors = (house.trainer, house.trainer, house.learner, house.trainer)
    one, two, own, four = (actions.write(session, thread, case, draft(), author=a, now=NOW).id for a in authors)
    marks = sa.select(ReadMark.upto_id), sa.select(ReadAhead.post_id).order_by(ReadAhead.post_id)
    for shown, upto, ahead in (
        ([four], 0, [four]), ([two, own], 0, [two, own, four]), ([one], four, []), ([one, two], four, []),
    ):  # fmt: skip
        actions.mark_read(session, house.learner.id, thread.id, shown)
        session.flush()
        kept = session.scalars(marks[1]).all()
        assert (session.scalars(marks[0]).all(), [post_id for post_id in kept if post_id != own]) == (
            [upto], [post_id for post_id in ahead if post_id != own]
        )  # fmt: skip


def test_a_post_that_arrives_late_with_an_earlier_moment_is_new(session: Any, house: Any, thread: Thread) -> None:
    case = session.get_one(Case, thread.case_id)
    read = actions.write(session, thread, case, draft(), author=house.trainer, now=NOW)
    actions.mark_read(session, house.learner.id, thread.id, [read.id])
    assert first_unread(session, thread, house.learner) is None
    late = actions.write(session, thread, case, draft(), author=house.trainer, now=NOW - timedelta(minutes=5))
    assert first_unread(session, thread, house.learner) is late


def test_every_version_of_a_post_knows_its_kind(session: Any, house: Any, case: Case, thread: Thread) -> None:
    post = actions.write(
        session, thread, case, draft(kind="strength", stage="evaluation"), author=house.learner, now=NOW
    )
    actions.edit(session, post, thread, Change("Texte", "weakness"), by=house.learner, now=NOW)
    actions.edit(session, post, thread, Change("Texte", "weakness"), by=house.learner, now=NOW)
    kept = sa.select(PostText.number, PostText.kind, PostText.stage, PostText.lang).order_by(PostText.number)
    assert session.execute(kept).all() == [(1, "strength", "evaluation", "fr"), (2, "weakness", "evaluation", "fr")]
    assert (post.kind, post.version) == ("weakness", 2)


def test_title_country_and_consent_of_a_case_keep_their_dates(session: Any, house: Any, case: Case) -> None:
    told = {"country": "ML", "title": "Mali", "consent": "public", "lang": "fr", "facts": {}, "cohort_id": None}
    for changed in ({}, {"consent": "chatham"}, {"consent": "chatham"}, {"title": "Mali, bis"}):
        told |= changed
        actions.tell_facts(session, case, by=house.trainer, now=NOW + timedelta(days=1), **told)
    kept = sa.select(CaseHeading.title, CaseHeading.consent, CaseHeading.at, CaseHeading.by_id).order_by(CaseHeading.id)
    later = NOW + timedelta(days=1), house.trainer.id
    assert session.execute(kept).all() == [
        ("Mali", "public", NOW, house.admin.id),
        ("Mali", "chatham", *later),
        ("Mali, bis", "chatham", *later),
    ]


@pytest.mark.parametrize("wrong", [{"country": "Mali"}, {"title": " "}, {"consent": "maybe"}])
def test_a_case_needs_a_country_a_title_and_a_consent(session: Any, house: Any, wrong: dict[str, str]) -> None:
    values = {"country": "ML", "title": "Mali", "consent": "cohort"} | wrong
    with pytest.raises(Invalid) as refusal:
        actions.create_case(session, house.cycle.id, by=house.admin, now=NOW, **values)
    assert list(refusal.value.fields) == list(wrong)


def test_a_post_is_hidden_once_at_a_time(session: Any, house: Any, case: Case, thread: Thread) -> None:
    post = actions.write(session, thread, case, draft(), author=house.learner, now=NOW)
    first = actions.hide(session, post, reason="Doublon", by=house.trainer, now=NOW)
    assert actions.hide(session, post, reason="Autre", by=house.admin, now=NOW) is first
    actions.undo_hiding(session, post, by=house.trainer, now=NOW)
    assert actions.hide(session, post, reason="Encore", by=house.admin, now=NOW) is not first
    session.commit()
    session.add(Hiding(post_id=post.id, at=NOW, reason="Deux"))
    with pytest.raises(IntegrityError):
        session.flush()
