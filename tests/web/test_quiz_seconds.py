"""A question that names a second of a recording: learners are led there, and the time goes along to another file."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from media import replacing
from media.models import Recording, Version
from quizzes.models import Attempt, QuestionVersion
from quizzes.rules.kinds import Kind
from tests.quizzing import set_up, take
from tests.world import another_file, ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def quiz(house, session):
    """The quiz of the house, whose module has a recording of a quarter of an hour."""
    ready_recording(session, house.steps["recording"], 900.0)
    return set_up(session, house)


@pytest.fixture
def save(house, quiz, sign_in):
    """`save(see, at)` saves the statement with the step that tells it, and when."""
    address = f"/quizzes/{house.steps['quiz'].public_id}/questions/{quiz.questions[Kind.TRUEFALSE].public_id}"
    recording, trainer = house.steps["recording"].public_id, sign_in(house.trainer)

    def post(see=recording, at="12:40"):
        told = {"lang": "fr", "text": "Un énoncé", "points": "1", "right": "true", "feedback": ""}
        return trainer.post(address, data=told | {"see": see, "see_at": at})

    def more():
        return trainer.post(address, data={"see": recording, "see_at": "", "more": "1"}).get_data(as_text=True)

    post.address, post.get, post.more = address, lambda: trainer.get(address).get_data(as_text=True), more
    return post


@pytest.fixture
def replaced(house, session):
    """`replaced(pieces, length)` puts another file in the place of the one in use, or lets it wait."""

    def put(pieces, length, accept=True):
        recording = session.get_one(Recording, house.steps["recording"].recording_id)
        row = another_file(session, recording, pieces, length, NOW)
        if accept:
            replacing.accept(session, recording, row, replacing.print_of(row), house.admin, NOW)
        public_id = recording.public_id
        session.commit()
        return public_id

    return put


def handed_in(session, house, quiz):
    attempt = take(session, quiz, house.learner, {3: False})
    public_id = attempt.public_id
    session.commit()
    return public_id


def links(client, attempt):
    text = client.get(f"/attempts/{attempt}").get_data(as_text=True)
    return [part.split('"')[0] for part in text.split('href="')[1:] if "#t=" in part.split('"')[0]]


def test_who_has_handed_in_is_led_to_the_second_that_tells_it(house, session, quiz, save, sign_in):
    assert save().status_code == 303
    attempt, learner = handed_in(session, house, quiz), sign_in(house.learner)
    step = house.steps["recording"].public_id
    session.rollback()
    assert links(learner, attempt) == [f"/steps/{step}?t=760.0#t=760.0"]
    assert "à partir de 12:40" in learner.get(f"/attempts/{attempt}").get_data(as_text=True)
    questions = learner.get(f"/api/v1/attempts/{attempt}").get_json()["questions"]
    assert [question["see"] for question in questions if question["see"]] == [{"step": step, "second": 760.0}]
    assert 'value="12:40"' in save.get()


def test_a_question_that_names_the_very_beginning_can_be_changed(session, save):
    session.rollback()
    assert save(at="0:00").status_code == 303
    assert 'value="0:00"' in save.get() and "n’est plus dans l’enregistrement" not in save.get()


def test_no_passage_is_lost_that_was_never_named(session, save):
    session.rollback()
    assert "n’est plus dans l’enregistrement" not in save.more(), "a recording is chosen, and no time yet"


def test_nothing_is_told_before_it_is_handed_in(house, session, quiz, save, sign_in):
    save()
    learner = sign_in(house.learner)
    learner.post(f"/quizzes/{house.steps['quiz'].public_id}/attempts")
    attempt = session.scalars(sa.select(Attempt)).one().public_id
    session.rollback()
    assert links(learner, attempt) == []
    assert all(each["see"] is None for each in learner.get(f"/api/v1/attempts/{attempt}").get_json()["questions"])


@pytest.mark.parametrize(
    ("see", "at", "said"),
    [
        (None, "15:00", "finit à 15:00"),
        (None, "", "Écrivez le temps"),
        (None, "midi", "Écrivez le temps"),
        ("", "12:40", "Choisissez l’enregistrement"),
        ("unknown", "12:40", "Choisissez l’enregistrement"),
    ],
)
def test_a_wrong_second_is_refused_in_a_sentence_and_loses_nothing(house, session, save, see, at, said):
    session.rollback()
    answer = save(house.steps["recording"].public_id if see is None else see, at)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in text and f'value="{at}"' in text and "Un énoncé" in text
    assert session.scalar(sa.select(sa.func.count()).where(QuestionVersion.see_second.is_not(None))) == 0


def test_a_question_names_a_whole_place_or_none(session, house, quiz, save):
    assert save("", "").status_code == 303
    version = session.scalars(sa.select(QuestionVersion).limit(1)).one()
    version.see_second = 3.0
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_second_goes_along_with_a_file_of_which_the_beginning_was_cut_and_comes_back(
    house, session, quiz, save, replaced, sign_in
):
    save()
    attempt, learner = handed_in(session, house, quiz), sign_in(house.learner)
    replaced([[40, 900, 0]], 860.0)
    step = house.steps["recording"].public_id
    session.rollback()
    assert links(learner, attempt) == [f"/steps/{step}?t=720.0#t=720.0"]
    assert 'value="12:00"' in save.get() and "n’est plus dans l’enregistrement" not in save.get()
    recording = session.get_one(Recording, house.steps["recording"].recording_id)
    first = session.scalars(sa.select(Version).where(Version.recording_id == recording.id, Version.number == 1)).one()
    replacing.bring_back(session, recording, first, house.admin, NOW)
    session.commit()
    assert links(learner, attempt) == [f"/steps/{step}?t=760.0#t=760.0"]


def test_the_command_line_tells_a_second_that_goes(app, session, save, replaced):
    save()
    recording = replaced([[0, 700, 0], [800, 900, 700]], 800.0, accept=False)
    done = app.test_cli_runner().invoke(args=["media", "replace", recording])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["lost"] == [{"second": 760.0, "what": "Un énoncé"}]


def test_a_second_of_a_passage_that_goes_is_told_before_the_yes_and_leads_nowhere_after_it(
    house, session, quiz, save, replaced, sign_in
):
    save()
    attempt, learner, admin = handed_in(session, house, quiz), sign_in(house.learner), sign_in(house.admin)
    recording = replaced([[0, 700, 0], [800, 900, 700]], 800.0, accept=False)
    text = admin.get(f"/recordings/{recording}/replacement").get_data(as_text=True)
    assert "1 question nomme une seconde" in text and save.address in text and "Un énoncé" in text
    told = admin.get(f"/api/v1/recordings/{recording}/replacement").get_json()
    assert told["lost"] == [{"second": 760.0, "what": "Un énoncé"}]
    assert len(links(learner, attempt)) == 1
    row = replacing.of(session, house.steps["recording"].recording_id)
    found = session.get_one(Recording, house.steps["recording"].recording_id)
    replacing.accept(session, found, row, replacing.print_of(row), house.admin, NOW)
    session.commit()
    assert links(learner, attempt) == []
    assert "n’est plus dans l’enregistrement" in save.get()
    assert "n’est plus dans l’enregistrement" in save.more()
    assert save(at="").status_code == 422 and save(at="5:00").status_code == 303
