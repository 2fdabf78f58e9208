"""The rules of a module: written, looked at, kept as a new version; nothing earned is taken away by one."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.notices.models import Notice
from modules import actions
from modules.models import Coverage, ModuleCompletion, RuleVersion
from tests.web.test_whys import text_of
from tests.world import KINDS, ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def url(house, session):
    """The learner has done all but the quiz; of the recording 92 of 100 seconds were seen."""
    step = house.steps["recording"]
    version = ready_recording(session, step)
    place = {"step_id": step.id, "version_id": version.id, "ranges": [[0, 92]], "seconds": 92}
    session.add(Coverage(person_id=house.learner.id, **place))
    actions.complete(session, step, house.learner, now=NOW, source="watching")
    for kind in KINDS[1:]:
        if kind != "quiz":
            actions.complete(session, house.steps[kind], house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()
    return f"/manage/modules/{house.module.public_id}/rules"


def versions(session):
    found = session.scalars(sa.select(RuleVersion).order_by(RuleVersion.number)).all()
    session.commit()
    return found


def name(house, kind, what):
    return f"{house.steps[kind].public_id}-{what}"


def test_a_rule_is_looked_at_with_names_before_it_is_kept_for_cohorts_to_come(house, session, sign_in, page, url):
    trainer = sign_in(house.trainer)
    sent = {"number": "1", name(house, "quiz", "optional"): "1", name(house, "recording", "coverage"): "90"}
    seen = trainer.post(url, data=sent)
    assert seen.status_code == 200 and "aurait terminé" in seen.text and "learner" in seen.text
    assert len(versions(session)) == 1
    assert trainer.post(url, data={**sent, "keep": "1"}).status_code == 303
    first, second = versions(session)
    assert second.terms[house.steps["quiz"].public_id] == {"optional": True} and second.by_id == house.trainer.id
    assert first.terms != second.terms
    assert session.scalar(sa.select(sa.func.count()).select_from(ModuleCompletion)) == 0, "the cohort keeps its rule"
    session.commit()
    assert "« Étape quiz » peut être laissée de côté" in text_of(page, trainer, url)
    assert trainer.post(url, data={**sent, "number": "2", "keep": "1"}).status_code == 303
    assert len(versions(session)) == 2, "the same again is no new version"
    for person in (house.other_trainer, house.learner):
        assert sign_in(person).get(url).status_code in (403, 404)


def test_who_has_finished_is_named_and_stays_finished_under_a_heavier_rule(house, session, sign_in, url):
    actions.complete(session, house.steps["quiz"], house.learner, now=NOW, source="quiz")
    session.commit()
    sent = {"number": "1", name(house, "recording", "coverage"): "95"}
    seen = sign_in(house.trainer).post(url, data=sent)
    assert "reste terminé" in seen.text
    sign_in(house.trainer).post(url, data={**sent, "keep": "1"})
    assert session.scalar(sa.select(sa.func.count()).where(ModuleCompletion.ended_at.is_(None))) == 1


@pytest.mark.parametrize(
    "impossible",
    [{"need": "7"}, {"need": "0"}, {"need": "x"}, {"optional": KINDS}, {"coverage": "101"}, {"coverage": "x"}],
)
def test_a_rule_that_nobody_could_keep_is_refused_and_loses_nothing(house, session, sign_in, url, impossible):
    sent = {"number": "1", "order": "1", "keep": "1", "need": impossible.get("need", "")}
    sent |= {name(house, kind, "optional"): "1" for kind in impossible.get("optional", ())}
    sent[name(house, "recording", "coverage")] = impossible.get("coverage", "85")
    answer = sign_in(house.trainer).post(url, data=sent)
    assert answer.status_code == 422 and 'name="order" value="1" checked' in answer.text
    assert f'value="{sent[name(house, "recording", "coverage")]}"' in answer.text
    assert len(versions(session)) == 1


def test_the_later_of_two_editors_sees_the_newer_version_and_keeps_what_was_typed(house, session, sign_in, url):
    sent = {"number": "1", "keep": "1", name(house, "recording", "coverage"): "80"}
    assert sign_in(house.trainer).post(url, data=sent).status_code == 303
    late = sign_in(house.admin).post(url, data={**sent, "need": "3"})
    assert late.status_code == 422 and 'name="need" value="3"' in late.text and 'name="number" value="2"' in late.text
    assert sign_in(house.admin).post(url, data={**sent, "number": "2", "need": "3"}).status_code == 303
    assert [row.number for row in versions(session)] == [1, 2, 3]


def test_an_earlier_version_is_made_again(house, session, sign_in, page, url):
    trainer, coverage = sign_in(house.trainer), name(house, "recording", "coverage")
    trainer.post(url, data={"number": "1", "keep": "1", coverage: "70"})
    field = page(trainer, f"{url}?from=1").find(f".//input[@name='{coverage}']")
    assert field.get("value") == "90"
    trainer.post(url, data={"number": "2", "keep": "1", coverage: "90"})
    assert [row.terms[house.steps["recording"].public_id]["coverage"] for row in versions(session)] == [0.9, 0.7, 0.9]


def test_taking_back_is_an_act_of_its_own_with_a_reason_and_a_notice(house, session, sign_in, page, url):
    actions.complete(session, house.steps["quiz"], house.learner, now=NOW, source="quiz")
    session.commit()
    trainer, coverage = sign_in(house.trainer), name(house, "recording", "coverage")
    trainer.post(url, data={"number": "1", "keep": "1", coverage: "95"})
    led = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}/rules"
    assert "ne l’aurait pas selon cette règle" in text_of(page, trainer, led)
    assert trainer.post(led, data={"number": "2"}).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).where(ModuleCompletion.ended_at.is_(None))) == 1
    session.commit()
    sent = {"person": house.learner.public_id, "why": "Trop peu vu"}
    assert trainer.post(f"{led}/revocation", data={**sent, "why": ""}).status_code == 422
    assert sign_in(house.other_trainer).post(f"{led}/revocation", data=sent).status_code == 404
    assert trainer.post(f"{led}/revocation", data={**sent, "person": house.trainer.public_id}).status_code == 303
    assert session.scalar(sa.select(ModuleCompletion.ended_why)) is None, "only who was named"
    session.commit()
    assert trainer.post(f"{led}/revocation", data=sent).status_code == 303
    assert session.scalar(sa.select(ModuleCompletion.ended_why)) == "Trop peu vu"
    told = {"title": {"in": {"fr": "Module introductif"}}, "why": "Trop peu vu"}
    assert session.scalar(sa.select(Notice.words)) == told
    session.commit()
    assert "Trop peu vu" in text_of(page, sign_in(house.learner), f"/why/module/{house.module.public_id}")
