"""Slides and voice: the pictures of a lecture that stand still, each from its second on, over the sound.

What is kept beside the sound (`sound.m4a`), under the key of the version:

- `slides.vtt`, WebVTT for a `<track kind="metadata">`: one cue for each picture, without gaps, from 0 to the end of the
  recording; its only line is the name of the picture, an address relative to that of the file itself:

      WEBVTT

      00:00:00.000 --> 00:01:12.500
      slide-1.webp

- `slide-1.webp`, `slide-2.webp` …: all of one size, `Rendition.width` × `Rendition.height` of the rendition `slides`.

`Rendition.bytes` is all of it, the sound too; `Rendition.weights` holds the segments of the sound, then the pictures as
[from, bytes, to]: whoever begins while one stands needs it. The clock is that of the sound: what was seen counts alike.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from media.making import LADDER, QUIET, Job, Made, opening
from media.processes import Refused, program, run
from media.rules import share
from media.stills import clock, picture_at

NAME, LIST = "slides", "slides.vtt"
LOOKS_A_SECOND = 2
MOST_BYTES_AN_HOUR, LEAST_BYTES = 1_250_000, 25_000
MOST_AN_HOUR, MOST = 150, 30
_TRIES = ((1, 60), (1, 45), (1, 32), (1, 22), (0.75, 32), (0.75, 20), (0.5, 30), (0.5, 15))  # part of the size, quality
_BLOCK = 8  # pixels of the smallest size
_MOVED, _OTHER = 7, 12  # levels of grey by which a block must differ to have moved, and to be another
_PART = 0.005  # of all blocks: a line of text is more, a mouse's arrow is less
_MOSTLY = 0.5
_MEMORIES = ((0.12, 0.4), (0.05, 0.16))  # Weight of the newest look, and how restless a block is that is no slide.
_FILM_SECONDS = 60  # Where all moves, a picture a minute.
_SPEAKER, _SPEAKER_SECONDS = 0.01, 120  # Where as much as a small face moves, a picture as often as this at least.
_BESIDE = ImageFilter.MaxFilter(5)  # Two blocks around what moves belong to it: a shoulder, the edge of a sleeve.


@dataclass(frozen=True)
class Slide:
    """It comes at `start`; at `settled` it has come wholly."""

    start: float
    settled: float


class Watch:
    """Looks at one small grey picture after the other and tells when another slide stands there. What always moves,
    such as somebody speaking in a corner or a film on a slide, is not looked at; where all moves, or where that alone
    has changed for long, time decides."""

    def __init__(self) -> None:
        self.slides: list[Slide] = []
        self._shown: Image.Image | None = None
        self._last: Image.Image | None = None
        self._restless: list[Image.Image] | None = None
        self._begun: float | None = None

    def look(self, picture: Image.Image, at: float) -> None:
        """The next picture."""
        if self._shown is None or self._last is None or self._restless is None:
            self._shown = self._last = picture
            self._restless = [Image.new("L", _blocks(picture).size) for _ in _MEMORIES]
            self.slides.append(Slide(0.0, at))
            return
        moved = _differing(picture, self._last, _MOVED)
        film = self._film(moved)
        other = _differing(picture, self._shown, _OTHER)
        self._last = picture
        if _part(film) > _MOSTLY:
            self._at_times(picture, other, at, _FILM_SECONDS)
            return
        calm = ImageChops.invert(film.filter(_BESIDE))
        if _part(ImageChops.multiply(other, calm)) < _PART:
            self._begun = None
            if _part(film) >= _SPEAKER:
                self._at_times(picture, other, at, _SPEAKER_SECONDS)
            return
        self._begun = at if self._begun is None else self._begun
        if _part(ImageChops.multiply(moved, calm)) < _PART:
            self._take(picture, self._begun, at)

    def _film(self, moved: Image.Image) -> Image.Image:
        assert self._restless
        pairs = zip(self._restless, _MEMORIES, strict=True)
        self._restless = [Image.blend(restless, moved, weight) for restless, (weight, _) in pairs]
        marked = [_over(restless, 255 * most) for restless, (_, most) in zip(self._restless, _MEMORIES, strict=True)]
        return ImageChops.lighter(*marked)

    def _at_times(self, picture: Image.Image, other: Image.Image, at: float, pause: float) -> None:
        if _part(other) >= _PART and at - self.slides[-1].settled >= pause:
            self._take(picture, at, at)

    def _take(self, picture: Image.Image, begun: float, at: float) -> None:
        self._shown, self._begun = picture, None
        self.slides.append(Slide(begun, at))


def of(job: Job, smallest: Made, best: Made, sound: Made) -> tuple[Made, list[Path]] | None:
    """The rendition and its files. Its lack is no failure."""
    assert sound.track and smallest.track and best.rung
    try:
        slides = lasting(found(job, smallest), smallest.track.seconds)
        (width, height), files = _drawn(job, best, slides)
    except (Refused, OSError, ValueError):
        return None
    seconds = sound.track.seconds
    spans = _spans(slides, max(seconds, smallest.track.seconds))
    told = job.work / LIST
    told.write_text(_list(spans))
    pictures = [[start, file.stat().st_size, stop] for (start, stop), file in zip(spans, files, strict=True)]
    whole = sum(size for _, size, *_ in [*sound.weights, *pictures]) + told.stat().st_size
    facts = replace(
        sound, name=NAME, kind=NAME, file=told, bytes=round(whole), weights=[*sound.weights, *pictures], track=None,
        rung=replace(best.rung, width=width, height=height),
        download=None, download_bytes=None,
        peak=_peak(sound.weights, pictures, seconds), average=round(whole * 8 / seconds),
    )  # fmt: skip
    return facts, files


def found(job: Job, smallest: Made) -> list[Slide]:
    """When which slide stands there."""
    assert smallest.rung
    width, height = smallest.rung.width, smallest.rung.height
    watch, rest, number = Watch(), bytearray(), 0

    def raw(chunk: bytes) -> None:
        nonlocal number
        rest.extend(chunk)
        while len(rest) >= width * height:
            watch.look(Image.frombytes("L", (width, height), bytes(rest[: width * height])), number / LOOKS_A_SECOND)
            del rest[: width * height]
            number += 1

    looks = ["-an", "-vf", f"fps={LOOKS_A_SECOND}", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    argv = [program("ffmpeg", job.tools), *QUIET[: QUIET.index("-progress")], *opening(smallest.file), *looks]

    def heard(_: str) -> None:
        job.heard(LADDER + (1 - LADDER) * share(number / LOOKS_A_SECOND, job.source.duration))

    run(argv, job.work, job.limits, heard, raw)
    return watch.slides


def _differing(one: Image.Image, other: Image.Image, levels: int) -> Image.Image:
    return _over(_blocks(ImageChops.difference(one, other)), levels)


def _over(picture: Image.Image, level: float) -> Image.Image:
    return picture.point(lambda found: 255 if found > level else 0)


def _blocks(picture: Image.Image) -> Image.Image:
    return picture.reduce(_BLOCK)


def _part(marked: Image.Image) -> float:
    return marked.histogram()[255] / (marked.width * marked.height)


def lasting(slides: list[Slide], end: float) -> list[Slide]:
    """Those that stand longest, where there are more than anybody can read; the first begins with the recording."""
    slides = slides or [Slide(0.0, 0.0)]  # A recording shorter than one look.
    stays = [later.start - slide.start for slide, later in pairwise([*slides, Slide(end, end)])]
    longest = sorted(range(len(slides)), key=lambda place: stays[place])[-round(MOST + MOST_AN_HOUR * end / 3600) :]
    kept = [slides[place] for place in sorted(longest)]
    return [replace(kept[0], start=0.0), *kept[1:]]


def _drawn(job: Job, best: Made, slides: list[Slide]) -> tuple[tuple[int, int], list[Path]]:
    """As good as the bytes of an hour allow, in WebP: a third of JPEG as like, and phones of 2020 read it."""
    assert best.rung
    most = max(LEAST_BYTES, MOST_BYTES_AN_HOUR * job.source.duration / 3600)
    whole = [job.work / f"whole-{number}.png" for number in range(len(slides))]
    for slide, file in zip(slides, whole, strict=True):
        picture_at(job, best, slide.settled).save(file, compress_level=1)
    files = [job.work / f"slide-{number}.webp" for number in range(1, len(slides) + 1)]
    for part, quality in _TRIES:
        size = _even(best.rung.width * part), _even(best.rung.height * part)
        for origin, file in zip(whole, files, strict=True):
            with Image.open(origin) as picture:
                picture.resize(size, Image.Resampling.LANCZOS).save(file, "WEBP", quality=quality, method=4)
        if sum(file.stat().st_size for file in files) <= most:
            break
    return size, files


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _spans(slides: list[Slide], end: float) -> list[tuple[float, float]]:
    starts = [slide.start for slide in slides]
    return list(zip(starts, [*starts[1:], max(end, starts[-1] + 0.001)], strict=True))


def _list(spans: list[tuple[float, float]]) -> str:
    lines = ["WEBVTT", ""]
    for number, (start, stop) in enumerate(spans, 1):
        lines += [f"{clock(start)} --> {clock(stop)}", f"slide-{number}.webp", ""]
    return "\n".join(lines)


def _peak(sound: list[list[float]], pictures: list[list[float]], seconds: float) -> int:
    """Bits a second of the heaviest segment, with the pictures that come in it."""
    ends = [start for start, _ in sound[1:]] + [seconds]
    stretches = [(at, end, size) for (at, size), end in zip(sound, ends, strict=True)]
    coming = [size + sum(each for begins, each, _ in pictures if at <= begins < end) for at, end, size in stretches]
    return max(round(all_ * 8 / max(1.0, end - at)) for all_, (at, end, _) in zip(coming, stretches, strict=True))
