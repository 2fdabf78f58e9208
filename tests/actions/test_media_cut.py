"""A file that was cut on its way is refused, and says how much of it came; one whose header only lies is taken."""

import struct
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Config
from media import jobs as work
from media.processes import program
from media.reasons import sentence
from media.rules import State
from tests.actions.conftest import Send, files_of
from tests.media_files import clip

pytestmark = pytest.mark.media

SECONDS = 20
KINDS: dict[str, list[str]] = {
    "mp4": ["-c", "copy", "-movflags", "+faststart"],
    "mkv": ["-c", "copy"],
    "flv": ["-c", "copy"],
    "avi": ["-c:v", "mpeg4", "-c:a", "mp3"],
    "wmv": ["-c:v", "wmv2", "-c:a", "wmav2"],
    "wav": ["-vn"],
    "aiff": ["-vn"],
    "caf": ["-vn"],
    "mp3": ["-vn"],
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough that its half is missed."""
    return clip(tmp_path_factory.mktemp("cut") / "film.mp4", seconds=SECONDS, size="160x120")


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_file_is_refused_and_says_how_much_came(
    app: Flask, session: Session, send: Send, config: Config, film: Path, tmp_path: Path, kind: str
) -> None:
    whole = tmp_path / f"film.{kind}"
    subprocess.run([program("ffmpeg"), "-v", "error", "-i", film, *KINDS[kind], whole], check=True)
    raw = whole.read_bytes()
    version = send(raw[: len(raw) // 2], file_name=whole.name)
    work.work_on(version.id)
    session.refresh(version)
    assert version.state is State.FAILED
    code, there, stated = str(version.reason).split()
    assert code == "cut_short" and int(there) == pytest.approx(SECONDS / 2, abs=2)
    assert int(stated) == pytest.approx(SECONDS, abs=2)
    assert f"{there}\xa0s sur {stated}\xa0s" in sentence(str(version.reason))
    assert files_of(config) == []


def test_sound_that_lay_behind_the_picture_is_missed_too(
    session: Session, send: Send, film: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "film.mp4"
    subprocess.run([program("ffmpeg"), "-v", "error", "-i", film, *KINDS["mp4"], whole], check=True)
    version = send(_without_its_sound(whole.read_bytes()))
    work.work_on(version.id)
    session.refresh(version)
    assert version.state is State.FAILED and str(version.reason) == f"cut_short 0 {SECONDS}"


def _without_its_sound(raw: bytes) -> bytes:
    """As if the sound had lain behind all pictures, where the file was cut."""
    cut, media = bytearray(raw), raw.index(b"mdat") - 4
    cut[media : media + 4] = struct.pack(">I", struct.unpack_from(">I", raw, media)[0] + 1_000_000)
    places = raw.index(b"stco", raw.index(b"soun")) + 8
    for number in range(struct.unpack_from(">I", raw, places)[0]):
        struct.pack_into(">I", cut, places + 4 + 4 * number, len(raw) + 1000 * number)
    return bytes(cut)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "avi"])
def test_a_file_that_lacks_less_than_a_moment_is_taken(
    session: Session, send: Send, film: Path, tmp_path: Path, kind: str
) -> None:
    whole = tmp_path / f"film.{kind}"
    subprocess.run([program("ffmpeg"), "-v", "error", "-i", film, *KINDS[kind], whole], check=True)
    raw = whole.read_bytes()
    version = send(raw[: len(raw) - len(raw) // 200])
    work.work_on(version.id)
    session.refresh(version)
    assert version.state is State.READY, version.reason
    assert version.duration == pytest.approx(SECONDS, abs=0.5)
