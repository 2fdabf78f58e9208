"""The picture sizes of a recording as they come out: one clock, true figures, one loudness, playable early."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import webvtt
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from media import delivery, loudness, playlist, queries, transcode
from media.making import FIRST, LADDER, Job
from media.models import Rendition, Version
from media.probe import probe
from media.processes import program
from media.rules import State, ladder
from tests.actions.conftest import Send
from tests.media_files import FFMPEGS, clip

on_both_ffmpegs = pytest.mark.parametrize("tools", FFMPEGS, indirect=True)
QUIET = "volume=-33dB,volume='if(lt(mod(t,2),0.7),0.3,1)':eval=frame"  # Far from the microphone, with pauses.


def made(file: Path, work: Path, tools: str) -> tuple[transcode.Result, transcode.Result]:
    """All that comes out of a file, while the part that is done grows from nothing to nearly all."""
    work.mkdir()
    parts: list[float] = []
    job = Job(probe(file, work, tools), file, work, tools, parts.append)
    begun = transcode.first(job)
    first = len(parts)
    whole = transcode.rest(job, begun)
    assert parts == sorted(parts) and parts[0] < 0.1 and parts[-1] <= 1
    assert not job.rungs[1:] or (parts[first - 1] <= FIRST and parts[-1] >= LADDER)
    return begun, whole


@pytest.mark.media
@on_both_ffmpegs
def test_every_size_has_the_same_clock_and_tells_the_truth(tmp_path: Path, tools: str) -> None:
    file = clip(tmp_path / "a.mkv", "-af", QUIET, seconds=14, size="960x540")
    begun, whole = made(file, tmp_path / "work", tools)
    videos = [each for each in (*begun.renditions, *whole.renditions) if each.kind == "video"]
    assert [each.name for each in videos] == ["240p", "360p", "480p"]
    assert [each.name for each in begun.renditions] == ["240p", "sound"]
    clocks = {_said(each.file, "packet=pts_time", "v", tools)[0] for each in videos}
    assert len(clocks) == 1, "a change of size must not jump"
    for each in videos:
        keys = [float(at) for at in _said(each.file, "frame=pts_time", "v", tools, "-skip_frame", "nokey")]
        assert [round(at - keys[0], 2) for at in keys] == [0, 6, 12]
        seconds = each.track.seconds if each.track else 0
        assert seconds == pytest.approx(14, abs=0.3)
        assert each.average == pytest.approx(each.file.stat().st_size * 8 / seconds, rel=0.01)
        assert each.peak >= each.average
        assert sum(length for _, length in each.weights) == each.bytes == each.file.stat().st_size
        assert [at for at, _ in each.weights] == pytest.approx([0, 6, 12], abs=0.1)
    assert [bool(each.download) for each in videos] == [True, True, False]
    assert _said(begun.renditions[1].file, "stream=codec_name,profile,sample_rate,channels", "a", tools) == [
        "aac,LC,24000,1"
    ]
    assert sum(length for _, length in begun.renditions[1].weights) == begun.renditions[1].bytes
    for each in (*videos, begun.renditions[1]):
        assert _loudness(each.file, tools) == pytest.approx(loudness.TARGET_LUFS, abs=1)
    for name, sizes in (("master.m3u8", 3), ("first.m3u8", 1)):
        _read_to_the_end(tmp_path / "work" / name, sizes, tools)
        _rates_are_true(tmp_path / "work" / name)


LADDER_OF_THE_ISSUE = {"240p": (12.5, 28, 100), "360p": (12.5, 27, 200), "480p": (25, 26, 450), "720p": (25, 25, 1000)}


def test_each_size_has_its_rate_quality_and_cap() -> None:
    made = {rung.name: (rung.fps, rung.crf, rung.cap_kbits) for rung in ladder(1920, 1080, 50)}
    assert made == LADDER_OF_THE_ISSUE
    assert [rung.fps for rung in ladder(1280, 720, 10)] == [10] * 4


@pytest.mark.media
@on_both_ffmpegs
def test_even_noise_passes_no_cap_by_more_than_its_buffer(tmp_path: Path, tools: str) -> None:
    file = clip(
        tmp_path / "a.mkv", "-vf", "noise=alls=60:allf=t", "-crf", "30", seconds=9, size="1280x720", tools=tools
    )
    begun, whole = made(file, tmp_path / "work", tools)
    videos = {each.name: each for each in (*begun.renditions, *whole.renditions) if each.kind == "video"}
    assert set(videos) == set(LADDER_OF_THE_ISSUE)
    for name, (fps, crf, cap) in LADDER_OF_THE_ISSUE.items():
        settings = videos[name].file.read_bytes()  # The encoder writes down what it was told.
        assert re.search(rb"crf=(\d+)\.0 .*?vbv_maxrate=(\d+) vbv_bufsize=(\d+)", settings).groups() == tuple(  # type: ignore[union-attr]
            str(value).encode() for value in (crf, cap, 2 * cap)
        )
        packets = [row.split(",") for row in _said(videos[name].file, "packet=pts_time,size", "v", tools)]
        full = most = 0.0  # A bucket that is emptied at the rate of the cap.
        for _, size in packets:
            full = max(full - cap * 1000 / fps, 0) + int(size) * 8
            most = max(most, full)
        assert most <= cap * 2000 * 1.05, name
        assert sum(int(size) * 8 for _, size in packets) > 8 * cap * 1000  # The cap, and not the quality, held it.


@pytest.mark.media
def test_the_poster_and_the_storyboard_lie_on_key_frames(tmp_path: Path) -> None:
    begun, whole = made(clip(tmp_path / "a.mp4", seconds=14, size="640x360"), tmp_path / "work", "")
    pictures = {path.name: path for path in whole.others if path.suffix in {".jpg", ".vtt"}}
    assert set(pictures) == {"poster.jpg", "storyboard.jpg", "storyboard.vtt"}
    assert Image.open(pictures["poster.jpg"]).size == (640, 360)
    sheet = Image.open(pictures["storyboard.jpg"])
    assert sheet.size == (3 * 160, 90) and pictures["storyboard.jpg"].stat().st_size < 30_000
    cues = webvtt.read(str(pictures["storyboard.vtt"])).captions
    assert [cue.text for cue in cues] == [f"storyboard.jpg#xywh={x},0,160,90" for x in (0, 160, 320)]
    assert [cue.start_in_seconds for cue in cues] == [0, 6, 12] and cues[-1].end_in_seconds >= 13
    assert begun.files and not set(begun.files) & set(whole.files)


def test_silence_and_what_is_too_short_to_be_loud_get_no_gain() -> None:
    assert [loudness.gain(loud) for loud in (-float("inf"), -70, -61)] == [0, 0, 0]
    assert [loudness.gain(loud) for loud in (-16, -9.5, -36, -59)] == [0, -6.5, 20, 40]


@pytest.mark.media
@on_both_ffmpegs
@pytest.mark.parametrize("sound", ["anullsrc=r=44100:cl=stereo", "sine=440,atrim=duration=0.15"])
def test_a_sound_without_loudness_stays_as_it_is(tmp_path: Path, tools: str, sound: str) -> None:
    file = tmp_path / "a.wav"
    subprocess.run([program("ffmpeg", tools), "-v", "error", "-f", "lavfi", "-i", sound, "-t", "3", file], check=True)
    begun, whole = made(file, tmp_path / "work", tools)
    assert [each.name for each in begun.renditions] == ["sound"] and not whole.renditions
    assert _loudness(begun.renditions[0].file, tools) < -15
    _read_to_the_end(tmp_path / "work" / "master.m3u8", 1, tools)


@pytest.mark.media
def test_the_first_size_is_played_while_the_others_are_made(
    session: Session, send: Send, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = send(clip(tmp_path / "a.mp4", size="640x360"))
    session.rollback()
    rest, seen = transcode.rest, []

    def watched(job: Job, begun: transcode.Result) -> transcode.Result:
        with db.sessionmaker.begin() as other:
            row = other.get_one(Version, version.id)
            playable = queries.playable(other, [row.recording_id])[row.recording_id]
            names = [each["name"] for each in playable.renditions]
            assert playable.key and (config.data_dir / "media" / playable.key / "first.m3u8").is_file()
            seen.append((row.state, names, bool(row.shown_at), playable.duration))
        return rest(job, begun)

    monkeypatch.setattr(transcode, "rest", watched)
    jobs.drain()
    assert seen == [(State.TRANSCODING, ["240p", "sound"], True, pytest.approx(2, abs=0.2))]
    session.refresh(version)
    assert version.state is State.READY
    made = session.scalars(select(Rendition.name).where(Rendition.version_id == version.id)).all()
    assert sorted(made) == ["240p", "360p", "slides", "sound"]


def test_who_watches_early_never_keeps_the_short_playlist_for_the_whole(app: Flask) -> None:
    now = datetime.now(UTC)
    playable = queries.Playable(1, "v", State.TRANSCODING, 9.0, 426, 240, key="k/t")
    with app.test_request_context():
        early, late = (delivery.links(each, now=now) for each in (playable, replace(playable, state=State.READY)))
    assert str(early.playlist).endswith("/first.m3u8") and str(late.playlist).endswith("/master.m3u8")


def _said(file: Path, entries: str, kind: str, tools: str, *more: str) -> list[str]:
    argv = [program("ffprobe", tools), "-v", "error", *more, "-select_streams", kind, "-show_entries", entries]
    said = subprocess.run([*argv, "-of", "csv=p=0", file], check=True, capture_output=True, text=True).stdout
    return [line.strip(",") for line in said.split() if line.strip(",")]


def _loudness(file: Path, tools: str) -> float:
    argv = [
        program("ffmpeg", tools),
        "-hide_banner",
        "-nostats",
        "-i",
        file,
        "-vn",
        "-af",
        "ebur128",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


def _rates_are_true(master: Path) -> None:
    """What the master says is what its playlists hold, by the definitions of RFC 8216: the peak is that of the heaviest
    stretch of segments of half to one and a half times the target's length."""
    for said, name in re.findall(r"#EXT-X-STREAM-INF:(.*)\n(.*)", master.read_text()):
        text = (master.parent / name).read_text()
        found = [(float(a), int(b)) for a, b in re.findall(r"EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@", text)]
        target = int(re.search(r"TARGETDURATION:(\d+)", text)[1])  # type: ignore[index]
        runs = [found[i:j] for i in range(len(found)) for j in range(i + 1, len(found) + 1)]
        rates = [
            8 * sum(size for _, size in run) / seconds
            for run in runs
            if target / 2 <= (seconds := sum(length for length, _ in run)) <= target * 1.5
        ]
        whole = 8 * sum(size for _, size in found) / sum(length for length, _ in found)
        stated = {key: int(value) for key, value in re.findall(r"(?:^|,)([A-Z-]+)=(\d+)(?=,|$)", said)}
        assert stated["BANDWIDTH"] == pytest.approx(max(rates), rel=0.1)
        assert stated["AVERAGE-BANDWIDTH"] == pytest.approx(whole, rel=0.1)


def _read_to_the_end(master: Path, variants: int, tools: str) -> None:
    """Every line of the playlist is read by a player of others, without a word of complaint."""
    assert master.read_text().count("#EXT-X-STREAM-INF") == variants
    argv = [program("ffmpeg", tools), "-v", "warning", "-i", master, "-map", "0", "-f", "null", "-"]
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stderr
    assert not said, said
    assert playlist.read((master.parent / master.read_text().split()[-1]).read_text()).segments
