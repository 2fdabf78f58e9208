"""What the documents tell people to type exists."""

import re
import subprocess

import click
import pytest
from flask import Flask

from app.config import ROOT
from app.factory import create_app

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md")
TEXT = "\n".join((ROOT / name).read_text() for name in DOCUMENTS if (ROOT / name).exists())


def test_every_run_command_in_the_documents_exists():
    known = set(re.findall(r"^\./run ?([a-z]*)", _run("help"), re.M))
    named = set(re.findall(r"\./run ([a-z]+)\b(?! (?:is|makes|sets))", TEXT))
    assert named <= known, named - known


def test_every_flask_command_in_the_documents_exists(the_app: Flask):
    app = create_app(the_app.config["HOUSE"], testing=True)  # Commands that load on demand want one that serves nobody.
    for words in set(re.findall(r"\./run flask ((?:[a-z][a-z0-9-]* ?)+)", TEXT)):
        command = app.cli
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            with app.app_context():
                known = command.get_command(click.Context(command), word)
            assert known or word in {"run", "shell", "routes"}, f"./run flask {words}"
            command = known


def test_every_file_in_the_documents_exists():
    named = set(
        re.findall(r"`((?:app|media|modules|quizzes|tests|deploy|requirements|docs|migrations)/[\w./-]*)`", TEXT)
    )
    named |= set(re.findall(r"\]\((?!http)([^)#]+)\)", TEXT))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_the_texts_of_the_first_change_stand_where_it_looks_for_them_and_nowhere_else():
    searches = re.findall(r'grep -rn (?:-B1 )?"([^"]+)" ([\w/]+)', (ROOT / "CONTRIBUTING.md").read_text())
    assert len(searches) == 2
    for words, folder in searches:
        files = [file for file in (ROOT / folder).rglob("*") if file.suffix in {".html", ".po"}]
        assert sum(file.read_text().count(words) for file in files) == 1, words
    (english,) = (words for words, folder in searches if folder.endswith("templates"))
    rooms = [file for room in ("app", "media", "modules", "quizzes") for file in (ROOT / room).rglob("*.[hp][ty]*")]
    used = [file for file in rooms if file.suffix in {".html", ".py"} and f'"{english}"' in file.read_text()]
    assert len(used) == 1


def test_the_picture_on_readmes_first_screen_is_light():
    picture = re.search(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    assert picture and (ROOT / picture[1]).stat().st_size <= 80_000


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", *DOCUMENTS])
def test_the_house_has_its_papers(name):
    assert (ROOT / name).read_text().strip()


def _run(*words: str) -> str:
    return subprocess.run([ROOT / "run", *words], capture_output=True, text=True, check=True, timeout=60).stdout
