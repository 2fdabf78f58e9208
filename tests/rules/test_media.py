"""What files are, which sizes are made of them, and what playlists and tus headers say."""

import base64
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.rules import time_left
from media import playlist, rules, tus
from media.actions import shown_name
from media.rules import Reason, State
from media.sniff import sniff

MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x1aE\xdf\xa3", "matroska"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", None),
        (b"OggS", "ogg"),
        (b"G" + bytes(187) + b"G" + bytes(187) + b"G" + bytes(187) + b"G", "mpegts"),
        (bytes(500) + MP3_FRAME * 3, "mp3"),
        (MP3_FRAME, None),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", None),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", None),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", None),
        (b"<?xml version='1.0'?><MPD/>", None),
        (b"<html><video src=x></html>", None),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nx", None),
        (b"PK\x03\x04", None),
        (b"\x7fELF", None),
        (b"MZ", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"", None),
    ],
)
def test_only_the_first_bytes_say_what_a_file_is(head: bytes, demuxer: str | None) -> None:
    assert sniff(head) == demuxer


@given(st.binary(max_size=3000))
def test_any_bytes_may_be_looked_at(head: bytes) -> None:
    sniff(head)


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (1920, 1080, ["426x240", "640x360", "854x480", "1280x720"]),
        (720, 1080, ["240x360", "360x540", "480x720", "720x1080"]),
        (640, 360, ["426x240", "640x360"]),
        (300, 300, ["240x240"]),
        (176, 144, ["176x144"]),
        (161, 121, ["160x120"]),
        (10, 12, ["10x12"]),
        (1, 1, ["2x2"]),
    ],
)
def test_no_size_is_larger_than_the_picture_and_all_are_even(width: int, height: int, sizes: list[str]) -> None:
    assert [f"{rung.width}x{rung.height}" for rung in rules.ladder(width, height, 25)] == sizes


@given(st.integers(1, 8192), st.integers(1, 8192))
def test_every_size_keeps_the_shape(width: int, height: int) -> None:
    for rung in rules.ladder(width, height, 25):
        assert rung.width % 2 == rung.height % 2 == 0 and rung.width >= 2 and rung.height >= 2
        assert math.isclose(rung.width / rung.height, width / height, rel_tol=0.05) or min(rung.width, rung.height) < 40


@pytest.mark.parametrize(
    ("nominal", "average", "rate"),
    [
        (30, 30, 25),
        (25, 25, 25),
        (24, 24, 24),
        (1000, 15, 15),
        (1000, 0, 25),
        (1, 1, 1),
        (12.5, 12.5, 12.5),
        (0, 0, 25),
    ],
)
def test_the_frame_rate_is_never_raised_nor_above_25(nominal: float, average: float, rate: float) -> None:
    assert rules.frame_rate(nominal, average) == rate


def test_the_small_sizes_have_half_the_frames() -> None:
    assert [rung.fps for rung in rules.ladder(1280, 720, 25)] == [12.5, 12.5, 25, 25]
    assert [rung.fps for rung in rules.ladder(1280, 720, 10)] == [10, 10, 10, 10]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [(["240p", "360p", "480p"], "360p"), (["240p"], "240p"), (["480p"], "480p"), ([], None)],
)
def test_the_plain_file_is_the_best_up_to_360(names: list[str], chosen: str | None) -> None:
    assert rules.download_rung(names) == chosen


def test_a_picture_below_the_ladder_is_named_by_both_its_sides() -> None:
    assert rules.size_name("240p", 426, 240) == "240p" and rules.size_name("480p", 480, 852) == "480p"
    assert rules.size_name("2p", 2, 2000) == "2\xa0×\xa02000" and rules.size_name("sound", None, None) == "sound"


def test_only_a_fault_of_the_server_is_worth_the_same_file_again() -> None:
    assert rules.may_retry(State.FAILED, Reason.INTERRUPTED)
    assert not rules.may_retry(State.FAILED, Reason.BROKEN)
    assert not rules.may_retry(State.READY, Reason.INTERRUPTED)


def test_the_playlist_tells_measured_segments() -> None:
    written = (
        '#EXTM3U\n#EXT-X-MAP:URI="240p.mp4",BYTERANGE="1000@0"\n#EXTINF:6.000000,\n#EXT-X-BYTERANGE:60000@1000\n'
        "240p.mp4\n#EXTINF:6.0,\n#EXT-X-BYTERANGE:30000\n240p.mp4\n#EXTINF:0.1,\n#EXT-X-BYTERANGE:9000@91000\n240p.mp4\n"
    )
    track = playlist.read(written)
    assert [segment.offset for segment in track.segments] == [1000, 61000, 91000]
    assert track.peak == 80_000  # The tenth of a second at the end says nothing about the line.
    assert track.average == round(100_000 * 8 / 12.1)  # All that travels: the head too.
    assert track.weights() == [[0, 61_000], [6, 30_000], [12, 9_000]] and track.bytes == 100_000
    assert [half for _, half in track.weights(50_000)] == [30_500, 15_000, 4_500]
    again = playlist.read(playlist.media_playlist(track, "240p.mp4"))
    assert again == track


def test_the_master_names_size_rate_and_codecs() -> None:
    text = playlist.master([playlist.Variant("240p.m3u8", 100, 80, "avc1.4d400c,mp4a.40.2", 426, 240, 12.5)])
    line = next(line for line in text.splitlines() if line.startswith("#EXT-X-STREAM-INF:"))
    assert "BANDWIDTH=100,AVERAGE-BANDWIDTH=80" in line
    assert 'CODECS="avc1.4d400c,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=12.500' in line


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "x"},
        {"Upload-Length": "9" * 30},
        {"Upload-Length": "1", "Upload-Defer-Length": "1"},
        {"Upload-Defer-Length": "2"},
        {"Upload-Length": "1", "Upload-Metadata": "filename not_base64!!!"},
        {"Upload-Length": "1", "Upload-Metadata": "filename " + "A" * 20000},
    ],
)
def test_a_creation_without_sense_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(tus.Malformed):
        tus.creation(headers)


def test_metadata_may_lack_values_and_the_first_of_two_counts() -> None:
    title = base64.b64encode("Module 5, « fin »".encode()).decode()
    assert tus.named(f"title {title},empty,title QQ==") == {"title": "Module 5, « fin »", "empty": ""}


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [("-rf.mp4", "-rf.mp4"), ("a\u202egpj.exe", "agpj.exe"), ("a\x00b\nc", "abc"), ("عرض.mp4", "عرض.mp4")],
)
def test_a_file_name_is_shown_without_what_hides_or_turns(given_name: str, shown: str) -> None:
    assert shown_name(given_name) == shown


@pytest.mark.parametrize(
    ("part", "elapsed", "left"), [(0.5, 10, 10), (0.25, 10, 30), (0, 10, None), (0.5, 0, None), (1, 10, 0)]
)
def test_the_time_left_follows_the_pace(part: float, elapsed: float, left: float | None) -> None:
    assert time_left(part, elapsed) == left
