"""A step that is added to a module which a cohort already has: what counts there, from the first moment."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.errors import Invalid
from media.models import Recording
from modules import access, actions
from modules.models import Completion, RuleVersion, Step
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def recording(house, session):
    """A recording of 100 s that is ready, shown by the house's own step."""
    version = ready_recording(session, house.steps["recording"])
    session.commit()
    return version


@pytest.fixture
def added(house, session, recording):
    """A second step with it, of which 50% is to be seen, made while the cohort has the module."""
    step = actions.add_step(
        session, house.module, "recording", {"fr": "Ajoutée"}, now=NOW, recording_id=recording.recording_id, share=0.5
    )
    session.commit()
    return step


def watch(session, step, person, seconds):
    at = access.watchable_for(session, person, step.public_id, NOW)
    done = actions.watch(session, at, person, actions.Report(actions.played([[0, seconds]])), now=NOW).done
    session.commit()
    return done


def test_the_share_that_a_step_was_made_with_counts_for_the_cohort_that_has_the_module(house, session, added):
    assert session.scalar(sa.select(sa.func.count()).select_from(RuleVersion)) == 1, "no cohort is behind for it"
    assert not watch(session, added, house.learner, 49)
    assert watch(session, added, house.learner, 50)
    assert not watch(session, house.steps["recording"], house.learner, 50), "the others keep what they had"


def test_a_later_share_is_for_cohorts_to_come_and_for_those_that_are_moved(house, session, added):
    newer = actions.set_threshold(session, added, 0.2, now=NOW, by=house.admin)
    assert newer.number == 2
    given = actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    assert given.rule_version_id == newer.id
    assert not watch(session, added, house.learner, 30)
    assert watch(session, added, house.other_learner, 30)
    own = access.assignment_of(session, house.cohort, house.module.public_id)[0]
    actions.adopt_rules(session, own, 2, now=NOW, by=house.trainer)
    session.commit()
    assert (
        session.scalar(sa.select(Completion.rule_version_id).where(Completion.person_id == house.learner.id))
        == newer.id
    )


def test_the_form_of_a_new_step_says_from_when_and_for_whom_its_share_counts(house, sign_in, page, session, recording):
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    url, trainer = f"/manage/modules/{house.module.public_id}/steps/new/recording", sign_in(house.trainer)
    shown = text(page(trainer, url))
    assert "compte dès maintenant" in shown and "Cohort 1" in shown and "Cohort 2" not in shown
    assert "Cohort 1 et 1 cohorte menée par d’autres" in shown
    assert "Cohort 1 et Cohort 2" in text(page(sign_in(house.admin), url))
    hung = session.scalar(sa.select(Recording.public_id))
    session.commit()
    assert trainer.post(url, data={"title_fr": "Neuve", "threshold": "40", "recording": hung}).status_code == 303
    step = session.scalars(sa.select(Step).order_by(Step.id.desc())).first()
    assert step.share == 0.4 and session.scalar(sa.select(sa.func.max(RuleVersion.number))) == 1
    session.commit()
    assert "à 40 %" in text(page(sign_in(house.learner), f"/steps/{step.public_id}"))
    edit = f"/manage/steps/{step.public_id}"
    assert trainer.post(edit, data={"title_fr": "Neuve", "threshold": "60", "recording": hung}).status_code == 303
    again = page(trainer, edit)
    assert "Compte dans Cohort 1 40 %" in text(again)
    assert again.find(".//input[@name='threshold']").get("value") == "60"
    assert "à 40 %" in text(page(sign_in(house.learner), f"/steps/{step.public_id}"))


@pytest.mark.parametrize("kind", ["recording", "page", "file", "quiz", "cases", "in_person"])
def test_the_form_of_a_new_step_says_how_many_were_done_and_have_one_more(house, sign_in, page, session, kind):
    url, trainer = f"/manage/modules/{house.module.public_id}/steps/new/{kind}", sign_in(house.trainer)
    assert "étape" in (shown := text(page(trainer, url))) and "Cohort 1" in shown and "a terminé" not in shown
    for step in house.steps.values():
        for person in (house.learner, house.trainer):
            actions.complete(session, step, person, now=NOW, source="trainer", by=house.admin)
    session.commit()
    one = "1 personne a terminé ce module et le reste"
    assert one in text(page(trainer, url)), "who trains does not learn"
    assert one not in text(page(trainer, f"/manage/steps/{house.steps['page'].public_id}"))
    if kind == "page":
        data = {"title_fr": "Neuve", "body": "Texte", "lang": "fr"}
        assert one in text(page(trainer, url)) and trainer.post(url, data=data).status_code == 303
        assert one in text(page(trainer, url)), "a step that comes later unfinishes nobody"
        home = text(page(sign_in(house.learner), f"/modules/{house.module.public_id}"))
        assert "Neuve" in home and session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 12


def test_the_page_of_a_module_says_who_was_done_before_a_step_is_brought_back(house, sign_in, page, session):
    trainer, url = sign_in(house.trainer), f"/manage/modules/{house.module.public_id}"
    for step in house.steps.values():
        if step.kind != "page":
            actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.admin)
    session.commit()
    assert "ci-dessus" not in text(page(trainer, url))
    house.steps["page"].archived_at = NOW
    session.commit()
    assert "ci-dessus" not in text(page(trainer, url)), "nobody has finished"
    actions.settle(session, house.module.id, None, now=NOW)
    session.commit()
    assert "1 personne a terminé avec les étapes ci-dessus" in text(page(trainer, url))


@pytest.mark.parametrize("share", [0.04, 1.01])
def test_a_share_that_cannot_be_is_kept_nowhere(house, session, added, share):
    with pytest.raises(Invalid) as refusal:
        actions.add_step(session, house.module, "recording", {"fr": "X"}, now=NOW, share=share)
    assert "threshold" in refusal.value.fields
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Step).where(Step.id == added.id).values(share=share))
    session.rollback()


def test_recordings_to_choose_from_have_their_length_and_those_of_one_title_their_day(house, session, sign_in, page):
    ready_recording(session, house.steps["recording"], 75.0)
    session.scalars(sa.select(Recording)).one().title = "Leçon"
    ready_recording(session, house.steps["recording"], 20.0)
    session.commit()
    url = f"/manage/modules/{house.module.public_id}/steps/new/recording"

    def offered():
        found = page(sign_in(house.trainer), url).find(".//select[@name='recording']")
        return [option.text.replace("\u00a0", " ") for option in found][1:]

    assert offered() == ["Enregistrement, 20 s", "Leçon, 1 min 15"]
    session.execute(sa.update(Recording).values(title="Leçon"))
    session.commit()
    assert [one.split(", ")[:2] for one in offered()] == [["Leçon", "20 s"], ["Leçon", "1 min 15"]]
    assert all(len(one.split(", ")) > 2 for one in offered()), "when each was made"


@pytest.mark.parametrize(("kind", "named"), [("recording", "Enregistrement"), ("page", "Page"), ("file", "Fichier")])
def test_the_page_of_a_new_step_says_what_is_made_and_where(house, sign_in, page, session, kind, named):
    admin, module = sign_in(house.admin), f"/manage/modules/{house.module.public_id}"
    where = "Module\u00a01"
    shown = page(admin, f"{module}/steps/new/{kind}")
    title, heading = shown.findtext(".//title"), shown.find(".//main//header")
    for told in (title, text(heading)):
        assert "Nouvelle étape" in told and named in told
    assert title.index("Nouvelle étape") < title.index(where) and heading.findtext(".//p[@class='over']") == where
    made = page(admin, f"/manage/steps/{house.steps[kind].public_id}").findtext(".//title")
    assert "Nouvelle" not in made and named in made and where in made
