"""A learner says that a status is wrong; a trainer of the cohort answers, once; the facts stay as they were shown."""

from datetime import UTC, datetime

import sqlalchemy as sa

from modules.models import Contest
from tests.web.test_whys import text_of

NOW = datetime.now(UTC)


def contests(session):
    found = session.scalars(sa.select(Contest), execution_options={"populate_existing": True}).all()
    session.commit()  # A second writer would wait for this one.
    return found


def test_an_objection_reaches_the_trainers_and_its_answer_comes_back(house, session, sign_in, page):
    learner, trainer, step = sign_in(house.learner), sign_in(house.trainer), house.steps["in_person"]
    own = f"/why/step/{step.public_id}"
    assert learner.post(own, data={"body": ""}).status_code == 422
    assert learner.post(own, data={"body": "J’étais là le 16 mai."}).status_code == 303
    refused = learner.post(own, data={"body": "Encore moi."})
    assert refused.status_code == 422 and "Encore moi." in refused.text, "one waits at a time; nothing typed is lost"
    (row,) = contests(session)
    assert row.facts[0] == "Étape in_person" and row.cohort_id == house.cohort.id
    assert "1 contestation attend" in text_of(page, trainer, "/")
    assert "J’étais là" in text_of(page, trainer, "/cohorts/objections")
    url = f"/cohorts/objections/{row.public_id}"
    assert trainer.post(url, data={"answer": "Corrigé."}).status_code == 422
    assert trainer.post(url, data={"answer": "Corrigé.", "outcome": "changed"}).status_code == 303
    late = trainer.post(url, data={"answer": "Autrement.", "outcome": "kept"})
    assert late.status_code == 422 and "Autrement." in late.text
    assert "a reçu une réponse" in text_of(page, learner, "/")
    said = text_of(page, learner, own)
    assert "Corrigé." in said and "Est-ce inexact" in said, "and it can be contested again"
    assert "Personne ne conteste" in text_of(page, trainer, "/cohorts/objections")
    assert "J’étais là" in text_of(page, trainer, "/cohorts/objections?answered=1")


def test_only_who_leads_the_cohort_answers_and_nobody_the_own(house, session, sign_in):
    sign_in(house.learner).post(f"/why/module/{house.module.public_id}", data={"body": "Terminé pourtant."})
    (row,) = contests(session)
    answer = {"answer": "Non.", "outcome": "kept"}
    for person, status in ((house.other_trainer, 404), (house.learner, 403)):
        assert sign_in(person).post(f"/cohorts/objections/{row.public_id}", data=answer).status_code == status
    row.person_id = house.trainer.id
    session.commit()
    assert sign_in(house.trainer).post(f"/cohorts/objections/{row.public_id}", data=answer).status_code == 422
    assert contests(session)[0].answered_at is None
    assert sign_in(house.admin).post(f"/cohorts/objections/{row.public_id}", data=answer).status_code == 303
