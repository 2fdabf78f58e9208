"""Draw the slides of a module and make a recording: title, section names, and a tone that changes with them."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from PIL import Image, ImageDraw, ImageFont

from app.config import ROOT
from app.demo.content import ModuleText
from media.captions import Cue, webvtt
from media.captions.payload import from_words

FONT = ROOT / "node_modules/@fontsource/noto-sans/files/noto-sans-latin-{weight}-normal.woff2"
SIZE = (1280, 720)
MARGIN, COLUMN = 96, 300
PAPER, INK, SOFT = "#fdfcf9", "#1b1a16", "#4b483f"
DYES = ("#0d5740", "#2f3b86", "#96600a", "#85304c", "#4d3b2a", "#0c5f74")
PITCHES = (220, 262, 294, 330, 392, 440)
TITLE_SECONDS, SECTIONS_SECONDS = 10, 60
FRAMES_PER_SECOND = 10
PATIENCE = 300


@dataclass(frozen=True)
class Scene:
    """One slide and when it is shown, in whole seconds."""

    start: int
    end: int
    heading: str
    place: str


def scenes(module: ModuleText) -> list[Scene]:
    """The title, then each section for the same time; 70 seconds for up to six sections."""
    n = len(module.sections)
    each = SECTIONS_SECONDS // n
    found = [Scene(0, TITLE_SECONDS, "", "")]
    for i, name in enumerate(module.sections):
        start = TITLE_SECONDS + i * each
        found.append(Scene(start, start + each, name, f"{i + 1} / {n}"))
    return found


def captions(module: ModuleText) -> str:
    """What the slides show, as WebVTT for those who only listen."""
    return webvtt([Cue(s.start, s.end, from_words(s.heading or module.title["fr"])) for s in scenes(module)])


def record(module: ModuleText, dye: int, target: Path, ffmpeg: str) -> None:
    """Write the module's recording (MP4) to the target, whole or not at all."""
    part = target.with_name(target.name + ".part")
    with part.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(_command(module, part, ffmpeg), stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            assert process.stdin
            _send(module, dye, process.stdin)
            process.stdin.close()
            code = process.wait(timeout=PATIENCE)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if code:
        raise RuntimeError(f"ffmpeg ended with {code}: {part.with_suffix('.log').read_text()[-500:]}")
    part.with_suffix(".log").unlink()
    part.rename(target)


def frames(module: ModuleText, dye: int) -> Iterator[Image.Image]:
    """One picture a second; the band under it is woven as far as the recording has come."""
    shown = scenes(module)
    for scene in shown:
        slide = _slide(module, scene, DYES[dye % len(DYES)])
        for second in range(scene.start, scene.end):
            picture = slide.copy()
            _weave(ImageDraw.Draw(picture), second / shown[-1].end, DYES[dye % len(DYES)])
            yield picture


def _send(module: ModuleText, dye: int, pipe: IO[bytes]) -> None:
    for picture in frames(module, dye):
        picture.save(pipe, "JPEG", quality=92, subsampling=0)


def _command(module: ModuleText, part: Path, ffmpeg: str) -> list[str]:
    shown = scenes(module)
    command = [ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    command += ["-f", "image2pipe", "-c:v", "mjpeg", "-framerate", "1", "-i", "pipe:0"]
    for i, scene in enumerate(shown):
        tone = f"sine=frequency={PITCHES[i % len(PITCHES)]}:sample_rate=44100:duration={scene.end - scene.start}"
        command += ["-f", "lavfi", "-i", tone]
    parts = "".join(f"[{i + 1}:a]" for i in range(len(shown)))
    command += ["-filter_complex", f"{parts}concat=n={len(shown)}:v=0:a=1,volume=0.25[tone]"]
    command += ["-map", "0:v", "-map", "[tone]", "-r", str(FRAMES_PER_SECOND), "-pix_fmt", "yuv420p", "-threads", "1"]
    command += [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-tune",
        "stillimage",
        "-crf",
        "24",
        "-c:a",
        "aac",
        "-b:a",
        "64k",
    ]
    return [*command, "-movflags", "+faststart", "-f", "mp4", str(part)]


def _slide(module: ModuleText, scene: Scene, dye: str) -> Image.Image:
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN, 88), module.number or "Cas", fill=dye, font=_font(700, 150 if module.number else 88))
    if not scene.heading:
        _write(draw, module.title["fr"], 110, _font(700, 58), INK)
        return picture
    bottom = _write(draw, module.title["fr"], 104, _font(400, 28), SOFT)
    draw.text((COLUMN, bottom + 36), scene.place, fill=dye, font=_font(700, 28))
    _write(draw, scene.heading, bottom + 84, _font(700, 64), INK)
    return picture


def _write(draw: ImageDraw.ImageDraw, text: str, top: int, font: ImageFont.FreeTypeFont, ink: str) -> int:
    """Set the text in lines that fit; return where it ends."""
    lines, room = [""], SIZE[0] - COLUMN - MARGIN
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font=font) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    step = round(font.size * 1.3)
    for i, line in enumerate(lines):
        draw.text((COLUMN, top + i * step), line, fill=ink, font=font)
    return top + len(lines) * step


def _weave(draw: ImageDraw.ImageDraw, share: float, dye: str) -> None:
    """A band of the look: cloth with ribs where time has passed, bare threads where it has not."""
    left, right, top, bottom = MARGIN, SIZE[0] - MARGIN, 600, 628
    here = left + round((right - left) * share)
    draw.rectangle((left, top, max(left, here - 1), bottom), fill=dye)
    for x in range(left + 3, right, 4):
        draw.line((x, top, x, bottom), fill=_mixed(dye) if x < here else dye)


@cache
def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT).format(weight=weight), size)


def _mixed(dye: str) -> tuple[int, ...]:
    """The dye with 28 % of paper."""
    pairs = zip(bytes.fromhex(dye[1:]), bytes.fromhex(PAPER[1:]), strict=True)
    return tuple(round(a * 0.72 + b * 0.28) for a, b in pairs)
