"""What an administrator reads first: what waits, with its link, or honestly nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Cohort, Membership
from media.models import Version
from media.rules import Origin, State
from modules import actions
from modules.cases.models import Case, Thread
from modules.models import Assignment, Step
from tests import quizzing
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.fixture
def waiting(page, sign_in, house):
    """`waiting(person)`: the first sentence of that person's home, and address by sentence of what waits."""

    def read(person=None):
        main = page(sign_in(person or house.admin), "/").find(".//main")
        parts = [part for part in main.iter("section") if part.findtext(".//h2") == "Ce qui vous attend"]
        return text(main.find(".//h1")), {text(link): link.get("href") for part in parts for link in part.iter("a")}

    return read


@pytest.fixture
def calm(house, session):
    """Every cohort has people and modules."""
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()


def test_nothing_waits_where_all_is_well_and_only_then(house, calm, session, waiting, page, sign_in):
    assert waiting() == ("Rien ne vous attend.", {})
    assert "chaque cohorte a des participant·e·s et des modules" in text(page(sign_in(house.admin), "/"))
    session.execute(sa.update(Membership).where(Membership.person_id == house.other_learner.id).values(ended_at=NOW))
    session.commit()
    people = f"/cohorts/{house.other_cohort.public_id}/people"
    assert waiting() == ("Une chose vous attend.", {"Personne ne se forme encore dans « Cohort 2 ».": people})
    assert "chaque cohorte a des" not in text(page(sign_in(house.admin), "/"))
    house.other_cohort.archived_at = NOW
    session.commit()
    assert waiting() == ("Rien ne vous attend.", {})


def test_a_cohort_without_modules_leads_to_its_modules_and_many_to_the_list(house, session, waiting):
    given = f"/cohorts/{house.other_cohort.public_id}/modules"
    assert waiting()[1] == {"« Cohort 2 » n’a pas encore de module.": given}
    house.module.archived_at = NOW
    session.commit()
    assert waiting()[1] == {"2 cohortes n’ont pas encore de module.": "/cohorts"}


def test_where_there_is_no_cohort_the_first_one_waits_to_be_made(house, session, waiting):
    session.execute(sa.update(Cohort).values(archived_at=NOW))
    session.commit()
    assert list(waiting()[1].values()) == ["/cohorts/new"]


def test_failed_recordings_and_files_that_are_not_whole_are_named(house, calm, session, waiting, statements, sign_in):
    admin = sign_in(house.admin)
    admin.get("/")
    before = statements(lambda: admin.get("/"))
    version = ready_recording(session, house.steps["recording"])
    session.commit()
    assert waiting()[1] == {}
    version.state = State.FAILED
    session.commit()
    title, lines = waiting()
    assert title == "Une chose vous attend."
    assert list(lines) == ["L’enregistrement « Enregistrement » a échoué."]
    assert admin.get(*lines.values()).status_code == 200
    newer = Version(recording_id=version.recording_id, number=2, state=State.UPLOADING, state_at=NOW, created_at=NOW)
    session.add(newer)
    session.commit()
    assert list(waiting()[1]) == ["Le fichier de « Enregistrement » n’est pas arrivé en entier."], "the newest counts"
    newer.origin = Origin.SERVER
    session.commit()
    assert waiting()[1] == {}, "what the server makes itself is no upload"
    newer.state, newer.origin = State.FAILED, version.origin
    ready_recording(session, house.steps["recording"]).state = State.FAILED
    session.commit()
    assert waiting()[1] == {"2 enregistrements ont échoué.": "/recordings"}
    assert statements(lambda: admin.get("/")) == before


@pytest.mark.parametrize("role", ["trainer", "learner"])
def test_nobody_else_reads_what_waits_for_administrators(house, session, waiting, role):
    session.execute(sa.delete(Assignment))
    session.commit()
    assert waiting(getattr(house, role))[1] == {}
    assert len(waiting()[1]) == 1


@pytest.fixture
def discuss(house, session):
    """`discuss(cohort)` opens a discussion of the cohort on a case of the cycle."""
    case = Case(cycle_id=house.cycle.id, country="ML", title="Mali", created_at=NOW)
    session.add(case)
    session.commit()

    def opened(cohort):
        thread = Thread(case_id=case.id, cohort_id=cohort.id, title="Fil", at=NOW)
        session.add(thread)
        session.commit()
        return thread

    return opened


def test_a_trainer_is_told_of_case_steps_without_an_open_discussion(house, session, waiting, discuss, sign_in):
    url = f"/cases?cohort={house.cohort.public_id}&cycle={house.cycle.public_id}"
    silent = ("Une chose vous attend.", {"1 étape de cas pratiques n’a aucune discussion ouverte.": url})
    assert waiting(house.trainer) == silent
    assert sign_in(house.trainer).get(url).status_code == 200
    assert waiting(house.other_trainer)[1] == waiting(house.learner)[1] == {}
    discuss(house.other_cohort)
    assert waiting(house.trainer) == silent, "the discussion of another cohort"
    thread = discuss(house.cohort)
    assert waiting(house.trainer) == ("Rien ne vous attend.", {})
    thread.closed_at = NOW
    session.commit()
    assert waiting(house.trainer) == silent


@pytest.mark.parametrize("gone", ["step", "module", "cohort", "due"])
def test_what_is_over_or_put_away_waits_for_no_discussion(house, session, waiting, gone):
    assert len(waiting(house.trainer)[1]) == 1
    if gone == "due":
        session.execute(sa.update(Assignment).values(due_at=NOW - timedelta(days=1)))
    else:
        row = {"step": house.steps["cases"], "module": house.module, "cohort": house.cohort}[gone]
        row.archived_at = NOW
    session.commit()
    assert waiting(house.trainer)[1] == {}


def test_the_statements_of_home_do_not_grow_with_silent_steps_and_cohorts(house, session, waiting, statements, sign_in):
    client = sign_in(house.trainer)
    client.get("/")
    before = statements(lambda: client.get("/"))
    session.add_all(Step(module_id=house.module.id, position=9 + n, kind="cases", created_at=NOW) for n in range(5))
    more = [Cohort(name=f"Cohort {n}", zone="Africa/Bamako", created_at=NOW) for n in range(3, 8)]
    session.add_all(more)
    session.flush()
    for cohort in more:
        session.add(Membership(person_id=house.trainer.id, cohort_id=cohort.id, role="trainer", since=NOW))
        actions.assign(session, cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    newest = f"/cases?cohort={more[-1].public_id}&cycle={house.cycle.public_id}"
    said = {"36 étapes de cas pratiques n’ont aucune discussion ouverte.": newest}
    assert waiting(house.trainer)[1] == said
    assert statements(lambda: client.get("/")) == before


@pytest.fixture
def answered(house, session):
    """An open answer of the learner that waits for a grade."""
    return quizzing.take(session, quizzing.set_up(session, house), house.learner)


def end(session, person, cohort, role):
    here = (Membership.person_id == person.id, Membership.cohort_id == cohort.id, Membership.role == role)
    session.execute(sa.update(Membership).where(*here).values(ended_at=NOW))
    session.commit()


def test_answers_that_nobody_can_grade_wait_for_an_administrator(
    house, calm, session, waiting, answered, sign_in, page
):
    people, cohort = f"/cohorts/{house.cohort.public_id}/people", f"/cohorts/{house.cohort.public_id}"
    admin = sign_in(house.admin)
    assert waiting()[1] == {} and "ne peut noter" not in text(page(admin, cohort))
    end(session, house.trainer, house.cohort, "trainer")
    told = {"Personne ne peut noter dans « Cohort 1 », où 1 réponse attend.": people}
    assert waiting() == ("Une chose vous attend.", told)
    assert "noter" not in str(waiting(house.other_trainer)[1]), "another cohort's trainer cannot name one"
    lack = page(admin, cohort).find(".//main//div[@class='notice warn']")
    assert text(lack).startswith("Personne ne peut noter ici : 1 réponse attend une formatrice ou un formateur")
    assert lack.find(".//a").get("href") == people and admin.get(people).status_code == 200
    session.add(Membership(person_id=house.learner.id, cohort_id=house.cohort.id, role="trainer", since=NOW))
    session.commit()
    assert waiting()[1] == told, "nobody grades what is his own"
    lack = page(sign_in(house.learner), cohort).find(".//main//div[@class='notice warn']")
    assert "Personne ne peut noter ici" in text(lack) and lack.find(".//a") is None
    session.add(Membership(person_id=house.other_trainer.id, cohort_id=house.cohort.id, role="trainer", since=NOW))
    session.commit()
    assert waiting()[1] == {} and "ne peut noter" not in text(page(admin, cohort))


def test_a_trainer_of_another_cohort_of_the_learner_with_the_module_can_grade(house, calm, session, waiting, answered):
    end(session, house.trainer, house.cohort, "trainer")
    session.add(Membership(person_id=house.learner.id, cohort_id=house.other_cohort.id, role="learner", since=NOW))
    session.commit()
    assert waiting()[1] == {}
    end(session, house.other_trainer, house.other_cohort, "trainer")
    assert list(waiting()[1]) == ["Dans 2 cohortes, des réponses attendent et personne ne peut les noter."]
    house.cohort.archived_at = house.other_cohort.archived_at = NOW
    session.commit()
    assert "réponse" not in str(waiting()[1])
