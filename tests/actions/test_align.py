"""Finding one film in another by sound and picture. What is heard went through an encoder on both sides."""

import subprocess

import numpy as np
import pytest

from media.align import path, pictures, sound
from media.align.films import Film
from media.align.pieces import pieces
from media.processes import program
from tests import spoken
from tests.spoken import part

pytestmark = pytest.mark.media
LENGTH = 120.0
TEXT, OTHER = spoken.speech(LENGTH, 1), spoken.speech(LENGTH, 2)
JINGLE, SILENCE = spoken.speech(6, 9), np.zeros(10 * spoken.HERTZ)
FIRST = ("-c:a", "aac", "-b:a", "32k", "-ar", "24000")
AGAIN = ("-c:a", "aac", "-b:a", "24k", "-ar", "22050")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """`film(samples, …)` encodes them one after the other and draws the prints; the same again is kept."""
    folder, made = tmp_path_factory.mktemp("films"), {}

    def make(*parts, encoder=FIRST, filters="anull"):
        key = (b"".join(each[::997].tobytes() for each in parts), encoder, filters)
        if key not in made:
            wav = spoken.write(folder / "film.wav", *parts)
            quiet = [program("ffmpeg"), "-y", "-v", "error", "-i"]
            subprocess.run([*quiet, wav, "-af", filters, *encoder, folder / "film.m4a"], check=True)
            plain = ["-f", "s16le", "-ac", "1", "-ar", str(sound.HERTZ), folder / "film.raw"]
            subprocess.run([*quiet, folder / "film.m4a", *plain], check=True)
            seconds = (folder / "film.raw").stat().st_size / 2 / sound.HERTZ
            made[key] = Film(seconds, sound.prints(folder / "film.raw"))
        return made[key]

    return make


def found(new, old):
    return pieces(path.runs(new, old), new.duration, old.duration)[0]


def near(pieces, *expected):
    assert len(pieces) == len(expected), pieces
    assert np.allclose(pieces, expected, atol=0.3), pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([TEXT], [TEXT], [(0, 120, 0)]),
        ([TEXT], [part(TEXT, 40, 120)], [(40, 120, 0)]),
        ([TEXT], [part(TEXT, 0, 80)], [(0, 80, 0)]),
        ([TEXT], [part(TEXT, 0, 50), part(TEXT, 67.3, 120)], [(0, 50, 0), (67.3, 120, 50)]),
        ([TEXT], [part(TEXT, 0, 60), part(OTHER, 0, 22), part(TEXT, 60, 120)], [(0, 60, 0), (60, 120, 82)]),
        ([TEXT], [part(TEXT, 0, 30), part(OTHER, 10, 35), part(TEXT, 51, 120)], [(0, 30, 0), (51, 120, 55)]),
        ([TEXT], [OTHER], []),
        ([TEXT], [part(TEXT, 60, 120), part(TEXT, 0, 60)], [(0, 60, 60), (60, 120, 0)]),
        (
            [JINGLE, part(TEXT, 0, 50), JINGLE, part(TEXT, 50, 100)],
            [JINGLE, part(TEXT, 15, 50), JINGLE, part(TEXT, 50, 100)], [(0, 6, 0), (21, 112, 6)],
        ),
        (
            [JINGLE, part(TEXT, 0, 100)],
            [JINGLE, part(TEXT, 0, 50), JINGLE, part(TEXT, 50, 100)], [(0, 56, 0), (56, 106, 62)],
        ),
        (
            [part(TEXT, 0, 50), SILENCE, SILENCE, part(TEXT, 50, 100)],
            [part(TEXT, 30, 50), SILENCE, SILENCE, part(TEXT, 50, 100)], [(30, 120, 0)],
        ),
    ],
    ids=["same", "trimmed at the start", "trimmed at the end", "cut", "put in", "recorded again", "another film",
         "halves changed places", "jingles and a cut", "one jingle more", "silence"],
)  # fmt: skip
def test_a_passage_is_found_where_it_lies(film, old, new, expected):
    near(found(film(*new, encoder=AGAIN), film(*old)), *expected)


@pytest.mark.parametrize("gain", [3.0, 0.2])
def test_louder_softer_and_encoded_again_it_is_the_same_film(film, gain):
    near(found(film(TEXT, encoder=AGAIN, filters=f"volume={gain}"), film(TEXT)), (0, 120, 0))


@pytest.mark.parametrize(
    "filters", ["atempo=1.01", "atempo=0.97", "atempo=1.04", "atempo=1.5", "asetrate=24960,aresample=24000"]
)
def test_at_another_speed_nothing_is_found_by_chance(film, filters):
    assert found(film(TEXT, filters=filters), film(TEXT)) == []


def test_a_film_without_length_or_sound_maps_nothing(film):
    assert found(film(TEXT), Film(0.0, None)) == found(Film(0.0, None), film(TEXT)) == []
    assert found(film(SILENCE), film(TEXT)) == found(film(TEXT), film(SILENCE)) == []


def slides(*shown):
    """Stills of (number of a slide, seconds)."""
    chance = np.random.default_rng(5)
    drawn = chance.integers(0, 255, (40, pictures.WIDTH * pictures.HEIGHT), np.uint8)
    return np.concatenate([drawn[[slide]].repeat(round(seconds * pictures.RATE), 0) for slide, seconds in shown])


def silent(stills, heard=None):
    noise = np.random.default_rng(len(stills)).integers(-2, 3, stills.shape)
    seen = np.clip(stills + noise, 0, 255).astype(np.uint8)
    return Film(len(stills) / pictures.RATE, heard, seen, pictures.moving(seen))


def test_without_sound_the_pictures_say_where_it_lies():
    lengths = np.random.default_rng(8).integers(4, 20, 12).tolist()
    old = slides(*enumerate(lengths))
    total = len(old) / pictures.RATE
    near(found(silent(old), silent(old)), (0, total, 0))
    near(found(silent(old[100:]), silent(old)), (20, total, 0))
    assert found(silent(slides(*((20 + slide, 9) for slide in range(12)))), silent(old)) == []


def test_the_same_voice_over_another_picture_is_asked_again(film):
    voice = film(TEXT)
    old = slides((0, 30), (1, 30), (2, 30), (3, 30))
    new = slides((0, 30), (9, 30), (2, 30), (3, 30))
    heard = film(TEXT, encoder=AGAIN).sound
    near(found(silent(new, heard), silent(old, voice.sound)), (0, 30, 0), (60, 120, 60))
    near(found(silent(old, heard), silent(old, voice.sound)), (0, 120, 0))


def test_a_steady_tone_says_nothing_and_a_mark_in_a_corner_is_no_other_picture(film):
    tone = film(np.sin(2 * np.pi * 440 * np.arange(round(LENGTH * spoken.HERTZ)) / spoken.HERTZ) * 0.3).sound
    old = slides(*enumerate((20, 25, 30, 45)))
    marked = old.copy()
    marked[:, :8] = 255
    near(found(silent(old[75:], tone), silent(old, tone)), (15, 120, 0))
    near(found(silent(marked, film(TEXT, encoder=AGAIN).sound), silent(old, film(TEXT).sound)), (0, 120, 0))
    assert found(silent(slides((7, 60), (8, 60)), tone), silent(old, tone)) == []
