"""The home page: what is left comes first."""

import re
from datetime import UTC, datetime

import pytest

from modules import actions
from modules.models import Coverage
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.mark.parametrize("role", ["learner", "other_learner", "trainer", "admin"])
def test_everybody_has_a_home(house, sign_in, page, role):
    assert page(sign_in(getattr(house, role)), "/").find(".//h1") is not None


def test_who_has_not_signed_in_is_sent_to_do_so(client, house):
    assert client.get("/").status_code == 303


def test_a_learner_reads_first_what_is_left(house, sign_in, page):
    html = page(sign_in(house.learner), "/")
    left = "1 enregistrement, 1 discussion de cas, 1 page à lire, 1 fichier et 1 journée en présentiel"
    assert text(html.find(".//h1")) == f"Il vous reste {left}."
    assert "Module introductif" in text(html)


def test_a_learner_without_modules_is_told_what_will_happen(house, sign_in, page):
    main = page(sign_in(house.other_learner), "/").find(".//main")
    assert "Aucun module" in text(main.find(".//h1"))
    assert "L’administration donne ses modules à votre cohorte." in text(main)


def test_when_all_is_done_home_says_so(house, sign_in, page, session):
    for step in house.steps.values():
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()
    assert text(page(sign_in(house.learner), "/").find(".//h1")) == "Tout est fait."


def test_a_trainer_sees_the_own_cohorts_only(house, sign_in, page):
    seen = text(page(sign_in(house.trainer), "/"))
    assert "Cohort 1" in seen and "Cohort 2" not in seen


def test_the_band_is_the_same_whether_the_page_knows_the_modules_or_not(house, sign_in, session):
    """Home has the modules with their steps; the help page asks for the band alone."""
    client = sign_in(house.learner)

    def band(url):
        return re.search(r"<svg .*?</svg>", client.get(url).text)[0]

    drawn = {band("/help")}
    assert drawn == {band("/")}
    step = house.steps["recording"]
    version = ready_recording(session, step, 300.0)
    seen = {"ranges": [[0, 30], [100, 145]], "seconds": 75, "position": 145, "position_at": NOW}
    session.add(Coverage(person_id=house.learner.id, step_id=step.id, version_id=version.id, **seen))
    session.commit()
    drawn.add(band("/help"))
    assert band("/") in drawn
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="trainer", by=house.trainer)
    house.steps["file"].archived_at = NOW
    session.commit()
    drawn.add(band("/help"))
    assert band("/") in drawn
    newer = ready_recording(session, step, 200.0)
    session.commit()
    assert newer.id != version.id
    drawn.add(band("/help"))
    assert band("/") in drawn
    assert len(drawn) == 4
