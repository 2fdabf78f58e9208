"""Why: the rule and the facts behind a status, in words, for its learner and for who leads the cohort."""

from datetime import UTC, datetime, timedelta

from modules import actions
from modules.attendance.actions import attend
from modules.models import Coverage, RuleVersion
from tests.world import KINDS, ready_recording

NOW = datetime.now(UTC)


def text_of(page, client, url):
    main = page(client, url).find(".//main")
    return " ".join("".join(main.itertext()).replace("\xa0", " ").split())


def test_a_recording_says_what_was_seen_what_is_needed_and_what_is_missing(house, session, sign_in, page):
    step, learner = house.steps["recording"], house.learner
    version = ready_recording(session, step)
    seen = {"ranges": [[0, 50], [60, 90]], "seconds": 80, "position": 90, "position_at": NOW}
    session.add(Coverage(person_id=learner.id, step_id=step.id, version_id=version.id, **seen))
    session.commit()
    own = f"/why/step/{step.public_id}"
    led = f"/cohorts/{house.cohort.public_id}/learners/{learner.public_id}{own}"
    for person, url in ((learner, own), (house.trainer, led)):
        said = text_of(page, sign_in(person), url)
        for part in ("La règle 1 s’applique", "dès que 90 %", "soit 80 %", "0:50–1:00", "pas encore terminée"):
            assert part in said, part
    assert sign_in(house.other_learner).get(own).status_code == 404
    assert sign_in(house.other_trainer).get(led).status_code == 404


def test_presence_names_who_noted_it_and_what_was_taken_back(house, session, sign_in, page, day_before):
    step, note = house.steps["in_person"], {"by": house.trainer, "now": NOW}
    attend(session, house.cohort, step, house.learner, present=True, **note)
    attend(session, house.cohort, step, house.learner, present=None, why="Erreur de ligne", **note)
    session.commit()
    said = text_of(page, sign_in(house.learner), f"/why/step/{step.public_id}")
    assert "Présence notée le" in said and "par trainer" in said and "Erreur de ligne" in said


def test_a_module_and_its_cycle_say_what_is_needed_and_under_which_rule_they_were_finished(
    house, session, sign_in, page
):
    client = sign_in(house.learner)
    module, cycle = f"/why/module/{house.module.public_id}", f"/why/cycle/{house.cycle.public_id}"
    assert "Pas encore terminé." in text_of(page, client, module)
    for kind in KINDS:
        step = house.steps[kind]
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    session.add(RuleVersion(module_id=house.module.id, number=2, terms={"module": {"need": 2}}, at=NOW))
    session.commit()
    said = text_of(page, client, module)
    assert (
        "selon la règle 1" in said and "Les 6 éléments sont nécessaires" in said and "« Étape quiz » : fait le" in said
    )
    assert "selon la règle 1" in text_of(page, client, cycle)
    assert sign_in(house.other_learner).get(cycle).status_code == 404


def test_a_step_added_later_says_that_it_is_not_needed(house, session, sign_in, page):
    for kind in KINDS:
        step = house.steps[kind]
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    later = NOW + timedelta(days=1)
    step = actions.add_step(session, house.module, "page", {"fr": "Suite"}, now=later, body="Texte", lang="fr")
    session.commit()
    said = text_of(page, sign_in(house.learner), f"/why/step/{step.public_id}")
    assert "elle n’y est pas nécessaire" in said


def test_what_nobody_explains_is_not_there(house, sign_in):
    client = sign_in(house.learner)
    for kind in ("unknown", "step", "module", "cycle"):
        assert client.get(f"/why/{kind}/unknown").status_code == 404
