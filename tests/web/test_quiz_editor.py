"""Writing a quiz in forms."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import db
from app.people.models import Membership
from modules import actions as modules
from modules import kinds
from modules.models import Step
from quizzes.actions import answering, editing, taking
from quizzes.models import Answer, Attempt, Question, QuestionVersion, Quiz
from quizzes.queries.questions import quiz_of
from quizzes.rules.kinds import Kind
from tests import quizzing
from tests.conftest import checked
from tests.quizzing import set_up
from tests.web.test_quizzes import statements, words
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
Page = Callable[..., Any]

WRITTEN: dict[Kind, dict[str, str]] = {
    Kind.SINGLE: {"options-0-text": "Oui", "options-0-right": "y", "options-1-text": "Non"},
    Kind.MULTIPLE: {
        "options-0-text": "A",
        "options-0-right": "y",
        "options-1-text": "",
        "options-2-text": "*B*",
        "options-2-right": "y",
    },
    Kind.TRUEFALSE: {"right": "false"},
    Kind.SHORT: {"accepted": "CD\r\nla CD\r\n\r\n", "case": "y"},
    Kind.NUMBER: {"value": "1 234,5", "tolerance": "0,5"},
    Kind.OPEN: {"expected": "Un **corrigé**."},
}
SHARED = {"lang": "fr", "text": "Une *question* ?", "points": "1,5", "feedback": "Parce que."}


def url(house: World, rest: str = "") -> str:
    """An address of the quiz in the editor."""
    return f"/quizzes/{house.steps['quiz'].public_id}{rest}"


def test_the_modules_builder_knows_the_kind(app: Any) -> None:
    kind = kinds.get("quiz")
    assert (kind.open_endpoint, kind.edit_endpoint) == ("quizzes.open_step", "quiz_editor.edit")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_question_of_each_kind_is_written_and_edited(
    session: Session, house: World, sign_in: SignIn, page: Page, kind: Kind
) -> None:
    client = sign_in(house.trainer)
    page(client, url(house, f"/questions/new/{kind}"))
    response = client.post(url(house, f"/questions/new/{kind}"), data=SHARED | WRITTEN[kind])
    assert response.status_code == 303
    question, version = session.execute(select(Question, QuestionVersion).join(QuestionVersion.question)).one()
    session.commit()
    assert (version.kind, version.points, version.number) == (kind, 1.5, 1)
    assert "<em>question</em>" in version.html
    tree = page(client, url(house, f"/questions/{question.public_id}"))
    form = {
        field.get("name"): field for field in tree.iter() if field.get("name") and field.tag in ("input", "textarea")
    }
    assert form["text"].text.strip() == SHARED["text"] and form["points"].get("value") == "1,5"
    edited = SHARED | WRITTEN[kind] | {"text": "Autrement ?"}
    if "options-0-key" in form:
        edited |= {name: field.get("value") for name, field in form.items() if name.endswith("-key")}
    assert client.post(url(house, f"/questions/{question.public_id}"), data=edited).status_code == 303
    numbers = session.scalars(select(QuestionVersion.number).order_by(QuestionVersion.number)).all()
    assert numbers == [1, 2]


def test_options_keep_their_keys_and_empty_rows_vanish(session: Session, house: World, sign_in: SignIn) -> None:
    typed = SHARED | WRITTEN[Kind.MULTIPLE]
    assert sign_in(house.trainer).post(url(house, "/questions/new/multiple"), data=typed).status_code == 303
    [version] = session.scalars(select(QuestionVersion)).all()
    assert [(o["text"], o["html"], o["right"]) for o in version.spec["options"]] == [
        ("A", "A", True), ("*B*", "<em>B</em>", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changed", "sentence"),
    [
        (Kind.SINGLE, {"options-1-right": "y"}, "exactement une option"),
        (Kind.MULTIPLE, {"options-2-text": "A"}, "identiques"),
        (Kind.TRUEFALSE, {"right": ""}, "vrai ou faux"),
        (Kind.SHORT, {"accepted": " \r\n"}, "au moins une réponse acceptée"),
        (Kind.SHORT, {"accepted": "CD\r\n* . *"}, "Une étoile seule accepterait toutes les réponses"),
        (Kind.NUMBER, {"value": "1e400"}, "Écrivez un nombre"),
        (Kind.NUMBER, {"tolerance": "beaucoup"}, "tolérance"),
        (Kind.OPEN, {"text": "  "}, "Écrivez la question"),
        (Kind.OPEN, {"text": "\u200b"}, "Écrivez la question"),
        (Kind.OPEN, {"points": "NaN"}, "entre 0 et 1\u00a0000 points"),
        (Kind.OPEN, {"points": "1001"}, "entre 0 et 1\u00a0000 points"),
        (Kind.OPEN, {"expected": "x" * 30_000}, "trop long"),
    ],
)
def test_a_refused_question_comes_back_as_typed(
    session: Session, house: World, sign_in: SignIn, kind: Kind, changed: dict[str, str], sentence: str
) -> None:
    typed = SHARED | WRITTEN[kind] | {"feedback": "Mon explication gardée"} | changed
    response = sign_in(house.trainer).post(url(house, f"/questions/new/{kind}"), data=typed)
    text = response.get_data(as_text=True)
    assert response.status_code == 422 and "<title>Erreur\u00a0: " in text
    assert sentence in text and "Mon explication gardée" in text
    assert session.scalar(select(func.count(Question.id))) == 0


@pytest.mark.parametrize("row", ["²", "①", "9" * 5000])
def test_a_row_that_no_page_has_is_no_row(session: Session, house: World, sign_in: SignIn, row: str) -> None:
    typed = SHARED | WRITTEN[Kind.SINGLE] | {f"options-{row}-text": "x"}
    assert sign_in(house.trainer).post(url(house, "/questions/new/single"), data=typed).status_code == 303


def test_more_options_keep_what_is_typed(session: Session, house: World, sign_in: SignIn) -> None:
    typed = SHARED | WRITTEN[Kind.SINGLE] | {"more": "1"}
    response = sign_in(house.trainer).post(url(house, "/questions/new/single"), data=typed)
    text = response.get_data(as_text=True)
    assert response.status_code == 200 and "Oui" in text and "options-5-text" in text
    assert session.scalar(select(func.count(Question.id))) == 0


TERMS = {"lang": "fr", "intro": "Lisez **bien**.", "pass_mark": "60", "max_attempts": "3", "minutes": "20"}


def test_who_writes_the_first_question_of_a_running_module_reads_who_is_then_no_longer_done(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    new, others = "/questions/new/truefalse", [each for kind, each in house.steps.items() if kind != "quiz"]

    def said(person: Any = house.trainer) -> list[str]:
        return [words(page(sign_in(person), url(house, each))).replace("\u00a0", " ") for each in ("/edit", new)]

    def do(person: Any, *steps: Step) -> None:
        for step in steps:
            modules.complete(session, step, person, now=quizzing.NOON, source="trainer", by=house.trainer)
        session.commit()

    there = "Les cohortes qui ont le module (Cohort 1) ont aussi ce quiz dès sa première question."
    one = f"{there} 1 personne a fait toutes les autres étapes : le module sera de nouveau fait quand"
    do(house.learner, *others[1:])
    assert all(there in each and "autres étapes" not in each for each in said()), "one step is left"
    others[0].archived_at = quizzing.NOON
    session.commit()
    assert all(one in each for each in said()), "what was put away is asked of nobody"
    modules.assign(session, house.other_cohort, house.module, opens=None, due=None, now=quizzing.NOON, by=house.admin)
    do(house.other_learner, *others[1:])
    others_too = "(Cohort 1 et 1 cohorte menée par d’autres) ont aussi ce quiz dès sa première question."
    assert all(f"{others_too} 2 personnes ont fait" in each for each in said()), (
        "a cohort that somebody else leads has it too"
    )
    both = "(Cohort 1 et Cohort 2) ont aussi ce quiz dès sa première question. 2 personnes ont fait"
    assert all(both in each for each in said(house.admin))
    left = sa.update(Membership).where(Membership.person_id == house.learner.id)
    session.execute(left.values(ended_at=quizzing.NOON))
    session.commit()
    assert all(f"{others_too} 1 personne a fait" in each for each in said()), "who has left does nothing more"
    assert sign_in(house.trainer).post(url(house, new), data=SHARED | WRITTEN[Kind.TRUEFALSE]).status_code == 303
    assert not any(others_too in each for each in said())
    assert "le quiz reste fait pour qui l’a réussi" in said()[1]


def test_terms_are_saved(session: Session, house: World, sign_in: SignIn, page: Page) -> None:
    client = sign_in(house.trainer)
    page(client, url(house, "/edit"))
    assert client.post(url(house, "/edit"), data=TERMS).status_code == 303
    quiz = session.scalars(select(Quiz)).one()
    assert (quiz.pass_mark, quiz.max_attempts, quiz.time_limit_s, quiz.show_expected_at) == (0.6, 3, 1200, None)
    assert quiz.intro_html == "<p>Lisez <strong>bien</strong>.</p>"


def test_empty_limits_mean_no_limit(session: Session, house: World, sign_in: SignIn) -> None:
    data = TERMS | {"max_attempts": "", "minutes": "", "show_expected": "y"}
    assert sign_in(house.trainer).post(url(house, "/edit"), data=data).status_code == 303
    quiz = session.scalars(select(Quiz)).one()
    assert (quiz.max_attempts, quiz.time_limit_s) == (None, None)
    assert quiz.show_expected_at is not None


@pytest.mark.parametrize("name", ["pass_mark", "max_attempts", "minutes"])
@pytest.mark.parametrize("typed", ["x", "-1", "7,5", "1e3", "9" * 5_000, ""])
def test_a_wrong_number_is_refused_in_one_sentence(
    session: Session, house: World, sign_in: SignIn, name: str, typed: str
) -> None:
    response = sign_in(house.trainer).post(url(house, "/edit"), data=TERMS | {name: typed})
    if not typed and name != "pass_mark":
        assert response.status_code == 303, "empty: no limit"
        return
    assert response.status_code == 422
    said = checked(response)
    assert len(said.findall(f".//a[@href='#{name}']")) == 1
    assert said.find(f".//p[@id='{name}-error']").text.count(".") == 1
    assert said.find(f".//input[@id='{name}']").get("value") == typed


@pytest.mark.parametrize(
    "changed", [{"pass_mark": "101"}, {"pass_mark": ""}, {"max_attempts": "0"}, {"minutes": "x"}, {"lang": "xx"}]
)
def test_refused_terms_come_back_as_typed(
    session: Session, house: World, sign_in: SignIn, changed: dict[str, str]
) -> None:
    response = sign_in(house.trainer).post(url(house, "/edit"), data=TERMS | changed)
    assert response.status_code == 422 and "Lisez **bien**." in response.get_data(as_text=True)
    assert session.scalar(select(func.count(Quiz.id))) == 0


def test_questions_are_moved_archived_and_taken_back(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    quiz = set_up(session, house)
    client = sign_in(house.trainer)
    first = url(house, f"/questions/{quiz.questions[Kind.SINGLE].public_id}")
    row = f"question-{quiz.questions[Kind.SINGLE].public_id}"
    assert client.post(f"{first}/place", data={"down": "1"}).location == url(house, f"/edit#{row}")
    tree = page(client, url(house, "/edit"))
    said = words(tree)
    assert tree.find(f".//li[@id='{row}']") is not None
    assert said.index("Question multiple ?") < said.index("Question single ?")
    client.post(f"{first}/archive")
    said = words(page(client, url(house, "/edit")))
    assert said.index("Archivées") < said.index("Question single ?")
    client.post(f"{first}/archive", data={"undo": "1"})
    assert "Archivées" not in words(page(client, url(house, "/edit")))


def test_the_preview_shows_what_learners_see_and_saves_nothing(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    set_up(session, house)
    client = sign_in(house.trainer)
    for n in range(1, 7):
        said = words(page(client, url(house, f"/preview?n={n}")))
        assert f"question {n} sur 6" in said and quizzing.SECRET_EXPECTED not in said
    assert client.get(url(house, "/preview?n=99")).status_code == 200


def test_an_answer_in_the_preview_is_read_as_learners_would_and_not_kept(
    session: Session, house: World, sign_in: SignIn
) -> None:
    quiz = set_up(session, house)
    wrong = next(option["key"] for option in _options(session, quiz, Kind.SINGLE) if not option["right"])
    client = sign_in(house.trainer)

    def tried(n: int, **sent: Any) -> str:
        response = client.post(url(house, f"/preview?n={n}"), data=sent)
        assert response.status_code == 200, n
        said = words(checked(response))
        assert "Aperçu, rien n’est enregistré" in said
        return said

    said = tried(1, answer=wrong)
    assert "Pas juste 0 point sur 1" in said and "Réponse attendue : Engagements" in said
    assert (
        quizzing.SECRET_SAID_WRONG in said and quizzing.SECRET_SAID_RIGHT in said and quizzing.SECRET_FEEDBACK in said
    )
    assert "Juste 1 point sur 1" in tried(1, answer=quiz.right[1])
    assert "En partie juste 0,5 point sur 1" in tried(2, answer=quiz.right[2][:1])
    assert "Sans réponse 0 point sur 1" in tried(3)
    assert "Juste 1 point sur 1" in tried(4, answer=quizzing.SECRET_FORM.upper())
    open_answer = tried(6, answer="Un texte à lire.")
    assert "En correction" in open_answer and "Un texte à lire." in open_answer
    assert "avec la note publiée" in open_answer and quizzing.SECRET_EXPECTED in open_answer
    refused = client.post(url(house, "/preview?n=5"), data={"answer": "beaucoup"})
    assert checked(refused).find(".//div[@class='notice bad summary']//a[@href='#answer']") is not None
    text = refused.get_data(as_text=True)
    assert (
        refused.status_code == 422
        and "Écrivez un nombre" in text
        and "<title>Erreur" in text
        and 'value="beaucoup"' in text
    )
    assert client.post(url(house, "/preview?n=1"), data={"answer": "nosuchkey"}).status_code == 422
    assert session.scalar(select(func.count(Attempt.id))) == session.scalar(select(func.count(Answer.id))) == 0


def test_an_answer_in_the_preview_waits_for_no_writer(session: Session, house: World, sign_in: SignIn) -> None:
    set_up(session, house)
    client = sign_in(house.trainer)

    def writes(address: str, **sent: Any) -> bool:
        seen: list[bool] = []

        def hear(connection: Any, *_: Any) -> None:
            seen.append(connection.get_execution_options().get("write", False))

        sa.event.listen(db.engine, "before_cursor_execute", hear)
        try:
            assert client.post(url(house, address), data=sent).status_code in (200, 422)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", hear)
        return any(seen)

    assert not writes("/preview?n=3", answer="true")
    assert writes("/edit", pass_mark="beaucoup"), "another form does"


def test_the_preview_explains_no_more_than_the_quiz_does(session: Session, house: World, sign_in: SignIn) -> None:
    quiz = set_up(session, house, show_expected=False)
    wrong = next(option["key"] for option in _options(session, quiz, Kind.SINGLE) if not option["right"])
    text = sign_in(house.trainer).post(url(house, "/preview?n=1"), data={"answer": wrong}).get_data(as_text=True)
    assert quizzing.SECRET_SAID_WRONG in text and "ne montre ni réponses attendues ni explications" in text
    assert quizzing.SECRET_SAID_RIGHT not in text and quizzing.SECRET_FEEDBACK not in text


def test_each_way_to_the_quiz_leads_to_its_questions_and_back(house: World, sign_in: SignIn, page: Page) -> None:
    step, module = house.steps["quiz"].public_id, house.module.public_id
    client, edit = sign_in(house.trainer), url(house, "/edit")
    for address in (f"/manage/steps/{step}", f"/manage/modules/{module}", f"/quizzes/{step}"):
        links = page(client, address).findall(f".//main//a[@href='{edit}']")
        assert len(links) == 1 and "".join(links[0].itertext()).startswith("Modifier le quiz"), address
    assert page(sign_in(house.learner), f"/quizzes/{step}").find(f".//a[@href='{edit}']") is None
    for rest, parents in (("/edit", []), ("/questions/new/open", [edit]), ("/preview", [edit])):
        tree = page(client, url(house, rest))
        crumbs = [link.get("href") for link in tree.findall(".//nav[@class='crumbs']//a")]
        assert crumbs == ["/manage/modules", f"/manage/modules/{module}", f"/manage/steps/{step}", *parents]


def test_lists_show_the_words_of_a_question_without_its_marks(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    draft = editing.Draft(Kind.OPEN, "fr", "# Suivi\n\nQui fait **quoi**, et [quand](https://a.example) ?", 1, {})
    editing.add_question(session, house.steps["quiz"], draft, house.trainer, now=quizzing.NOON)
    session.commit()
    quiz = quiz_of(session, house.steps["quiz"])
    assert quiz is not None
    attempt = taking.start(session, quiz, house.learner, now=quizzing.NOON)
    answering.save(session, attempt, [answering.Sent(1, "Moi.")], now=quizzing.NOON)
    taking.submit(session, attempt, now=quizzing.NOON)
    session.commit()
    for address in (url(house, "/edit"), "/grading"):
        assert "Suivi Qui fait quoi, et quand ?" in words(page(sign_in(house.trainer), address)), address


def _options(session: Session, quiz: quizzing.Quizzing, kind: Kind) -> list[dict[str, Any]]:
    version = session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == quiz.questions[kind].id)
    ).one()
    return list(version.spec["options"])


def test_who_may_write(session: Session, house: World, sign_in: SignIn) -> None:
    quiz = set_up(session, house)
    question = f"/questions/{quiz.questions[Kind.OPEN].public_id}"
    for person, status in (
        (house.learner, 403), (house.other_trainer, 404), (house.trainer, 200), (house.admin, 200),
    ):  # fmt: skip
        client = sign_in(person)
        for rest in ("/edit", question, "/questions/new/open", "/preview"):
            assert client.get(url(house, rest)).status_code == status, (person.name, rest)
        posted = client.post(url(house, f"{question}/place"), data={"up": "1"}).status_code
        assert posted == (303 if status == 200 else status)
    wrong = f"/quizzes/{house.steps['page'].public_id}/edit"
    assert sign_in(house.trainer).get(wrong).status_code == 404
    assert sign_in(house.trainer).get(url(house, "/questions/new/essay")).status_code == 404


def test_a_question_cannot_run_anything(session: Session, house: World, sign_in: SignIn, page: Page) -> None:
    typed = SHARED | WRITTEN[Kind.SINGLE]
    typed |= {"text": "<script>alert(1)</script> [x](javascript:alert(1))", "options-1-text": "<img src=x onerror=a>"}
    sign_in(house.trainer).post(url(house, "/questions/new/single"), data=typed)
    version = session.scalars(select(QuestionVersion)).one()
    kept = version.html + version.spec["options"][1]["html"]
    assert (
        "<script" not in kept
        and "javascript:" not in kept.replace("[x](javascript:alert(1))", "")
        and "<img" not in kept
    )


def test_statements_do_not_grow_with_the_questions(session: Session, house: World, sign_in: SignIn) -> None:
    client = sign_in(house.trainer)
    client.post(url(house, "/questions/new/open"), data=SHARED | WRITTEN[Kind.OPEN])
    urls = [url(house, rest) for rest in ("/edit", "/preview")]
    few = [statements(lambda one=one: client.get(one)) for one in urls]
    for number in range(10):
        client.post(url(house, "/questions/new/open"), data=SHARED | WRITTEN[Kind.OPEN] | {"text": f"Et {number} ?"})
    assert [statements(lambda one=one: client.get(one)) for one in urls] == few


def test_what_is_said_of_an_option_is_kept_with_its_version(
    session: Session, house: World, sign_in: SignIn, page: Page
) -> None:
    client, said = sign_in(house.trainer), {"options-1-feedback": "Relisez le *préambule*."}
    assert (
        client.post(url(house, "/questions/new/single"), data=SHARED | WRITTEN[Kind.SINGLE] | said).status_code == 303
    )
    [(question, version)] = session.execute(select(Question, QuestionVersion).join(QuestionVersion.question)).all()
    session.commit()
    assert [o["feedback_html"] for o in version.spec["options"]] == ["", "Relisez le <em>préambule</em>."]
    tree = page(client, url(house, f"/questions/{question.public_id}"))
    form = {field.get("name"): field.get("value", "") for field in tree.findall(".//input[@name]")}
    assert form["options-1-feedback"] == "Relisez le *préambule*."
    kept = {name: form[name] for name in form if name.endswith(("-key", "-text"))}
    again = SHARED | kept | {"options-0-right": "y", "options-1-feedback": "Autrement."}
    client.post(url(house, f"/questions/{question.public_id}"), data=again)
    versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.number)).all()
    assert [one.spec["options"][1]["feedback"] for one in versions] == ["Relisez le *préambule*.", "Autrement."]


@pytest.mark.parametrize("typed", [{"options-2-feedback": "Perdu ?"}, {"options-2-right": "y"}])
def test_a_row_without_its_option_is_refused_and_not_lost(
    session: Session, house: World, sign_in: SignIn, typed: dict[str, str]
) -> None:
    response = sign_in(house.trainer).post(
        url(house, "/questions/new/multiple"), data=SHARED | WRITTEN[Kind.MULTIPLE] | {"options-2-text": ""} | typed
    )
    text = response.get_data(as_text=True)
    assert response.status_code == 422 and "Écrivez le texte de cette option" in text
    assert 'href="#options-2-text"' in text and typed.get("options-2-feedback", "") in text
    assert session.scalar(select(func.count(Question.id))) == 0
