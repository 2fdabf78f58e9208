"""A figure or a word that was changed on a slide, under the same voice; and what is no change of a slide at all."""

import subprocess

import numpy as np
import pytest
from PIL import Image, ImageDraw

from media.align import details, frames, pictures
from media.comparing import _KEYS, _LOOKS, _STILLS
from media.processes import program
from tests import lecture
from tests.lecture import SECONDS, slide

pytestmark = pytest.mark.media
NUMBER = 5
ALL = float(NUMBER * SECONDS)
BASE = [slide(number) for number in range(NUMBER)]
SMALL, MIDDLE = 2, 1  # Lines whose letters are 22 and 28 of 720 pixels high.


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """`drawn(slides, …)` is a film as `media.comparing` sees it: large key frames and small stills."""
    folder, made = tmp_path_factory.mktemp("slides"), {}

    def draw(slides, *options, encoder=lecture.STUDIO, start=0.0):
        key = (b"".join(each.tobytes()[::997] for each in slides), options, tuple(encoder), start)
        if key not in made:
            sent = lecture.film(folder / "sent.mp4", slides, *options, encoder=encoder)
            rung = lecture.made_of(sent, folder / "rung.mp4", start)
            quiet = [program("ffmpeg"), "-y", "-v", "error"]
            large = folder / f"{len(made)}.looks"
            subprocess.run([*quiet, *_KEYS, "-i", rung, *_LOOKS, large], check=True)
            subprocess.run([*quiet, "-i", rung, *_STILLS, folder / "stills"], check=True)
            made[key] = frames.looks(large), pictures.stills(folder / "stills")
        return made[key]

    return draw


def found(new, old, pieces=((0.0, ALL, 0.0),)):
    return details.changed(new[0], old[0], pieces, new[1])


def instead(**others):
    return [others.get(f"at{number}", each) for number, each in enumerate(BASE)]


def near(passages, *expected):
    assert len(passages) == len(expected), passages
    assert np.allclose(passages, expected, atol=0.5), passages


@pytest.mark.parametrize(("what", "line"), [("digit", SMALL), ("digit", MIDDLE), ("word", SMALL)])
def test_one_figure_or_one_word_on_a_slide_is_noticed_for_as_long_as_the_slide_stands(drawn, what, line):
    near(found(drawn(instead(at3=slide(3, what, line))), drawn(BASE)), (3 * SECONDS, 4 * SECONDS))


def test_it_is_noticed_through_another_encoder_another_start_and_other_colours(drawn):
    new = drawn(
        instead(at1=slide(1, "digit", MIDDLE), at3=slide(3, "word", SMALL)), "-vf", "eq=contrast=1.1:brightness=0.03",
        encoder=("-c:v", "mpeg4", "-q:v", "5"), start=4.0,
    )  # fmt: skip
    pieces = [(4.0, ALL, 0.0)]
    near(found(new, drawn(BASE), pieces), (SECONDS - 4, 2 * SECONDS - 4), (3 * SECONDS - 4, 4 * SECONDS - 4))


@pytest.mark.parametrize(
    "options",
    [
        {"encoder": ("-c:v", "mpeg4", "-q:v", "8")},
        {"encoder": ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "32")},
        {"options": ("-vf", "eq=contrast=1.15:brightness=0.04:saturation=1.4,hue=h=12")},
        {"options": ("-vf", "scale=1920:1080:flags=lanczos")},
    ],
    ids=["another encoder", "few bytes", "colours corrected", "another size"],
)
def test_what_is_the_same_everywhere_is_no_change(drawn, options):
    assert found(drawn(BASE, *options.pop("options", ()), **options), drawn(BASE)) == []


def test_a_logo_on_every_slide_and_a_film_drawn_anew_are_not_asked_again(drawn):
    marked = [each.copy() for each in BASE]
    for each in marked:
        ImageDraw.Draw(each).text((1150, 650), "ALGA", fill="#991a10", font_size=30)
    assert found(drawn(marked), drawn(BASE)) == []
    moved = [each.transform(each.size, Image.Transform.AFFINE, (1, 0, 3, 0, 1, 2)) for each in BASE]
    assert found(drawn(moved), drawn(BASE)) == []


def test_what_always_moves_is_not_judged():
    chance = np.random.default_rng(3)
    still = np.repeat(chance.integers(0, 255, (1, frames.HEIGHT, frames.WIDTH), np.uint8), 20, axis=0)
    face, other = still.copy(), still.copy()
    face[:, :80, :80], other[:, :80, :80] = (chance.integers(0, 255, (20, 80, 80), np.uint8) for _ in range(2))
    stills = np.zeros((600, pictures.WIDTH * pictures.HEIGHT), np.uint8)
    assert found((other, stills), (face, stills), [(0.0, 120.0, 0.0)]) == []
    other[8:13, 200:216, 300:316] = 255 - other[8:13, 200:216, 300:316]
    near(found((other, stills), (face, stills), [(0.0, 120.0, 0.0)]), (42, 78))
