"""Order: a step opens when the one before it is done; what was done out of order stays, what comes late is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from modules import actions
from modules.models import ModuleCompletion, Step
from tests.web.test_whys import text_of
from tests.world import KINDS, ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def ordered(house, session):
    """The steps of the house in order; the page, the second one, may be left out."""
    ready_recording(session, house.steps["recording"])
    house.rules.terms = {"module": {"order": True}, house.steps["page"].public_id: {"optional": True}}
    session.commit()
    return house


def test_a_locked_step_says_what_opens_it_and_opens_with_it(ordered, session, sign_in, page):
    learner, quiz = sign_in(ordered.learner), ordered.steps["quiz"]
    url = f"/steps/{quiz.public_id}"
    assert "terminez d’abord" in learner.get(url, follow_redirects=True).text
    file = ordered.steps["file"]
    assert learner.post(f"/steps/{file.public_id}/completion").status_code == 403
    assert learner.get(f"/steps/{file.public_id}/file").status_code == 403
    assert "s’ouvre après « Étape recording »" in text_of(page, learner, f"/modules/{ordered.module.public_id}")
    for person in (ordered.trainer, ordered.admin):
        assert "/why/" not in sign_in(person).get(url).headers["Location"]
    assert learner.get(f"/steps/{ordered.steps['page'].public_id}").status_code == 303, "what may be left out waits too"
    actions.complete(session, ordered.steps["recording"], ordered.learner, now=NOW, source="watching")
    session.commit()
    assert "/why/" not in learner.get(url).headers["Location"], "the page before it may be left out"


def test_who_has_finished_is_locked_out_of_nothing_that_comes_later(ordered, session, sign_in, page):
    for kind in KINDS:
        actions.complete(
            session, ordered.steps[kind], ordered.learner, now=NOW, source="trainer", by=ordered.trainer
        )  # fmt: skip
    later, first = NOW + timedelta(days=1), ordered.steps["recording"]
    for title in ("Suite", "Fin"):
        actions.add_step(session, ordered.module, "page", {"fr": title}, now=later, body="Texte", lang="fr")
    session.commit()
    learner = sign_in(ordered.learner)
    said = text_of(page, learner, f"/modules/{ordered.module.public_id}")
    assert "Suite" in said and "facultatif" in said and first.public_id
    assert "Tout est fait." in text_of(page, learner, "/")
    for step in session.scalars(sa.select(Step).where(Step.created_at == later)).all():
        session.commit()
        assert learner.get(f"/steps/{step.public_id}").status_code == 200
    assert session.scalar(sa.select(sa.func.count()).where(ModuleCompletion.ended_at.is_(None))) == 1
