"""flask user …: one language, plain sentences, and an exit code that a script can read."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.people import queries
from app.people.models import ApiToken, Login, Person
from app.people.passwords import SHORTEST

ENGLISH = {
    "taken": "Error: There is somebody with this login already.\n",
    "nobody": "Error: Nobody signs in with this.\n",
    "address": "Error: Write a complete e-mail address, with the part after the @.\n",
    "short": f"Error: Choose at least {SHORTEST} characters: a short sentence is good.\n",
    "differ": "Error: The two passwords differ: write the new one twice.\n",
    "code": "One-time code: write it at /code within seven days, then choose a password.\n",
    "changed": "The password is changed.\n",
    "asked": "New password: \nThe new password once more: \n",
    "token": "command line",
    "language": "Error: This language is not offered. Choose one of these: fr, en.\n",
    "down": "Error: The database does not answer, or is not set up: ./run setup does so.\n",
}
FRENCH = {
    "taken": "Erreur : Quelqu’un se connecte déjà avec cet identifiant.\n",
    "nobody": "Erreur : Personne ne se connecte avec cet identifiant.\n",
    "code": "Code à usage unique : écrivez-le à /code dans les sept jours, puis choisissez un mot de passe.\n",
    "changed": "Le mot de passe est changé.\n",
    "token": "ligne de commande",
}


@pytest.fixture
def run(app, monkeypatch):
    """`run("add", "x1", LANG="fr_FR.UTF-8")` runs a command in a terminal of that language; its exit code, outputs."""

    def invoke(*arguments, input=None, **language):
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        done = app.test_cli_runner().invoke(args=["user", *arguments], input=input, env=language)
        return done.exit_code, done.stdout, done.stderr.replace("\u00a0", " ").replace("\u202f", " ")

    return invoke


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ({}, ENGLISH),
        ({"LANG": "C.UTF-8"}, ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, ENGLISH),
        ({"LANG": "fr_SN.UTF-8"}, FRENCH),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR"}, FRENCH),
        ({"LANG": "C", "LC_ALL": "fr"}, FRENCH),
    ],
)
def test_everything_is_said_in_the_language_of_the_terminal_or_in_english(house, session, run, language, words):
    code, out, said = run("add", "new9", **language)
    assert (code, len(out), said) == (0, 10, words["code"])
    assert run("add", "new9", **language) == (1, "", words["taken"])
    for command in ("token", "code", "password"):
        assert run(command, "nobody", **language) == (1, "", words["nobody"])
    assert run("password", "learner", "--password", "une phrase 9", **language) == (0, "", words["changed"])
    assert run("token", "learner", **language)[0] == 0
    assert session.scalar(sa.select(ApiToken.name)) == words["token"]


def test_what_is_refused_is_said_in_a_sentence_and_nothing_is_done(house, session, run):
    before = session.scalar(sa.select(Person.password_hash).where(Person.id == house.learner.id))
    session.commit()
    assert run("add", "x9@") == (1, "", ENGLISH["address"])
    assert run("password", "learner", input="court\ncourt\n") == (1, "", ENGLISH["asked"] + ENGLISH["short"])
    assert run("password", "learner", input="une phrase 9\nune phrase 8\n") == (
        1, "", ENGLISH["asked"] + ENGLISH["differ"],
    )  # fmt: skip
    for unknown in ("xx", "pt", ""):
        assert run("add", "x9", "--language", unknown) == (1, "", ENGLISH["language"])
    assert session.scalar(sa.select(Person.password_hash).where(Person.id == house.learner.id)) == before
    assert session.scalars(sa.select(Login.id).where(Login.folded.in_(["x9", "x9@"]))).all() == []
    session.commit()
    assert run("add", "x9", "--language", "en")[0] == 0
    assert session.scalar(sa.select(Person.language).where(Person.name == "x9")) == "en"
    session.commit()
    asked = ENGLISH["asked"] + ENGLISH["changed"]
    assert run("password", "learner", input="une phrase 9\nune phrase 9\n") == (0, "", asked)


def test_a_database_that_does_not_answer_is_told_without_a_trace(house, run, monkeypatch):
    def down(*_arguments, **_more):
        raise OperationalError("SELECT", {}, Exception("no such table"))

    monkeypatch.setattr(queries, "people", down)
    assert run("list") == (1, "", ENGLISH["down"])
