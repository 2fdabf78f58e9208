"""Slides full of small text, drawn for the tests, as films that went through encoders."""

import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.demo.slides import FONT
from media.processes import program

SECONDS, RATE, SIZE = 18, 5, (1280, 720)
STUDIO = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23")
_WORDS = "projet partenaire budget convention suivi territoire accord région durée annexe article conseil".split()
_SIZES, _DYES = (36, 28, 22), ("#0d5740", "#2f3b86", "#96600a", "#85304c")
_LADDER = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-profile:v",
    "main",
    "-bf",
    "0",
    "-sc_threshold",
    "0",
    "-g",
    "301",
)
_LADDER += ("-crf", "27", "-maxrate", "200k", "-bufsize", "400k", "-force_key_frames", "expr:gte(t,n_forced*6)")


def slide(number: int, changed: str = "", line: int = 0, size: tuple[int, int] = SIZE) -> Image.Image:
    """Nine lines of words and a figure each; one `digit` or one `word` of a line may be another."""
    chance, dye = random.Random(number), _DYES[number % len(_DYES)]
    picture = Image.new("RGB", SIZE, "#fdfcf9")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, SIZE[0], 90), fill=dye)
    pen.text((60, 20), f"{number}. {chance.choice(_WORDS)}", fill="white", font=_font(44))
    for row in range(9):
        said = [*chance.choices(_WORDS, k=7), str(chance.randint(1000, 9999))]
        if row == line and changed == "digit":
            said[-1] = said[-1][:2] + str((int(said[-1][2]) + 5) % 10) + said[-1][3]
        if row == line and changed == "word":
            said[3] = "mandat"
        pen.text((60, 130 + 62 * row), " ".join(said), fill=dye if row % 2 else "#1b1a16", font=_font(_SIZES[row % 3]))
    return picture.resize(size, Image.Resampling.LANCZOS)


def film(
    target: Path, slides: Sequence[Image.Image], *options: str, encoder: Sequence[str] = STUDIO, seconds: int = SECONDS
) -> Path:
    """Each slide for so many seconds, as a studio sends it; `options`: filters, another input."""
    command = [program("ffmpeg"), "-y", "-v", "error", "-f", "image2pipe", "-c:v", "mjpeg", "-framerate"]
    command += [f"1/{seconds}", "-i", "pipe:0", *options, "-r", str(RATE), "-pix_fmt", "yuv420p", *encoder, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        for each in slides:
            each.save(process.stdin, "JPEG", quality=97, subsampling=0)
        process.stdin.close()
    assert process.returncode == 0
    return target


def made_of(source: Path, target: Path, start: float = 0) -> Path:
    """As the size of 360 lines would be made of it."""
    command = [program("ffmpeg"), "-y", "-v", "error", "-ss", str(start), "-i", str(source), "-an"]
    scaled = ("-vf", "scale=1280:720:flags=bicubic,scale=854:480:flags=bicubic,scale=640:360:flags=bicubic")
    subprocess.run([*command, *scaled, *_LADDER, str(target)], check=True)
    return target


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT).format(weight=400), size)
