"""The home page: what is left comes first."""

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from media.models import Rendition
from modules import actions
from modules.models import Assignment, Coverage, Module, ModuleTitle, RuleVersion, Step
from modules.queries import standing
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


def test_what_is_left_counts_modules_that_open_later_and_says_so(house, sign_in, page, session, statements):
    client = sign_in(house.learner)
    recording = ready_recording(session, house.steps["recording"], 600.0)
    session.commit()
    client.get("/")
    before = statements(lambda: client.get("/"))
    assert "plus tard" not in text(page(client, "/").find(".//header[@class='hang head']"))
    later = actions.add_module(session, house.cycle, {"fr": "Deuxième"}, now=NOW, number="2")
    film = actions.add_step(session, later, "recording", {"fr": "Film"}, now=NOW, recording_id=recording.recording_id)
    actions.add_step(session, later, "page", {"fr": "Lire"}, now=NOW, body="Texte", lang="fr")
    actions.assign(session, house.cohort, later, opens=date(2099, 1, 1), due=None, now=NOW, by=house.admin)
    session.commit()
    head = page(client, "/").find(".//header[@class='hang head']")
    assert "20 min de vidéo" in text(head) and "2 pages à lire" in text(head)
    assert "plus tard : 10 min de vidéo et 1 page à lire." in text(head)
    assert statements(lambda: client.get("/")) == before
    assert client.get(f"/steps/{film.public_id}").status_code == 404
    for step in house.steps.values():
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()
    head = text(page(client, "/").find(".//header[@class='hang head']"))
    assert "10 min de vidéo et 1 page à lire. Tout se trouve dans des modules qui ouvrent plus tard." in head


def test_home_says_the_same_price_as_the_page_of_the_recording(house, sign_in, page, session, statements):
    """What was seen weighs most of the film: half of its minutes are not half of its bytes."""
    step = house.steps["recording"]
    version = ready_recording(session, step, 1000.0, key="k/a")
    for name, kind, height, size in (("240p", "video", 240, 10_000_000), ("sound", "sound", None, 3_000_000)):
        heavy = [[0, size - 900_000], [400, 300_000], [600, 200_000], [700, 400_000]]
        session.add(
            Rendition(
                version_id=version.id, name=name, kind=kind, height=height, bytes=size, bandwidth=1, codecs="x",
                average_bandwidth=1, key=f"k/a/{name}.mp4", weights=heavy, download_key="x", download_bytes=2_500_000,
            )
        )  # fmt: skip
    session.commit()
    client = sign_in(house.learner)
    unseen = text(page(client, "/")).replace("\u00a0", " ")
    assert "Audio seul 3,1 Mo Vidéo 240p 10 Mo" in unseen and "Télécharger l’audio, 2,5 Mo" in unseen
    asked = statements(lambda: client.get("/"))
    seen = {"ranges": [[0, 400], [600, 700]], "seconds": 500, "position": 700, "position_at": NOW}
    session.add(Coverage(person_id=house.learner.id, step_id=step.id, version_id=version.id, **seen))
    session.commit()
    home = text(page(client, "/")).replace("\u00a0", " ")
    assert "Audio seul 0,7 Mo" in home and "Vidéo 240p 0,7 Mo" in home
    assert statements(lambda: client.get("/")) <= asked + 1
    for name in ("sound", "240p"):
        line = text(page(client, f"/steps/{step.public_id}?format={name}").find(".//p[@class='priced']"))
        assert "0,7 Mo pour ce qui manque" in line.replace("\u00a0", " ")


@pytest.fixture
def also(house, session):
    """`also("trainer", cohort)`: the learner holds this role there as well."""

    def hold(role, cohort):
        session.add(Membership(person_id=house.learner.id, cohort_id=cohort.id, role=role, since=NOW))
        session.commit()

    return hold


def test_home_names_every_cohort_of_a_learner_in_as_many_statements(house, sign_in, page, session, also, statements):
    client = sign_in(house.learner)
    client.get("/")
    before = statements(lambda: client.get("/"))
    assert "Cohort 2" not in text(page(client, "/").find(".//header[@class='hang head']"))
    also("learner", house.other_cohort)
    assert "Cohort 1 et Cohort 2" in text(page(client, "/"))
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    assert "Cohort 1 et Cohort 2" in text(page(client, "/"))
    assert statements(lambda: client.get("/")) == before <= 12
    house.other_cohort.archived_at = NOW
    session.commit()
    assert "Cohort 2" not in text(page(client, "/"))


def test_who_learns_and_leads_finds_both_in_the_menu(house, sign_in, page, also):
    def menu(person):
        nav = page(sign_in(person), "/").find(".//nav[@class='menu']")
        return [link.get("href") for link in nav.iter("a")]

    learner, trainer = menu(house.learner), menu(house.trainer)
    assert "/grades" in learner and "/grading" not in learner
    assert "/grading" in trainer and "/grades" not in trainer
    also("trainer", house.other_cohort)
    both = menu(house.learner)
    assert sorted(both) == sorted({*learner, *trainer}) and both[-1] == "/account"
    nav = page(sign_in(house.learner), "/grades").find(".//nav[@class='menu']")
    (folded,) = nav.iter("details")
    assert len(both) - len(list(folded.iter("a"))) == 4, "with the word that folds the others it is one line"
    assert both[:3] == ["/", "/cohorts", "/grading"], "what waits for others is in sight"
    assert folded.get("class") == "here" and folded.find(".//a[@aria-current='page']").get("href") == "/grades"
    for single in (house.trainer, house.admin):
        assert page(sign_in(single), "/").find(".//nav[@class='menu']//details") is None
    assert len(menu(house.admin)) == 5


def test_a_module_that_one_learns_and_leads_shows_both(house, sign_in, page, session, also):
    client = sign_in(house.learner)
    assert "Modifier ce module" not in text(page(client, "/modules"))
    also("trainer", house.other_cohort)
    assert "Modifier ce module" not in text(page(client, "/modules"))
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    rows = page(client, "/modules").find(".//ol[@class='modules']")
    assert len(rows) == 1
    shown = text(rows)
    assert "Reste" in shown and "Modifier ce module" in shown and "Cohort 2" in shown and "Cohort 1" not in shown


def test_home_says_which_deadline_comes_first_in_the_zone_of_the_cohort(house, sign_in, page, session):
    def given(module, due):
        row = session.scalars(sa.select(Assignment).where(Assignment.module_id == module.id)).one()
        actions.set_days(session, row, actions.Days(None, due, "Indian/Mauritius"), now=NOW, by=house.admin)
        session.commit()

    def lead():
        return text(page(sign_in(house.learner), "/").find(".//p[@class='lead']"))

    second = actions.add_module(session, house.cycle, {"fr": "Deuxième"}, now=NOW, number="2")
    step = actions.add_step(session, second, "page", {"fr": "Lire"}, now=NOW, body="Texte", lang="fr")
    actions.assign(session, house.cohort, second, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    given(house.module, date(2099, 6, 12))
    assert "terminer avant la fin du vendredi 12 juin 2099" in lead() and "Première" not in lead()
    given(second, date(2099, 6, 5))
    assert "Première échéance : Module 2, avant la fin du vendredi 5 juin 2099" in lead()
    assert "La dernière : vendredi 12 juin 2099" in lead()
    given(second, date(2020, 6, 5))
    assert "Première" not in lead() and "12 juin 2099" in lead(), "what has passed does not come first"
    given(second, date(2099, 6, 12))
    assert "Première" not in lead(), "one day for both"
    given(second, date(2099, 6, 5))
    actions.complete(session, step, house.learner, now=NOW, source="page")
    session.commit()
    assert "Première" not in lead() and "12 juin 2099" in lead(), "what is done is not due"


def test_the_share_of_a_module_depends_on_that_module_alone(house, session, sign_in):
    """Another module gets a long recording: what is done of this one stays the same share of it."""
    ready_recording(session, house.steps["recording"], 100.0)
    other = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(other)
    session.flush()
    rules = RuleVersion(module_id=other.id, number=1, at=NOW, terms={})
    added = Step(module_id=other.id, position=1, kind="recording", created_at=NOW)
    page = Step(module_id=other.id, position=2, kind="page", created_at=NOW)
    session.add_all([ModuleTitle(module_id=other.id, lang="fr", title="Module 2"), rules, added, page])
    session.flush()
    session.add(Assignment(cohort_id=house.cohort.id, module_id=other.id, rule_version_id=rules.id, at=NOW))
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()

    def weights():
        found = {module.id: module.weights for module in standing.cohort_modules(session, house.cohort, "fr")}
        session.rollback()
        return found

    before = weights()
    ready_recording(session, added, 5000.0)
    session.commit()
    after = weights()
    assert after[house.module.id] == before[house.module.id] and 10.0 in after[house.module.id]
    assert after[other.id] == [5000.0, 500.0] and before[other.id] == [100.0, 10.0]
