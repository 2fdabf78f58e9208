"""`./run bench media`: what an hour of slides costs to make and to load, beside one run of ffmpeg for each size."""

import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from media import slides, stills, transcode
from media.making import QUIET, Job, Made, Result
from media.probe import probe
from media.processes import program

SLIDE_SECONDS, SIZE = 30, (1920, 1080)
_SPEECH = (
    "sine=f=140:r=48000[hum];anoisesrc=c=pink:r=48000:a=0.4[air];[hum][air]amix=inputs=2,"
    "volume='0.25*abs(sin(t*11))*gt(sin(t*0.9),-0.8)':eval=frame[a]"
)  # A voice's rhythm: syllables, and pauses.
_WORDS = "budget tax water road school health council revenue account market vote meeting order ledger".split()


MOST_MB = {"240p": 20.0, "slides": 14.0, "sound": 13.0}  # an hour of slides with a voice
MOST_CPU, LEAST_SAVED = 16.0, 0.3  # minutes an hour; beside one run for each size


def main(minutes: float) -> bool:
    """A deck of slides with a voice, as a studio sends it: 1080p, 25 frames a second. Whether it keeps its goals."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file, work = Path(folder, "deck.mp4"), Path(folder, "work")
        work.mkdir()
        deck(file, minutes)
        job = Job(probe(file, work), file, work)
        begun, first = _costs(lambda: transcode.first(job))
        whole, rest = _costs(lambda: transcode.rest(job, begun))
        _, drawn = _costs(lambda: _drawn(job, begun, whole))
        _, apart = _costs(lambda: _apart(job))
        weights = megabytes([*begun.renditions, *whole.renditions], job.source.duration)
    hours, both = job.source.duration / 3600, first + rest
    print(f"{minutes:g} min of slides with a voice, {file.name} at {SIZE[0]} × {SIZE[1]}, 25 frames a second")
    print(f"{'':<28}{'CPU min/h':>10}")
    for name, seconds in (("first size and sound", first), ("all others, slides", rest)):
        print(f"{name:<28}{seconds / 60 / hours:>10.1f}")
    kept = [told("both", both / 60 / hours, most=MOST_CPU)]
    for name, seconds in (("of it poster, sheet, slides", drawn), ("one run for each size", apart)):
        print(f"{name:<28}{seconds / 60 / hours:>10.1f}")
    kept.append(told("saved on the sizes, %", 100 * (1 - (both - drawn) / apart), least=100 * LEAST_SAVED))
    print(f"{'':<28}{'MB/h':>10}")
    kept += [told(name, weight, most=MOST_MB.get(name)) for name, weight in weights.items()]
    return all(kept)


def told(name: str, figure: float, most: float | None = None, least: float | None = None) -> bool:
    """Print a figure beside its goal; whether it keeps it."""
    kept = (most is None or figure <= most) and (least is None or figure >= least)
    goal = f"   goal ≤ {most:g}" if most is not None else f"   goal ≥ {least:g}" if least is not None else ""
    print(f"{name:<28}{figure:>10.1f}{goal}{'' if kept else '   MISSED'}")
    return kept


def megabytes(made: Sequence[Made], seconds: float) -> dict[str, float]:
    """What an hour of each format weighs."""
    return {each.name: each.bytes / 1e6 / (seconds / 3600) for each in made}


def _costs(do: Callable[[], Any]) -> tuple[Any, float]:
    before = _cpu()
    return do(), _cpu() - before


def _cpu() -> float:
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def _drawn(job: Job, begun: Result, whole: Result) -> None:
    """What nobody gets from encoding alone: the poster, the storyboard, the slides."""
    videos = [made for made in [*begun.renditions, *whole.renditions] if made.kind == "video"]
    stills.of(job, videos[0], videos[-1])
    slides.of(job, videos[0], videos[-1], begun.renditions[-1])


def _apart(job: Job) -> None:
    """Each size as if it were alone: decoded, scaled and encoded for itself, with its sound."""
    for rung in job.rungs:
        video = ["-vf", f"fps={rung.fps},scale={rung.width}:{rung.height}:flags=bicubic,setsar=1,format=yuv420p"]
        video += ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-bf", "0", "-crf", str(rung.crf)]
        video += ["-maxrate", f"{rung.cap_kbits}k", "-bufsize", f"{rung.cap_kbits * 2}k", "-sc_threshold", "0"]
        video += ["-force_key_frames", "expr:gte(t,n_forced*6)", "-g", str(round(rung.fps * 12) + 1)]
        sound = ["-c:a", "aac", "-b:a", f"{transcode.SOUND_KBITS}k", "-ac", "1", "-ar", str(transcode.SOUND_HERTZ)]
        out = job.work / f"apart-{rung.name}.mp4"
        subprocess.run(
            [program("ffmpeg"), *QUIET, "-i", job.file, *video, *sound, out], check=True, capture_output=True
        )


def deck(file: Path, minutes: float, height: int = SIZE[1]) -> None:
    """Another slide every half minute, and a voice."""
    slides = max(2, round(minutes * 60 / SLIDE_SECONDS))
    for number in range(slides):
        _slide(number).save(file.with_name(f"slide-{number:03}.jpg"), quality=92)
    drawn = ["-framerate", f"1/{SLIDE_SECONDS}", "-i", file.with_name("slide-%03d.jpg")]
    encoded = [
        "-vf",
        f"fps=25,scale=-2:{height},format=yuv420p",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "20",
        "-c:a",
        "aac",
    ]
    argv = [program("ffmpeg"), *QUIET, *drawn, "-filter_complex", _SPEECH, "-map", "0:v", "-map", "[a]", *encoded]
    subprocess.run([*argv, "-t", str(slides * SLIDE_SECONDS), file], check=True, capture_output=True)


def _slide(number: int) -> Image.Image:
    chance, picture = random.Random(number), Image.new("RGB", SIZE, (250, 250, 247))
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=44)
    pen.rectangle((0, 0, SIZE[0], 120), fill=(20, 60, 110))
    pen.text((60, 30), f"{number + 1}. {' '.join(chance.sample(_WORDS, 4))}", font=font, fill="white")
    for line in range(chance.randint(3, 8)):
        pen.text((100, 180 + line * 100), " ".join(chance.choices(_WORDS, k=8)), font=font, fill=(30, 30, 30))
    return picture
