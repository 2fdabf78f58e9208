"""When another slide stands there, and what is kept of it."""

import math
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import webvtt
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from media import delivery, queries
from media.processes import program
from media.slides import LOOKS_A_SECOND, Slide, Watch, lasting
from tests.actions.conftest import Send

SIZE = (426, 240)
Drawn = Callable[[float], Image.Image]


def slide(number: int, lines: int = 5) -> Image.Image:
    """White, with a head and lines as long as their number says."""
    picture = Image.new("L", SIZE, 250)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 425, 26), fill=60)
    for line in range(lines):
        top = 40 + line * 30
        pen.rectangle((20, top, 120 + 37 * (number * 7 + line * 3 % 7) % 280, top + 8), fill=40)
    return picture


def clouds(at: float, width: int, height: int) -> Image.Image:
    """A film: waves that move."""
    row = Image.linear_gradient("L").resize((width, height))
    return row.point(lambda level: int(127 + 120 * math.sin(level / 9 + at * 2)))


def cut(at: float) -> Image.Image:
    return slide(int(at // 10) + 1)


def fade(at: float) -> Image.Image:
    number, part = int(at // 10), min(1.0, at % 10 / 1.5)
    return Image.blend(slide(max(1, number)), slide(number + 1), part if number else 1.0)


def arrow(at: float) -> Image.Image:
    picture = cut(at)
    x, y = 200 + 150 * math.sin(at), 120 + 80 * math.cos(1.3 * at)
    ImageDraw.Draw(picture).polygon([(x, y), (x + 4, y + 7), (x, y + 9)], fill=0)
    return picture


def corner(at: float) -> Image.Image:
    picture = cut(at)
    picture.paste(clouds(at, 90, 70), (330, 165))
    return picture


def film(at: float) -> Image.Image:
    return clouds(at, *SIZE)


def speaker(at: float) -> Image.Image:
    """Nobody's slides: a head that sways, a mouth, a hand, before shelves."""
    picture = slide(7)
    pen, x, y = ImageDraw.Draw(picture), 213 + 8 * math.sin(0.7 * at), 100 + 2 * math.sin(1.9 * at)
    pen.ellipse((x - 90, y + 45, x + 90, y + 190), fill=90)
    pen.ellipse((x - 38, y - 48, x + 38, y + 48), fill=150)
    pen.ellipse((x - 14, y + 22, x + 14, y + 26 + 9 * abs(math.sin(7 * at))), fill=40)
    hand = (x + 85 + 20 * math.sin(1.1 * at), 190 + 20 * math.sin(1.7 * at))
    pen.ellipse((hand[0] - 14, hand[1] - 14, hand[0] + 14, hand[1] + 14), fill=150)
    return picture


def lines(at: float) -> Image.Image:
    return slide(3, lines=1 + int(at // 10))


@pytest.mark.parametrize(
    ("drawn", "starts"),
    [
        (cut, [0, 10, 20, 30]),
        (fade, [0, 10, 20, 30]),
        (arrow, [0, 10, 20, 30]),
        (corner, [0, 10, 20, 30]),
        (lines, [0, 10, 20, 30]),
        (lambda _: slide(1), [0]),
        (film, [0]),
    ],
    ids=["cut", "fade", "mouse", "face in a corner", "line by line", "one slide", "film"],
)
def test_a_slide_begins_where_another_one_stands(drawn: Drawn, starts: list[float]) -> None:
    watch = Watch()
    for number in range(39 * LOOKS_A_SECOND):
        at = number / LOOKS_A_SECOND
        watch.look(drawn(at), at)
    assert [each.start for each in watch.slides] == pytest.approx(starts, abs=0.6)
    assert all(each.start <= each.settled <= each.start + 2 for each in watch.slides)


def test_a_film_gives_a_picture_a_minute() -> None:
    watch = Watch()
    for number in range(200 * LOOKS_A_SECOND):
        watch.look(film(number / LOOKS_A_SECOND), number / LOOKS_A_SECOND)
    assert 3 <= len(watch.slides) <= 5


def test_somebody_who_only_speaks_gives_a_picture_every_two_minutes_and_no_slides() -> None:
    watch = Watch()
    for number in range(480 * LOOKS_A_SECOND):
        watch.look(speaker(number / LOOKS_A_SECOND), number / LOOKS_A_SECOND)
    starts = [each.start for each in watch.slides]
    assert 4 <= len(starts) <= 8 and [later - start for start, later in pairwise(starts)][-2:] == [120, 120]
    for number in range(480 * LOOKS_A_SECOND, 900 * LOOKS_A_SECOND):  # A picture that stands still is enough for ever.
        watch.look(slide(3), number / LOOKS_A_SECOND)
    assert [each.start for each in watch.slides][len(starts) :] == pytest.approx([480], abs=30)


def test_where_there_are_too_many_the_longest_stay_and_the_first_begins_at_zero() -> None:
    many = [Slide(float(at), float(at)) for at in range(100)]
    kept = lasting([*many, Slide(200.0, 200.0)], 300)
    assert len(kept) == round(30 + 150 * 300 / 3600) and kept[0].start == 0
    assert {99.0, 200.0} <= {each.start for each in kept} and kept == sorted(kept, key=lambda each: each.start)
    assert lasting(many[:3], 300) == many[:3]


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """Three slides of six seconds with a tone."""
    still = "color=white:s=640x360:r=10:d=6,drawbox=x=40:y={y}:w=400:h=40:color=black:t=fill[{n}]"
    drawn = ";".join(still.format(y=60 + 100 * number, n=number) for number in range(3))
    file = tmp_path / "deck.mkv"
    graph = f"{drawn};[0][1][2]concat=n=3[v];sine=440:d=18[a]"
    argv = [program("ffmpeg"), "-v", "error", "-filter_complex", graph, "-map", "[v]", "-map", "[a]"]
    subprocess.run([*argv, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", file], check=True)
    return file


@pytest.mark.media
def test_the_slides_are_delivered_by_signed_addresses_beside_their_list(
    session: Session, send: Send, config: Config, deck: Path, client: FlaskClient, app: Flask
) -> None:
    version = send(deck)
    jobs.drain()
    session.refresh(version, ["state", "recording_id"])
    playable = queries.playable(session, [version.recording_id])[version.recording_id]
    with app.test_request_context():
        found = delivery.links(playable, now=datetime.now(UTC))
    listed = client.get(str(found.slides))
    cues = list(webvtt.from_string(listed.text).captions)
    assert listed.mimetype == "text/vtt"
    assert [cue.text for cue in cues] == ["slide-1.webp", "slide-2.webp", "slide-3.webp"]
    assert [cue.start_in_seconds for cue in cues] == pytest.approx([0, 6, 12], abs=0.6)
    folder = str(found.slides).rpartition("/")[0]
    sizes = [len(client.get(f"{folder}/{cue.text}").data) for cue in cues]
    assert all(0 < size < 20_000 for size in sizes)
    assert client.get(f"{folder}/slide-1.webp").mimetype == "image/webp"
    assert client.get(f"{folder[:-1]}x/slide-1.webp").status_code == 404
    session.refresh(version, ["renditions"])
    made = {each.name: each for each in version.renditions}
    assert made["slides"].bytes == made["sound"].bytes + sum(sizes) + len(listed.data)
    sound, pictures = made["sound"].weights, made["slides"].weights[len(made["sound"].weights) :]
    assert made["slides"].weights[: len(sound)] == sound
    assert [size for _, size, _ in pictures] == sizes
    spans = [(float(cue.start_in_seconds), float(cue.end_in_seconds)) for cue in cues]  # in whole seconds
    assert [(start, end) for start, _, end in pictures] == [pytest.approx(span, abs=1) for span in spans]
    assert (made["slides"].width, made["slides"].height) == (640, 360)
    assert client.get(str(found.thumbnails)).mimetype == "text/vtt"
    assert client.get(str(found.poster)).mimetype == "image/jpeg"
