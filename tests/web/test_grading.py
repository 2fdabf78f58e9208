"""The trainer's desk: queue, grade, release."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people.models import Membership, Person
from app.people.rules import Role
from modules.models import Completion
from quizzes.models import Attempt, AttemptItem, Grade, Release
from tests import quizzing
from tests.quizzing import set_up, take
from tests.web.test_quizzes import statements, words
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
Page = Callable[..., Any]


@pytest.fixture
def quiz(session: Session, house: World) -> quizzing.Quizzing:
    """The quiz with a question of each kind."""
    return set_up(session, house, pass_mark=0.9)


@pytest.fixture
def attempt(session: Session, house: World, quiz: quizzing.Quizzing) -> Attempt:
    """The learner's attempt, handed in; its open answer waits."""
    return take(session, quiz, house.learner)


def desk(attempt: Attempt, rest: str = "") -> str:
    """The address of the open answer on the desk."""
    return f"/grading/answers/{attempt.public_id}/6{rest}"


def release_url(house: World, cohort: Any = None) -> str:
    """The address of the release of the quiz to a cohort."""
    return f"/grading/releases/{house.steps['quiz'].public_id}/{(cohort or house.cohort).public_id}"


def more_learners(
    session: Session, house: World, quiz: quizzing.Quizzing, count: int, answers: Any = None, *, submit: bool = True
) -> list[Attempt]:
    """Other learners of the cohort, each with an answer that waits, unless told otherwise."""
    attempts = []
    for number in range(count):
        person = Person(name=f"learner {number}", created_at=quizzing.NOON)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=quizzing.NOON))
        attempts.append(take(session, quiz, person, answers, submit=submit))
    return attempts


def test_the_queue_says_how_many_and_how_old(
    session: Session, house: World, sign_in: SignIn, page: Page, attempt: Attempt
) -> None:
    client = sign_in(house.trainer)
    said = words(page(client, "/grading"))
    assert "1 réponse à corriger" in said and "Question open ?" in said and "À corriger (1)" in said
    session.execute(sa.update(Attempt).values(submitted_at=datetime.now(UTC) - timedelta(days=5)))
    session.commit()
    assert "depuis plus de quatre jours" in words(page(client, "/grading"))


def test_an_empty_queue_says_how_answers_come(house: World, sign_in: SignIn, page: Page) -> None:
    said = words(page(sign_in(house.trainer), "/grading"))
    assert "Aucune réponse n’attend une note" in said and "arrivent ici" in said


def test_the_desk_hides_who_wrote(house: World, sign_in: SignIn, page: Page, attempt: Attempt) -> None:
    client = sign_in(house.trainer)
    for url in ("/grading", desk(attempt)):
        tree = page(client, url)
        assert house.learner.name not in words(tree).split()
    assert "Un tableau de suivi." in words(tree) and quizzing.SECRET_EXPECTED in words(tree)


def test_only_trainers_of_the_cohort_see_and_grade(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    form = {"points": "2", "after": "0"}
    for person, status in ((house.other_trainer, 404), (house.admin, 404), (house.learner, 403)):
        client = sign_in(person)
        assert client.get(desk(attempt)).status_code == status
        assert client.post(desk(attempt), data=form).status_code == status
        assert client.get(release_url(house)).status_code == status
        assert client.post(release_url(house), data={"listed": 1}).status_code == status
    assert "Question open ?" not in sign_in(house.other_trainer).get("/grading").get_data(as_text=True)
    assert sign_in(house.trainer).get(f"/grading/answers/{attempt.public_id}/3").status_code == 404
    assert session.scalar(select(func.count(Grade.id)).where(Grade.by_id.is_not(None))) == 0


def test_a_running_attempt_is_not_on_the_desk(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    running = take(session, quiz, house.learner, submit=False)
    assert sign_in(house.trainer).get(desk(running)).status_code == 404


def test_only_an_open_answer_that_is_written_and_handed_in_waits_for_a_trainer(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    more_learners(session, house, quiz, 1, submit=False)
    for unwritten in ({}, {6: "\u200b \n"}, {1: quiz.right[1], 6: None}):
        more_learners(session, house, quiz, 1, unwritten)
    choice = select(AttemptItem.id).where(AttemptItem.attempt_id == attempt.id, AttemptItem.position == 1)
    session.execute(sa.delete(Grade).where(Grade.item_id.in_(choice)))  # Rules mark it, whatever became of the mark.
    session.commit()

    def said() -> str:
        return words(page(sign_in(house.trainer), "/grading"))

    assert "À corriger (1)" in said() and "Corrigées, non publiées (0)" in said() and "Publiées (0)" in said()
    sign_in(house.trainer).post(desk(attempt), data={"points": "3", "after": "0"})
    assert "À corriger (0)" in said() and "Corrigées, non publiées (1)" in said()


def test_saving_goes_to_the_next_answer_or_stays(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    [other] = more_learners(session, house, quiz, 1)
    client = sign_in(house.trainer)
    form = {"points": "2,5", "comment": "Bon choix", "after": "0"}
    assert client.post(desk(attempt), data=form | {"next": "1"}).location == desk(other)
    assert client.post(desk(other), data=form | {"stay": "1"}).location == desk(other)
    said = words(page(client, desk(other)))
    assert "2,5 points" in said and "Bon choix" in said
    assert client.post(desk(other), data=form | {"after": "1", "next": "1"}).location == "/grading"


@pytest.mark.parametrize("points", ["", "beaucoup", "4", "-1", "NaN"])
def test_refused_points_lose_nothing_typed(house: World, sign_in: SignIn, attempt: Attempt, points: str) -> None:
    response = sign_in(house.trainer).post(
        desk(attempt), data={"points": points, "comment": "Mon long commentaire", "after": "0"}
    )
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Mon long commentaire" in text and f'value="{points}"' in text and "Erreur" in text


def test_the_second_of_two_graders_is_told_and_loses_nothing(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    client = sign_in(house.trainer)
    client.post(desk(attempt), data={"points": "1", "comment": "Premier", "after": "0"})
    second = client.post(desk(attempt), data={"points": "2", "comment": "Deuxième", "after": "0"})
    text = second.get_data(as_text=True)
    assert second.status_code == 409 and "<title>Erreur" in second.text
    assert "Premier" in text and "Deuxième" in text and 'name="after" type="hidden" value="1"' in text
    again = client.post(desk(attempt), data={"points": "2", "comment": "Deuxième", "after": "1", "stay": "1"})
    assert again.status_code == 303
    assert session.scalar(select(func.count(Grade.id)).where(Grade.by_id.is_not(None))) == 2


def test_a_grade_is_taken_back_by_one_press(session: Session, house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.trainer)
    client.post(desk(attempt), data={"points": "1", "after": "0"})
    assert client.post(desk(attempt, "/undo"), data={"after": "1"}).status_code == 303
    newest = session.scalars(select(Grade).where(Grade.by_id.is_not(None)).order_by(Grade.number.desc())).first()
    assert newest is not None and (newest.number, newest.points) == (2, None)


@pytest.mark.parametrize("after", ["77", "9223372036854775808", "²", "-1", ""])
def test_a_grade_that_was_never_there_cannot_be_taken_back(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt, after: str
) -> None:
    client = sign_in(house.trainer)
    client.post(desk(attempt), data={"points": "1", "after": "0"})
    assert client.post(desk(attempt, "/undo"), data={"after": after}).status_code == 409
    assert client.post(desk(attempt), data={"points": "2", "after": "77"}).status_code == 409
    assert session.scalar(select(func.count(Grade.id)).where(Grade.by_id.is_not(None))) == 1


def test_a_release_is_confirmed_and_reported(
    session: Session, house: World, sign_in: SignIn, page: Page, attempt: Attempt
) -> None:
    client = sign_in(house.trainer)
    client.post(desk(attempt), data={"points": "3", "comment": "Complet", "after": "0"})
    assert "1 note est prête" in words(page(client, "/grading"))
    said = words(page(client, release_url(house)))
    assert "Publier 1 note" in said and "ne peut pas être retirée" in said and "Chacune trouve un message" in said
    assert client.post(release_url(house), data={"listed": 2}).status_code == 409
    assert session.scalar(select(func.count(Release.id))) == 0
    session.commit()
    assert client.post(release_url(house), data={"listed": 1}).location == "/grading"
    assert session.scalar(select(func.count(Completion.id))) == 1
    session.commit()
    said = words(page(sign_in(house.learner), "/grades"))
    assert "8 points sur 8" in said and "Réussi" in said
    assert "Votre note est là" in words(page(sign_in(house.learner), "/notices"))
    assert "Votre note est là" not in words(page(sign_in(house.other_learner), "/notices"))
    assert house.learner.name in words(page(client, desk(attempt)))


def test_a_total_says_how_many_answers_wait_and_never_what_is_not_released(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    waits, step = "1 réponse attend encore l’équipe de formation : ce total n’est pas définitif.", house.steps["quiz"]
    client = sign_in(house.trainer)

    def totals() -> list[str]:
        pages = ("/grades", f"/quizzes/{step.public_id}")
        return [words(page(sign_in(house.learner), url)).replace("\u00a0", " ") for url in pages]

    assert all("5 points sur 8 " + waits in said for said in totals())
    client.post(desk(attempt), data={"points": "2.25", "comment": "Complet", "after": "0"})
    for said in totals():
        assert "5 points sur 8 " + waits in said and "7,25" not in said and "Complet" not in said
    client.post(release_url(house), data={"listed": 1})
    for said in totals():
        assert "7,25 points sur 8" in said and "attend encore" not in said


def test_home_says_what_waits_and_what_was_released(
    app: Any, session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    client = sign_in(house.trainer)
    house.steps["cases"].archived_at = datetime.now(UTC)  # Or it would wait for a discussion.
    session.commit()
    assert "Une réponse attend votre note." in client.get("/").get_data(as_text=True)
    client.post(desk(attempt), data={"points": "3", "after": "0"})
    learner = sign_in(house.learner)
    assert "note a été publiée" not in learner.get("/").get_data(as_text=True)
    client.post(release_url(house), data={"listed": 1})
    home = learner.get("/").get_data(as_text=True)
    assert "1 note a été publiée." in home
    result = re.search(r'href="(/attempts/[^"]+)"[^>]*>(?:<bdi>)?1 note a été publiée', home)[1]
    assert learner.head(result).status_code == 200
    assert "1 note a été publiée." in learner.get("/").get_data(as_text=True), "nobody saw what HEAD asked for"
    assert learner.get(result).status_code == 200
    assert "note a été publiée" not in learner.get("/").get_data(as_text=True), "it was looked at"


def test_lists_have_pages(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    more_learners(session, house, quiz, 21)
    url = f"/grading/questions/{list(quiz.questions.values())[-1].public_id}"
    client = sign_in(house.trainer)
    assert len(page(client, url).findall(".//tbody/tr")) == 20
    assert len(page(client, f"{url}?page=2").findall(".//tbody/tr")) == 2
    assert "Aucune note n’attend" in words(page(client, f"{url}?state=ready"))
    assert client.get(f"{url}?page=-3&state=nonsense").status_code == 200
    assert len(page(client, f"{url}?page=99").findall(".//tbody/tr")) == 2
    assert len(page(client, "/grading?page=99").findall(".//tbody/tr")) == 1
    assert sign_in(house.other_trainer).get(url).status_code == 404


def test_an_answer_leads_to_those_beside_it_in_the_same_state(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    first, second, third = attempt, *more_learners(session, house, quiz, 2)
    client, cohort = sign_in(house.trainer), f"?cohort={house.cohort.public_id}"

    def around(one: Attempt) -> list[str]:
        tree = page(client, desk(one) + cohort)
        return [link.get("href") for link in tree.findall(".//nav[@aria-label='Réponses voisines']//a")]

    assert around(first) == [desk(second) + cohort]
    assert around(second) == [desk(first) + cohort, desk(third) + cohort]
    assert "Réponse 3 sur 3" in words(page(client, desk(third)))
    graded = client.post(desk(second) + cohort, data={"points": "1", "after": "0", "next": "1"})
    assert graded.location == desk(first) + cohort
    assert around(first) == [desk(third) + cohort] and around(second) == []


def test_nobody_grades_or_releases_what_is_his_own(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    def learner_of(person: Person, cohort: Any) -> Membership:
        return Membership(person_id=person.id, cohort_id=cohort.id, role=Role.LEARNER, since=quizzing.NOON)

    other = Membership(
        person_id=house.other_trainer.id, cohort_id=house.cohort.id, role=Role.TRAINER, since=quizzing.NOON
    )
    session.add_all([learner_of(house.trainer, house.cohort), other])
    own = take(session, quiz, house.trainer)
    session.commit()
    client, colleague = sign_in(house.trainer), sign_in(house.other_trainer)
    said = words(page(client, "/grading"))
    assert "À corriger (1)" in said and "Vos propres réponses n’y sont pas" in said
    assert client.get(desk(own)).status_code == 404 and client.post(desk(own), data={}).status_code == 404
    assert client.post(desk(own, "/undo")).status_code == 404
    assert "À corriger (2)" in words(page(colleague, "/grading"))
    for one in (own, attempt):
        assert colleague.post(desk(one), data={"points": "1", "after": "0"}).status_code == 303
    cohort, me = f"/cohorts/{house.cohort.public_id}", house.trainer.public_id
    for leader, reads in ((client, False), (colleague, True)):
        assert ("voit pas encore" in leader.get(f"{cohort}/learners/{me}").text) is reads
        row = next(line for line in leader.get(f"{cohort}/progress.csv").text.splitlines() if me in line)
        assert ('"6"' in row) is reads, row
    said = words(page(client, release_url(house)))
    assert "Publier 1 note" in said and "Vos propres réponses n’y sont pas" in said
    said = words(page(colleague, release_url(house)))
    assert "Publier 2 notes" in said and "Vos propres réponses" not in said
    assert client.post(release_url(house), data={"listed": "2"}).status_code == 409
    assert client.post(release_url(house), data={"listed": "1"}).status_code == 303
    released = select(Attempt.person_id).join(AttemptItem).join(Grade).where(Grade.release_id.is_not(None))
    assert set(session.scalars(released)) == {house.learner.id}
    session.commit()
    assert client.post(release_url(house), data={"listed": "0"}).status_code == 409
    assert colleague.post(release_url(house), data={"listed": "1"}).status_code == 303
    session.expire_all()
    assert set(session.scalars(released)) == {house.learner.id, house.trainer.id}


def test_a_cohort_of_somebody_else_is_no_filter(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.trainer)
    assert client.get(f"{desk(attempt)}?cohort={house.other_cohort.public_id}").status_code == 404
    assert client.get(f"/grading?cohort={house.cohort.public_id}").status_code == 200
    assert client.get(f"/grading?cohort={house.other_cohort.public_id}").status_code == 404


def test_statements_do_not_grow_with_the_learners(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing, attempt: Attempt
) -> None:
    client = sign_in(house.trainer)
    client.post(desk(attempt), data={"points": "3", "after": "0"})
    question = list(quiz.questions.values())[-1].public_id
    urls = ("/grading", desk(attempt), f"/grading/questions/{question}?state=waiting", release_url(house))

    def counted() -> list[int]:
        return [statements(lambda url=url: client.get(url)) for url in urls]

    [other] = more_learners(session, house, quiz, 1)
    few = counted()
    for one in more_learners(session, house, quiz, 12)[:6]:
        client.post(desk(one), data={"points": "3", "after": "0"})
    assert counted() == few
    assert other.number == 1
