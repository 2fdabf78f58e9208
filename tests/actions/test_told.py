"""What rooms tell to whom it is for, once and without texts: an answer to a post, to an objection."""

from datetime import UTC, datetime

import sqlalchemy as sa

from app.notices.models import Notice, Silence
from modules.actions import contesting
from modules.cases.actions import posts, threads
from modules.cases.actions.posts import ANSWERED
from modules.cases.models import Case
from modules.earned import Contest

NOW = datetime.now(UTC)


def test_who_is_answered_is_told_without_the_text_and_nobody_else(house, session):
    case = Case(cycle_id=house.cycle.id, country="ML", title="Mali", template_at=NOW, created_at=NOW)
    session.add(case)
    session.flush()
    thread = threads.open_thread(session, case, house.cohort.id, title="Un fil", stage=None, by=house.trainer, now=NOW)

    def write(author, parent=None):
        draft = posts.Draft("question", "Un secret.", "fr")
        return posts.write(session, thread, case, draft, author=author, now=NOW, parent=parent)

    asked = write(house.learner)
    write(house.learner, asked)
    assert session.scalars(sa.select(Notice)).all() == [], "oneself is told nothing"
    answer = write(house.trainer, asked)
    told = session.scalars(sa.select(Notice)).one()
    assert (told.person_id, told.kind, told.key) == (house.learner.id, ANSWERED, answer.public_id)
    assert told.words == {"title": "Un fil"}
    session.add(Silence(cohort_id=house.cohort.id, kind=ANSWERED, at=NOW))
    session.flush()
    write(house.trainer, asked)
    assert len(session.scalars(sa.select(Notice)).all()) == 1


def test_who_objected_is_told_of_the_answer(house, session):
    row = Contest(
        person_id=house.learner.id, cohort_id=house.cohort.id, kind="module", about=house.module.public_id,
        facts=["Module 1"], body="Non.", at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    contesting.answer(session, row, "Si.", "kept", by=house.trainer, now=NOW)
    told = session.scalars(sa.select(Notice)).one()
    assert (told.person_id, told.words) == (house.learner.id, {"title": "Module 1"})
    assert told.path == f"/why/module/{house.module.public_id}#objections"
