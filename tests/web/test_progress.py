"""The progress of a cohort, for its trainers."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person
from app.people.rules import Role
from modules import actions
from modules.cases.models import Case, Post, Thread
from modules.models import Assignment, Completion, Coverage, Revocation, StepTitle
from quizzes.models import AttemptItem, Grade
from tests.quizzing import NOON, set_up, take
from tests.world import ready_recording

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("day_before")  # The day in person has been.


def text(node):
    return " ".join("".join(node.itertext()).split())


def told(at):
    """As the cohort's clocks show it, which are those of UTC."""
    return at.replace(tzinfo=None).isoformat(" ")


def table_of(answer, parted_at=";"):
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=parted_at))


@pytest.fixture
def learner_url(house):
    return f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"


@pytest.mark.parametrize("path", ["", "/progress.csv"])
def test_only_who_leads_a_cohort_sees_it(house, sign_in, path):
    url = f"/cohorts/{house.cohort.public_id}{path}"
    assert sign_in(house.trainer).get(url).status_code == 200
    assert sign_in(house.admin).get(url).status_code == 200
    assert sign_in(house.other_trainer).get(url).status_code == 404
    assert sign_in(house.learner).get(url).status_code == 403
    assert sign_in(house.trainer).get("/cohorts/nowhere").status_code == 404


def test_trainers_see_their_own_cohorts_administrators_all(house, sign_in, page):
    assert "Cohort 2" not in text(page(sign_in(house.trainer), "/cohorts"))
    assert "Cohort 2" in text(page(sign_in(house.admin), "/cohorts"))


def test_the_page_says_who_has_done_what(house, sign_in, page, session):
    for step in house.steps.values():
        actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    session.commit()
    html = page(sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}")
    assert text(html.find(".//h1")) == "Tout le monde a terminé."
    assert "1 sur 1" in text(html)


def test_learners_are_found_by_name_and_paged(house, sign_in, page, session):
    for number in range(60):
        person = Person(name=f"Élève {number:02}", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
    session.commit()
    client, url = sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}"
    assert len(page(client, url).findall(".//section[@id='learners']//tbody/tr")) == 50
    assert len(page(client, f"{url}?page=2").findall(".//section[@id='learners']//tbody/tr")) == 11
    assert len(page(client, f"{url}?q=eleve+07").findall(".//section[@id='learners']//tbody/tr")) == 1
    page(client, f"{url}?q=nobody&page=99")


FORMULAS = ["=1+1", "＝1+1", " =1+1", "x;=1+1", 'x;"=1+1', "x; @A1", "\t=1", "\rx", "x\n-1", "x\t+1", "−1", "‎=1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_cannot_become_a_formula_in_the_table(house, sign_in, session, name):
    title = session.scalars(sa.select(StepTitle).where(StepTitle.step_id == house.steps["page"].id)).one()
    house.learner.name = title.title = name
    session.commit()
    answer = sign_in(house.trainer).get(f"/cohorts/{house.cohort.public_id}/progress.csv")
    table = answer.get_data(as_text=True).removeprefix("\ufeff")
    for parted_at in (",", ";", "\t"):  # As English and French spreadsheets read it.
        cells = [cell for row in csv.reader(io.StringIO(table, newline=""), delimiter=parted_at) for cell in row]
        assert [cell for cell in cells if re.match(r"[\t\r\n]|[\s\"\u200e]*[=＝+@−-]", cell)] == []


@pytest.mark.parametrize(("language", "parted_at", "share"), [("fr", ";", "0,4444"), ("en", ",", "0.4444")])
def test_the_table_is_written_for_spreadsheets_in_the_language_of_the_reader(
    house, sign_in, session, page, language, parted_at, share
):
    version = ready_recording(session, house.steps["recording"], 90.0)
    about = {"person_id": house.learner.id, "step_id": house.steps["recording"].id, "version_id": version.id}
    session.add(Coverage(**about, ranges=[[0, 40]], seconds=40))
    house.trainer.language, house.learner.name = language, "x;=1+1,=2"
    session.commit()
    client, cohort = sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}"
    answer = client.get(f"{cohort}/progress.csv")
    heads, cells = table_of(answer, parted_at)
    assert len(heads) == len(cells) == 4 + len(house.steps) + 2 and share in cells
    assert cells[0] == "x;'=1+1,'=2"
    assert answer.mimetype == "text/csv" and answer.get_data().startswith(b"\xef\xbb\xbf")
    said = {";": "points-virgules entre les cellules", ",": "commas between cells"}[parted_at]
    assert said in text(page(client, cohort))


@pytest.mark.parametrize("name", ["Zoé d’Abomey-Calavi", "O'Neill; A+B", "1 = 1", 'dit "le sage", maire'])
def test_other_names_stay_in_the_table_as_they_are(house, sign_in, session, name):
    house.learner.name = name
    session.commit()
    answer = sign_in(house.trainer).get(f"/cohorts/{house.cohort.public_id}/progress.csv")
    assert table_of(answer)[1][0] == name


def test_one_learner_step_by_step(house, sign_in, page, learner_url):
    assert "Étape recording" in text(page(sign_in(house.trainer), learner_url))
    assert sign_in(house.other_trainer).get(learner_url).status_code == 404
    stranger = f"/cohorts/{house.cohort.public_id}/learners/{house.other_learner.public_id}"
    assert sign_in(house.trainer).get(stranger).status_code == 404


def test_attendance_is_noted_taken_back_and_noted_again(house, sign_in, session, learner_url, page):
    client, url = sign_in(house.trainer), f"{learner_url}/steps/{house.steps['in_person'].public_id}/attendance"
    assert client.post(url).status_code == 303
    assert client.post(url, data={"undo": 1, "why": "Erreur de ligne"}).status_code == 303
    assert "Erreur de ligne" in text(page(client, learner_url))
    assert client.post(url).status_code == 303
    assert session.scalars(sa.select(Completion)).one().source == "trainer"
    assert session.scalars(sa.select(Revocation)).one().undone_at is not None


def test_only_the_days_of_the_own_cohorts_are_noted(house, sign_in, learner_url):
    day = f"{learner_url}/steps/{house.steps['in_person'].public_id}/attendance"
    assert sign_in(house.other_trainer).post(day).status_code == 404
    quiz = f"{learner_url}/steps/{house.steps['quiz'].public_id}/attendance"
    assert sign_in(house.trainer).post(quiz).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Noté par erreur"), (" \u200b ", "Noté par erreur"), ("Absent ", "Absent")]
)
def test_a_presence_taken_back_has_a_reason(house, sign_in, session, learner_url, typed, said):
    client, url = sign_in(house.trainer), f"{learner_url}/steps/{house.steps['in_person'].public_id}/attendance"
    client.post(url)
    assert client.post(url, data={"undo": 1, "why": "a\0b"}).status_code == 422
    assert client.post(url, data={"undo": 1, "why": "x" * 501}).status_code == 422
    assert client.post(url, data={"undo": 1, "why": typed}).status_code == 303
    assert session.scalars(sa.select(Revocation)).one().why == said


def test_who_loses_a_step_is_told_when_and_why_and_when_it_comes_back(house, sign_in, session, learner_url, page):
    trainer, learner = sign_in(house.trainer), sign_in(house.learner)
    step = house.steps["in_person"]
    attendance, step_url = f"{learner_url}/steps/{step.public_id}/attendance", f"/steps/{step.public_id}"
    trainer.post(attendance)
    assert "ne compte plus" not in text(page(learner, step_url)) + text(page(learner, "/"))
    trainer.post(attendance, data={"undo": 1, "why": "Erreur de ligne"})
    for url in (step_url, "/"):
        said = text(page(learner, url))
        assert "ne compte plus comme faite" in said and "par trainer : Erreur de ligne" in said.replace("\u00a0", " ")
    assert any(link.get("href") == step_url for link in page(learner, "/").iter("a"))
    trainer.post(attendance)
    assert session.scalars(sa.select(Revocation)).one().undone_by_id == house.trainer.id
    for url in (step_url, "/"):
        said = text(page(learner, url))
        assert "compte de nouveau comme faite" in said and "par trainer." in said
        assert "ne compte plus" not in said


def test_others_are_told_nothing_and_home_forgets_after_two_weeks(house, sign_in, session, page):
    step = house.steps["in_person"]
    actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    actions.take_back(session, step, house.learner, by=house.trainer, why="Erreur de ligne", now=NOW)
    session.commit()
    for other in (house.trainer, house.admin):
        assert "Erreur de ligne" not in text(page(sign_in(other), f"/steps/{step.public_id}"))
        assert "Erreur de ligne" not in text(page(sign_in(other), "/"))
    session.execute(sa.update(Revocation).values(at=NOW - timedelta(days=15)))
    session.commit()
    assert "Erreur de ligne" not in text(page(sign_in(house.learner), "/"))
    assert "Erreur de ligne" in text(page(sign_in(house.learner), f"/steps/{step.public_id}"))


def test_who_leads_a_cohort_sees_one_module_step_by_step(house, sign_in, session, page):
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    session.commit()
    cohort, module = house.cohort.public_id, house.module.public_id
    url = f"/cohorts/{cohort}/modules/{module}/steps"
    assert url in [link.get("href") for link in page(sign_in(house.trainer), f"/cohorts/{cohort}").iter("a")]
    for person in (house.trainer, house.admin):
        table = page(sign_in(person), url).find(".//table")
        assert len(table.findall(".//thead//th")) == 1 + len(house.steps)
        states = [cell.get("class") for cell in table.findall(".//tbody/tr/td")]
        assert states == ["done" if kind == "page" else "todo" for kind in house.steps]
        named = [cell.get("data-head") for cell in table.findall(".//tbody/tr/td")]
        assert named == [text(head) for head in table.findall(".//thead//th")][1:]  # What a card says on a phone.
    assert sign_in(house.other_trainer).get(url).status_code == 404
    assert sign_in(house.learner).get(url).status_code == 403
    assert sign_in(house.trainer).get(url.replace(module, "nowhere")).status_code == 404
    house.module.archived_at = NOW
    session.commit()
    assert sign_in(house.trainer).get(url).status_code == 404


def test_marks_that_are_not_released_are_for_trainers(house, sign_in, session, page):
    """Five of eight points are marked by rule; the trainer has given two more and not released them."""
    take(session, set_up(session, house, pass_mark=0.9), house.learner)
    item = session.scalars(sa.select(AttemptItem).where(AttemptItem.position == 6)).one()
    session.add(Grade(item_id=item.id, number=1, points=2, at=NOW, by_id=house.trainer.id))
    session.commit()
    cohort = f"/cohorts/{house.cohort.public_id}"
    for person, mark in ((house.trainer, "7"), (house.admin, "5")):
        client = sign_in(person)
        assert f"{mark}/8" in text(page(client, f"{cohort}/modules/{house.module.public_id}/steps"))
        table = table_of(client.get(f"{cohort}/progress.csv"))
        place = next(place for place, head in enumerate(table[0]) if head.endswith("(points)"))
        assert table[1][place : place + 2] == [mark, "8"]
        assert f"{mark} points sur" in text(page(client, f"{cohort}/learners/{house.learner.public_id}"))


def test_a_quiz_and_a_post_count_as_being_there(house, sign_in, session):
    url = f"/cohorts/{house.cohort.public_id}/progress.csv"

    def last_seen():
        session.commit()
        return table_of(sign_in(house.trainer).get(url))[1][3]

    assert last_seen() == ""
    take(session, set_up(session, house), house.learner, {})
    assert last_seen() == told(NOON + timedelta(seconds=2))
    case = Case(cycle_id=house.cycle.id, country="ML", title="Mali", created_at=NOW)
    session.add(case)
    session.flush()
    thread = Thread(case_id=case.id, cohort_id=house.cohort.id, title="Fil", at=NOW)
    session.add(thread)
    session.flush()
    later, more = NOON + timedelta(hours=1), {"kind": "question", "lang": "fr", "consent": "cohort"}
    session.add(Post(thread_id=thread.id, author_id=house.learner.id, at=later, **more))
    assert last_seen() == told(later)


def test_a_last_day_in_the_past_is_asked_about_and_shown_as_over(house, sign_in, session, page):
    url, gone = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}", date(2024, 6, 12)
    client = sign_in(house.admin)
    sent = {"opens": "", "due": str(gone)}
    asked = client.post(url, data=sent)
    assert asked.status_code == 422 and 'name="past"' in asked.text and "Ce jour est passé" in asked.text
    assert actions.days_of(session.scalars(sa.select(Assignment)).one()).due > gone
    session.commit()
    assert client.post(url, data={**sent, "past": "y"}).status_code == 303
    assert client.post(url, data=sent).status_code == 303  # Unchanged, it is not asked about again.
    learner, trainer, module = sign_in(house.learner), sign_in(house.trainer), f"/modules/{house.module.public_id}"
    for who, where, said in (
        (learner, "/", "est passée ; vous pouvez encore terminer"),
        (learner, "/", "Échéance passée le 12 juin 2024"),
        (learner, module, "Échéance passée le 12 juin 2024"),
        (trainer, "/", "Dernière échéance passée le 12 juin 2024"),
        (trainer, "/cohorts", "Dernière échéance passée le 12 juin 2024"),
        (trainer, f"/cohorts/{house.cohort.public_id}", "12 juin 2024 passé"),
        (client, f"/cohorts/{house.cohort.public_id}/modules", "l’échéance est passée"),
    ):
        assert said in " ".join(text(page(who, where)).replace("\u202f", " ").split()), (where, said)
    step = f"/steps/{house.steps['page'].public_id}"
    assert learner.post(f"{step}/completion").status_code == 303  # Over is said, and closes nothing.


def test_a_module_given_with_a_last_day_in_the_past_is_asked_about(house, sign_in, session):
    client, url = sign_in(house.admin), f"/cohorts/{house.other_cohort.public_id}/modules"
    sent = {"module": house.module.public_id, "due": "2024-06-12"}
    assert client.post(url, data=sent).status_code == 422
    assert session.scalars(sa.select(sa.func.count()).select_from(Assignment)).one() == 1
    session.commit()
    assert client.post(url, data=sent | {"past": "y"}).status_code == 303


def test_a_presence_that_has_counted_for_a_day_is_taken_back_with_a_reason_only(
    house, sign_in, session, learner_url, page
):
    step = house.steps["in_person"]
    actions.complete(session, step, house.learner, now=NOW - timedelta(hours=25), source="trainer", by=house.trainer)
    session.commit()
    client, url = sign_in(house.trainer), f"{learner_url}/steps/{step.public_id}/attendance"
    day = page(client, f"/cohorts/{house.cohort.public_id}/days/{step.public_id}")
    assert day.find(f".//input[@name='why-{house.learner.public_id}']") is not None
    refused = client.post(url, data={"undo": 1, "why": " "})
    assert refused.status_code == 422 and f'id="why-{step.public_id}-error"' in refused.text
    assert "<title>Erreur" in refused.text
    assert session.scalars(sa.select(Revocation)).all() == []
    session.commit()
    assert client.post(url, data={"undo": 1, "why": "Autre personne"}).status_code == 303
    assert session.scalars(sa.select(Revocation)).one().why == "Autre personne"


def test_a_trainer_reads_once_what_waits(house, sign_in, session, page):
    take(session, set_up(session, house, pass_mark=0.9), house.learner)
    house.steps["cases"].archived_at = NOW  # Or it would wait for a discussion.
    session.commit()
    main = page(sign_in(house.trainer), "/").find(".//main")
    assert text(main).count("attend") == 1
    assert "/grading" in [link.get("href") for link in main.iter("a")]
