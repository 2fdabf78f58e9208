"""Taking a quiz on plain pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import db
from app.people.models import Membership
from app.people.rules import Role
from modules import actions as modules
from modules.models import Assignment, Completion
from quizzes.actions import answering, editing, grading, taking
from quizzes.models import Answer, Attempt, QuestionVersion
from quizzes.rules.kinds import Kind
from tests import quizzing
from tests.conftest import checked
from tests.quizzing import set_up, take
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
Page = Callable[..., Any]
SECRETS = (
    quizzing.SECRET_FORM, quizzing.SECRET_VALUE, quizzing.SECRET_EXPECTED, quizzing.SECRET_FEEDBACK,
    quizzing.SECRET_SAID_RIGHT, quizzing.SECRET_SAID_WRONG,
)  # fmt: skip


def words(tree: Any) -> str:
    """All words of a page, single blanks between them."""
    return " ".join(" ".join(tree.find(".//main").itertext()).split())


@pytest.fixture
def quiz(session: Session, house: World) -> quizzing.Quizzing:
    """The quiz with a question of each kind."""
    return set_up(session, house)


def step_url(house: World, rest: str = "") -> str:
    """An address of the quiz step."""
    return f"/quizzes/{house.steps['quiz'].public_id}{rest}"


def start(client: FlaskClient, house: World) -> str:
    """Begin; the address of the attempt."""
    response = client.post(step_url(house, "/attempts"))
    assert response.status_code == 303
    return str(response.location)


def test_the_step_says_what_awaits(house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing) -> None:
    said = words(page(sign_in(house.learner), step_url(house)))
    assert "2 essais" in said and "4 points sur 8" in said and "Commencer le quiz" in said


def test_a_quiz_without_questions_says_so(house: World, sign_in: SignIn, page: Page) -> None:
    tree = page(sign_in(house.learner), step_url(house))
    assert "aucune question" in words(tree) and "Avant de commencer" not in words(tree)
    assert "Modifier le quiz" in words(page(sign_in(house.trainer), step_url(house)))
    assert not [form for form in tree.iter("form") if "attempts" in (form.get("action") or "")]
    assert sign_in(house.learner).post(step_url(house, "/attempts")).status_code == 404


def test_a_whole_quiz_by_plain_forms(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    assert client.get(attempt).location == f"{attempt}/questions/1"
    for position, value in quiz.right.items():
        url = f"{attempt}/questions/{position}"
        page(client, url)
        sent = {True: "true"}.get(value, value) if isinstance(value, bool) else value
        response = client.post(url, data={"answer": sent, "seen": ""})
        assert response.status_code == 303
    said = words(page(client, f"{attempt}/review"))
    assert "Toutes les questions ont une réponse" in said
    assert client.post(f"{attempt}/submission").location == attempt
    assert "5 points sur 5. 3 points attendent" in words(page(client, attempt))
    assert session.scalar(select(func.count(Completion.id))) == 1


def test_five_presses_hand_in_once(session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    assert {client.post(f"{attempt}/submission").status_code for _ in range(5)} == {303}
    assert session.scalar(select(func.count(Attempt.id))) == 1


def test_nothing_about_the_key_is_in_the_pages_of_an_attempt(
    house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    for url in (step_url(house), f"{attempt}/review", *(f"{attempt}/questions/{n}" for n in range(1, 7))):
        text = client.get(url, follow_redirects=True).get_data(as_text=True)
        assert not [secret for secret in SECRETS if secret in text], url


def test_the_review_names_what_is_empty_and_what_to_come_back_to(
    house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    client.post(f"{attempt}/questions/3", data={"answer": "true", "come_back": "1"})
    said = words(page(client, f"{attempt}/review"))
    assert "5 questions sont sans réponse" in said and "marquée pour y revenir" in said
    assert "Vous avez marqué la question 3 pour y revenir" in said


def receipt(tree: Any) -> str:
    """What the page of a question says was kept."""
    return " ".join("".join(tree.find(".//*[@data-receipt]").itertext()).split())


def flagged(tree: Any) -> list[str]:
    """The questions whose place in the grid tells that they are marked, in words beside the corner."""
    links = tree.findall(".//nav[@class='questions']//a")
    return [link.text for link in links if (mark := link.find("span[@class='flag']")) is not None
            and "hidden" not in mark.attrib and "marquée pour y revenir" in "".join(mark.itertext())]  # fmt: skip


def test_the_grid_tells_of_the_question_that_is_open_whether_it_is_answered(
    house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)

    def told(position: int) -> list[tuple[bool, bool]]:
        """Of each question: answered, in words and to the eye; open."""
        links = page(client, f"{attempt}/questions/{position}").findall(".//nav[@class='questions']//a")
        said = [[one for one in link.findall("span") if "hidden" not in one.attrib and one.text == " répondu"]
                for link in links]  # fmt: skip
        assert [bool(one) for one in said] == ["done" in (link.get("class") or "").split() for link in links]
        return [(bool(one), link.get("aria-current") == "page") for one, link in zip(said, links, strict=True)]

    assert told(3)[1:3] == [(False, False), (False, True)]
    client.post(f"{attempt}/questions/3", data={"answer": "false"})
    assert told(3)[1:3] == [(False, False), (True, True)]
    assert told(2)[1:3] == [(False, True), (True, False)]
    client.post(f"{attempt}/questions/3", data={"clear": "1", "seen": seen(page(client, f"{attempt}/questions/3"))})
    assert told(3)[1:3] == [(False, False), (False, True)]


def test_a_mark_to_come_back_is_kept_without_passing_for_an_answer(
    house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    client.post(f"{attempt}/questions/3", data={"come_back": "1"})
    marked = page(client, f"{attempt}/questions/3")
    assert receipt(marked).startswith("Marque « y revenir » reçue par le serveur à ") and flagged(marked) == ["3"]
    assert flagged(page(client, f"{attempt}/questions/1")) == ["3"]
    assert "6 questions sont sans réponse" in words(page(client, f"{attempt}/review"))
    client.post(f"{attempt}/questions/3", data={"answer": "false", "seen": seen(marked)})
    answered = page(client, f"{attempt}/questions/3")
    assert receipt(answered).startswith("Réponse reçue par le serveur à ") and flagged(answered) == []


def test_a_choice_can_be_taken_back_and_then_counts_as_none(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    for position in (1, 3):
        url = f"{attempt}/questions/{position}"
        client.post(url, data={"answer": {1: quiz.right[1], 3: "true"}[position]})
        tree = page(client, url)
        assert tree.find(".//button[@name='clear']") is not None and tree.find(".//input[@checked]") is not None
        stale = client.post(url, data={"clear": "1", "seen": ""})
        assert stale.status_code == 409, "what another page has answered is not cleared unseen"
        assert client.post(url, data={"clear": "1", "answer": "true", "seen": seen(tree)}).location == url
        tree = page(client, url)
        assert tree.find(".//input[@checked]") is None and "la question est sans réponse" in receipt(tree)
    assert page(client, f"{attempt}/questions/2").find(".//button[@name='clear']") is None
    assert "6 questions sont sans réponse" in words(page(client, f"{attempt}/review"))
    client.post(f"{attempt}/submission")
    said = words(page(client, attempt))
    assert said.count("Sans réponse 0 point sur") == 6 and "Pas juste" not in said


def seen(tree: Any) -> str:
    """The mark of the answer that a page shows."""
    return str(tree.find(".//input[@name='seen']").get("value"))


def test_what_cannot_be_kept_comes_back_with_its_sentence(
    house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    long = "mot " * 6_000
    response = client.post(f"{attempt}/questions/6", data={"answer": long})
    assert response.status_code == 422
    assert "trop longue" in response.get_data(as_text=True) and long.strip() in response.get_data(as_text=True)


def test_a_stale_page_does_not_replace_a_newer_answer_in_silence(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    url = f"{attempt}/questions/6"
    seen = page(client, url).find(".//input[@name='seen']").get("value")
    client.post(url, data={"answer": "D’un autre onglet", "seen": seen})
    refused = client.post(url, data={"answer": "De cet onglet", "seen": seen})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409 and "<title>Erreur" in text
    assert "D’un autre onglet" in text and "De cet onglet" in text
    newer = text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, data={"answer": "De cet onglet", "seen": newer}).status_code == 303
    values = session.scalars(select(Answer.value).order_by(Answer.id)).all()
    assert values == ["D’un autre onglet", "De cet onglet"]


def test_a_page_knows_the_saves_of_its_own_script(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    url = f"{start(client, house)}/questions/6"
    attempt = session.scalars(select(Attempt)).one()
    sent = answering.Sent(6, "Pas encore fin", client_id="abcdef.1.0")
    answering.save(session, attempt, [sent], now=datetime.now(UTC))
    session.commit()
    assert client.post(url, data={"answer": "Fini", "seen": "", "page": "abcdef"}).status_code == 303


def test_a_page_kept_for_back_knows_what_it_saved_itself_and_tells_what_others_did(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    url = f"{start(client, house)}/questions/6"

    def opened() -> dict[str, str]:
        form = checked(client.get(url)).find(".//form[@data-quiz]")
        return {name: form.find(f".//input[@name='{name}']").get("value") for name in ("page", "seen")}

    kept, other = opened(), opened()
    for value in ("Un", "Deux", "Un"):
        assert client.post(url, data={"answer": value, **kept}).status_code == 303, "as it was before its first save"
    told = client.post(url, data={"answer": "D’ailleurs", **other})
    text = told.get_data(as_text=True)
    assert told.status_code == 409 and "<b>Un</b>" in text and "D’ailleurs" in text
    assert client.post(url, data={"answer": "D’ailleurs", **opened()}).status_code == 303
    assert client.post(url, data={"answer": "Trois", **kept}).status_code == 409
    for strange in ("a.b", "\0", "x" * 65):
        assert client.post(url, data={"answer": "Quatre", "page": strange, "seen": ""}).status_code == 409
    values = session.scalars(select(Answer.value).order_by(Answer.id)).all()
    assert values == ["Un", "Deux", "Un", "D’ailleurs"]


def test_a_wrong_number_is_corrected_at_once_but_replaces_nothing_that_its_page_has_not_seen(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    url = f"{start(client, house)}/questions/5"
    attempt = session.scalars(select(Attempt)).one()
    session.commit()

    def shown() -> str:
        return seen(checked(client.get(url)))

    def refused(value: str, page: str, seen: str) -> dict[str, str]:
        answer = client.post(url, data={"answer": value, "page": page, "seen": seen})
        assert answer.status_code == 422
        form = checked(answer).find(".//form[@data-quiz]")
        assert form.get("data-page") == page, "its script saves under the same name"
        return {name: form.find(f".//input[@name='{name}']").get("value") for name in ("page", "seen")}

    def saved(value: str, client_id: str) -> None:
        answering.save(session, attempt, [answering.Sent(5, value, client_id=client_id)], now=datetime.now(UTC))
        session.commit()

    again = refused("abc", "", "")
    assert client.post(url, data={"answer": "4", **again}).status_code == 303, "without scripts"
    again = refused("abc", "phone", shown())
    saved("abc", "phone.1.1.0")  # Its own save comes in after the page.
    assert client.post(url, data={"answer": "5", **again}).status_code == 303
    for page in ("phone", ""):
        again = refused("abc", page, shown())
        saved("7", f"office.{page}.1.0")
        told = client.post(url, data={"answer": "6", **again})
        assert told.status_code == 409 and "<b>7</b>" in told.get_data(as_text=True)
        saved("8", f"other.{page}.1.0")
        seen_before = refused("def", page, "")
        assert client.post(url, data={"answer": "6", **seen_before}).status_code == 409, "a refusal sees nothing new"


def test_after_the_time_only_handing_in_is_left(session: Session, house: World, sign_in: SignIn, page: Page) -> None:
    quiz = set_up(session, house, time_limit_s=60)
    attempt = taking.start(session, quiz.quiz, house.learner, now=datetime.now(UTC) - timedelta(hours=1))
    session.commit()
    client, url = sign_in(house.learner), f"/attempts/{attempt.public_id}"
    assert client.get(f"{url}/questions/1").location == f"{url}/review"
    assert "Le temps est écoulé" in words(page(client, f"{url}/review"))
    late = client.post(f"{url}/questions/6", data={"answer": "En retard"}, follow_redirects=True)
    assert "ne compte pas" in late.get_data(as_text=True)
    assert session.scalar(select(Answer.standing)) == "late"


def test_only_the_owner_opens_an_attempt(house: World, sign_in: SignIn, quiz: quizzing.Quizzing) -> None:
    attempt = start(sign_in(house.learner), house)
    for person in (house.other_learner, house.trainer, house.admin):
        client = sign_in(person)
        assert client.get(attempt).status_code == 404
        assert client.get(f"{attempt}/questions/1").status_code == 404
        assert client.get(f"{attempt}/review").status_code == 404
        assert client.post(f"{attempt}/questions/1", data={"answer": ""}).status_code == 404
        assert client.post(f"{attempt}/submission").status_code == 404


def test_only_learners_of_an_open_module_start(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    for person in (house.other_learner, house.trainer, house.admin):
        assert sign_in(person).post(step_url(house, "/attempts")).status_code == 404
    session.execute(sa.update(Assignment).values(opens_at=datetime.now(UTC) + timedelta(days=1)))
    session.commit()
    assert sign_in(house.learner).post(step_url(house, "/attempts")).status_code == 404


def test_who_had_the_step_taken_back_reads_it_on_the_pages_of_the_quiz(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    attempt = take(session, quiz, house.learner)
    step, why = house.steps["quiz"], "La présence n’est pas prouvée."
    modules.take_back(session, step, house.learner, by=house.trainer, why=why, now=datetime.now(UTC))
    session.commit()
    client = sign_in(house.learner)
    for url in (step_url(house), f"/attempts/{attempt.public_id}"):
        said = words(page(client, url))
        assert "ne compte plus comme faite" in said and why in said and "Réussir le quiz encore une fois" in said
    modules.complete(session, step, house.learner, by=house.trainer, now=datetime.now(UTC), source="trainer")
    session.commit()
    said = words(page(client, f"/attempts/{attempt.public_id}"))
    assert "compte de nouveau comme faite" in said and "Réussir le quiz encore une fois" not in said
    assert why not in words(page(sign_in(house.trainer), step_url(house)))


def test_who_may_only_read_a_quiz_begins_no_attempt(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.admin)
    assert "Commencer le quiz" not in words(page(client, step_url(house)))
    assert client.post(step_url(house, "/attempts")).status_code == 404
    learns = Membership(person_id=house.admin.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=quizzing.NOON)
    session.add(learns)
    given = session.scalars(select(Assignment)).one()
    for opens_at, ended_at, status in (
        (datetime.now(UTC) + timedelta(days=1), None, 404), (None, quizzing.NOON, 404), (None, None, 303),
    ):  # fmt: skip
        given.opens_at, learns.ended_at = opens_at, ended_at
        session.commit()
        assert ("Commencer le quiz" in words(page(client, step_url(house)))) is (status == 303)
        assert client.post(step_url(house, "/attempts")).status_code == status


def test_the_attempts_run_out(house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing) -> None:
    client = sign_in(house.learner)
    for _ in range(2):
        client.post(f"{start(client, house)}/submission")
    assert client.post(step_url(house, "/attempts")).status_code == 409
    said = words(page(client, step_url(house)))
    assert "utilisé tous vos essais" in said and "Avant de commencer" not in said
    assert "peuvent autoriser un essai de plus" in said


def test_a_grade_is_in_the_result_only_once_released(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    attempt = take(session, quiz, house.learner)
    item = session.scalars(quizzing.items_of(attempt)).all()[5]
    grading.grade(session, item, house.trainer, points=1.25, comment="Un mot secret", after=0, now=quizzing.NOON)
    session.commit()
    client, url = sign_in(house.learner), f"/attempts/{attempt.public_id}"
    before = words(page(client, url))
    assert "1,25" not in before and "Un mot secret" not in before and quizzing.SECRET_EXPECTED not in before
    grading.release(session, quiz.quiz, house.cohort, house.trainer, now=quizzing.NOON)
    session.commit()
    after = words(page(client, url))
    assert "1,25 point sur 3" in after and "Un mot secret" in after and quizzing.SECRET_EXPECTED in after


def test_expected_answers_stay_hidden_when_the_quiz_says_so(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    quiz = set_up(session, house, show_expected=False)
    attempt = take(session, quiz, house.learner, {5: "0"})
    said = words(page(sign_in(house.learner), f"/attempts/{attempt.public_id}"))
    assert not [secret for secret in SECRETS if secret in said]


def test_who_chose_an_option_reads_what_is_said_of_it_and_of_the_right_one_once_answers_are_shown(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == Kind.SINGLE)).one()
    [wrong] = [option["key"] for option in version.spec["options"] if not option["right"]]
    first, client = take(session, quiz, house.learner, {1: wrong}), sign_in(house.learner)
    said = words(page(client, f"/attempts/{first.public_id}"))
    assert quizzing.SECRET_SAID_WRONG in said and quizzing.SECRET_SAID_RIGHT not in said
    second = take(session, quiz, house.learner, {1: wrong})
    said = words(page(client, f"/attempts/{second.public_id}"))
    assert quizzing.SECRET_SAID_WRONG in said and quizzing.SECRET_SAID_RIGHT in said


def test_expected_answers_wait_while_another_attempt_could_copy_them(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    quiz, client, seen = set_up(session, house, max_attempts=2), sign_in(house.learner), []
    for _ in range(2):
        attempt = take(session, quiz, house.learner, {3: False})
        seen.append(words(page(client, f"/attempts/{attempt.public_id}")))
    assert "une fois le quiz réussi ou tous les essais faits" in seen[0] and "Réponse attendue" not in seen[0]
    assert "une fois le quiz réussi ou tous les essais faits" not in seen[1] and "Réponse attendue" in seen[1]


def test_what_is_no_number_is_refused_beside_its_field_and_named_before_handing_in(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    attempt = take(session, quiz, house.learner, {5: "abc"}, submit=False)
    assert "La question 5 demande un nombre" in words(page(client, f"/attempts/{attempt.public_id}/review"))
    refused = client.post(f"/attempts/{attempt.public_id}/questions/5", data={"answer": "douze", "seen": ""})
    assert refused.status_code == 422
    said = checked(refused)
    summary = said.find(".//div[@class='notice bad summary']")
    assert summary.findtext("h2") == "Une indication est à corriger"
    assert summary.find(".//a[@href='#answer']").text.startswith("Écrivez un nombre")
    assert said.find(".//input[@id='answer']").get("value") == "douze"


def statements(act: Callable[[], Any]) -> int:
    """How many statements the act sends."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", hear)
    return len(heard)


@pytest.mark.parametrize("path", ["", "/questions/1", "/review", "result"])
def test_the_number_of_statements_does_not_grow_with_the_questions(
    app: Flask, session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing, path: str
) -> None:
    client = sign_in(house.learner)

    def visit(submit: bool) -> int:
        attempt = take(session, quiz, house.learner, submit=submit)
        url = f"/attempts/{attempt.public_id}" + path.replace("result", "")
        count = statements(lambda: client.get(url))
        session.refresh(attempt)
        if not submit:
            taking.submit(session, attempt, now=datetime.now(UTC))
            session.commit()
        return count

    few = visit(path == "result")
    for number in range(20):
        draft = editing.Draft(Kind.TRUEFALSE, "fr", f"Énoncé {number}", 1, {"right": True})
        editing.add_question(session, house.steps["quiz"], draft, house.trainer, now=datetime.now(UTC))
    session.commit()
    assert visit(path == "result") <= few


def test_pages_stay_light(session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing) -> None:
    client = sign_in(house.learner)
    attempt = start(client, house)
    for url in (step_url(house), f"{attempt}/questions/6", f"{attempt}/review"):
        assert len(client.get(url).data) < 60_000
