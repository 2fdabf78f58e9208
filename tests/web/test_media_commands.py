"""flask media …: one language, plain sentences, and an exit code that a script can read."""

import json
import os

import pytest
import sqlalchemy as sa

from media.models import Recording, Version
from media.rules import Reason, State
from tests.world import ready_recording

LANGUAGES = ({"LANG": "C.UTF-8"}, {"LANG": "de_DE.UTF-8"}, {"LANG": "fr_SN.UTF-8"})


@pytest.fixture
def run(app, session, monkeypatch):
    """`run("show", "x", LANG="fr_FR.UTF-8")` runs a command in a terminal of that language; its exit code, outputs."""

    def invoke(*arguments, **language):
        session.rollback()  # Or the command waits for the test's own session.
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        done = app.test_cli_runner().invoke(args=["media", *map(str, arguments)], env=language)
        return done.exit_code, done.stdout, done.stderr.replace("\u00a0", " ")

    return invoke


@pytest.fixture
def recording(house, session) -> Recording:
    """One with a single file, which is ready."""
    version = ready_recording(session, house.steps["recording"])
    session.commit()
    return session.get_one(Recording, version.recording_id)


def refused(english: str, french: str, language: dict[str, str]) -> tuple[int, str, str]:
    sentence = f"Erreur : {french}" if language["LANG"].startswith("fr") else f"Error: {english}"
    return 1, "", f"{sentence}\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_done_is_said_in_the_language_of_the_terminal(run, recording, tmp_path, language):
    (tmp_path / "latin.txt").write_bytes("coupé 0:10".encode("latin-1"))
    one, nobody = recording.public_id, "no-such-id"
    missing = refused(
        f"No recording and no upload has the id {nobody}.",
        f"Aucun enregistrement ni aucun envoi n’a l’identifiant {nobody}.", language,
    )  # fmt: skip
    for asked in (["show"], ["retry"], ["replace"], ["replace", "--accept", "b"], ["replace", "--file", __file__]):
        assert run(*asked, nobody, **language) == missing, asked
    for asked, english, french in (
        (["retry"], "The file is no longer here: send it again.", "Le fichier n’est plus là : envoyez-le de nouveau."),
        (["replace"], "No file of this recording waits for a yes.",
         "Aucun fichier de cet enregistrement n’attend votre accord."),
        *((["replace", *both], "Say only one of --file, --accept, --keep and --back.",
           "Donnez une seule des options --file, --accept, --keep et --back.")
          for both in (["--accept", "b", "--keep", "b"], ["--keep", "b", "--back", 1], ["--accept", "b", "--back", 1],
                       ["--file", __file__, "--accept", "b"], ["--file", __file__, "--keep", "b"],
                       ["--file", __file__, "--back", 1])),
        (["replace", "--back", 7], "This recording has no file of the number 7.",
         "Cet enregistrement n’a pas de fichier numéro 7."),
        (["replace", "--file", tmp_path / "none.mp4"], "There is no such file on this server.",
         "Ce fichier n’existe pas sur ce serveur."),
        (["replace", "--cuts", tmp_path], "This is a folder: name the files in it.",
         "C’est un dossier : nommez les fichiers qu’il contient."),
        (["replace", "--cuts", tmp_path / "latin.txt"],
         "This list is not written in UTF-8: save it so, and try again.",
         "Cette liste n’est pas écrite en UTF-8 : enregistrez-la ainsi, puis réessayez."),
    ):  # fmt: skip
        assert run(*asked, one, **language) == refused(english, french, language), asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_that_cannot_be_taken_has_its_sentence_and_the_others_are_taken(
    run, house, session, tmp_path, monkeypatch, language
):
    good, locked, pipe = tmp_path / "good.mp4", tmp_path / "locked.mp4", tmp_path / "pipe"
    good.write_bytes(b"a")
    locked.write_bytes(b"a")
    os.mkfifo(pipe)
    opened = os.open

    def guarded(name, *more, **named):
        if str(name) == str(locked):
            raise PermissionError(13, "Permission denied")
        return opened(name, *more, **named)

    monkeypatch.setattr("media.imports.os.open", guarded)
    code, out, said = run("import", tmp_path / "none.mp4", tmp_path, locked, pipe, good, **language)
    assert (code, len(out.split())) == (1, 1)
    french = language["LANG"].startswith("fr")
    for sentence in (
        ("none.mp4 : Ce fichier n’existe pas sur ce serveur." if french else
         "none.mp4: There is no such file on this server."),
        "C’est un dossier" if french else "This is a folder",
        ("locked.mp4 : Ce compte n’a pas le droit de lire ce fichier." if french else
         "locked.mp4: This account may not read this file."),
        "pipe : Ce n’est pas un fichier." if french else "pipe: This is not a file.",
    ):  # fmt: skip
        assert sentence in said
    assert session.scalars(sa.select(Recording.title)).all() == ["good"]
    session.commit()
    two = run("import", "--title", "x", good, locked, **language)
    assert two == refused(
        "One title is for one file: leave --title out, and each is named after its file.",
        "Un titre vaut pour un seul fichier : sans --title, chaque enregistrement porte le nom de son fichier.",
        language,
    )


def test_what_is_done_is_said_and_what_is_known_is_for_machines(run, recording, session, monkeypatch):
    code, out, said = run("show", recording.public_id, LANG="fr_FR")
    assert (code, said, json.loads(out)["recording"]) == (0, "", recording.public_id)
    session.execute(sa.update(Version).values(state=State.FAILED, reason=Reason.TIMED_OUT))
    session.commit()
    monkeypatch.setattr("media.uploads.standing", lambda _config, _version: "a file")
    assert run("retry", recording.public_id, LANG="C") == (0, "It is tried again when its turn has come.\n", "")
    assert session.scalar(sa.select(Version.state)) is State.RECEIVED
