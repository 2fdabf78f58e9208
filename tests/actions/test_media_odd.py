"""Recordings as no studio should send them: each is ready, upright, of even size and of its true length, or refused in
words; none opens another file or the network, none leaves anything behind."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.config import Config
from app.i18n import speaking
from media import jobs as work
from media.actions import shown_name
from media.reasons import sentence
from media.rules import Reason, State
from tests.actions.conftest import Send, files_of
from tests.odd_files import ODD, avi_with_a_playlist

# Each on both takes a minute more: the suite tries the packaged one, ./run soak the other too.
each_ffmpeg = pytest.mark.parametrize(
    "tools", [pytest.param("system", marks=pytest.mark.soak), "packaged"], indirect=True
)


def _said(reason: str) -> set[str]:
    with speaking("fr"):
        french = sentence(reason)
    with speaking("en"):
        return {french, sentence(reason)}


@pytest.mark.media
@each_ffmpeg
@pytest.mark.parametrize("name", ODD)
def test_every_odd_file_ends_ready_or_with_a_sentence(
    session: Session, send: Send, config: Config, tmp_path: Path, name: str
) -> None:
    odd, file = ODD[name], tmp_path / "odd"
    odd.make(file)
    version = send(file)
    work.work_on(version.id)
    session.refresh(version, ["state", "reason", "duration", "width", "height", "renditions", "key"])
    if odd.seconds is None:
        assert version.state is State.FAILED and len(_said(str(version.reason))) == 2
        assert (version.reason == Reason.ENCRYPTED) == name.startswith("encrypted")
        assert files_of(config) == []
        return
    assert version.state is State.READY, version.reason
    assert version.duration == pytest.approx(odd.seconds, abs=0.5)
    pictures = [made for made in version.renditions if made.kind == "video"]
    assert bool(pictures) == bool(odd.size)
    if odd.size:
        assert (version.width, version.height) == odd.size
    assert all(made.width % 2 == made.height % 2 == 0 for made in pictures)
    assert {Path(left).parent for left in files_of(config)} == {Path("media") / str(version.key)}


@pytest.mark.media
@pytest.mark.parametrize("tools", ["system", "packaged"], indirect=True)
def test_a_playlist_inside_a_recording_is_not_followed(
    session: Session, send: Send, config: Config, tmp_path: Path
) -> None:
    """To a pipe, which would be waited for, nor to the network, which would hear it."""
    os.mkfifo(tmp_path / "secret.ts")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        for address in (f"file://{tmp_path}/secret.ts", f"http://127.0.0.1:{listening.getsockname()[1]}/secret.ts"):
            lines = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:1.0,\n{address}\n#EXT-X-ENDLIST\n"
            version = send(avi_with_a_playlist(lines), file_name="film.avi")
            begun = datetime.now(UTC)
            work.work_on(version.id)
            assert (datetime.now(UTC) - begun).total_seconds() < 20
            session.refresh(version)
            assert version.state is State.FAILED and version.reason
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert files_of(config) == []


@pytest.mark.media
def test_a_name_is_only_shown(session: Session, send: Send, config: Config, recording: Path) -> None:
    name = "-i \x1b[31mfilm\x07 \u202e4pm.exe ../../a\nb:c|d.mp4"
    version = send(recording, file_name=name)
    work.work_on(version.id)
    session.refresh(version)
    assert version.state is State.READY
    assert version.file_name == shown_name(name) and not set(version.file_name) & set("\x1b\x07\n\u202e")
    assert all(Path(left).parts[:2] == ("media", version.public_id) for left in files_of(config))
