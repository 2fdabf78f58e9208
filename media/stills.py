"""Pictures that stand still: the poster, and a sheet of small ones to find one's way by."""

from math import ceil
from pathlib import Path

from PIL import Image

from media.making import QUIET, Job, Made, opening
from media.processes import Refused, program, run
from media.rules import Rung

POSTER, SHEET, THUMBNAILS = "poster.jpg", "storyboard.jpg", "storyboard.vtt"
THUMBNAIL_WIDTH = 160
_COLUMNS, _MOST_THUMBNAILS = 10, 100
_QUALITY = 75


def of(job: Job, smallest: Made, best: Made) -> list[Path]:
    """The poster, the storyboard and its WebVTT file. Their lack is no failure."""
    try:
        return [_poster(job, best), *_storyboard(job, smallest)]
    except (Refused, OSError, ValueError):
        return []


def picture_at(job: Job, made: Made, second: float) -> Image.Image:
    """The picture at this second, from no more bytes of the file than the segment that holds it."""
    assert made.track and made.rung
    start, segment = 0.0, made.track.segments[0]
    for each in made.track.segments:
        if start + segment.seconds > second or each is made.track.segments[-1]:
            break
        start, segment = start + segment.seconds, each
    with made.file.open("rb") as opened:
        head = opened.read(made.track.head)
        opened.seek(segment.offset)
        cut = job.work / "cut.mp4"
        cut.write_bytes(head + opened.read(segment.length))
    raw = job.work / "picture.rgb"
    raw.unlink(missing_ok=True)
    since = ["-ss", f"{max(0.0, second - start):.3f}"] if second - start > 0.04 else []
    wanted = ["-an", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", f"file:{raw}"]
    run([program("ffmpeg", job.tools), *QUIET, *since, *opening(cut), *wanted], job.work, job.limits)
    return Image.frombytes("RGB", (made.rung.width, made.rung.height), raw.read_bytes())


def _poster(job: Job, best: Made) -> Path:
    """The first whole picture after a tenth of the recording: it rarely begins with what it is about."""
    assert best.track
    place, start = best.track.seconds / 10, 0.0
    for segment in best.track.segments:
        if start >= place:
            break
        start += segment.seconds
    poster = job.work / POSTER
    picture_at(job, best, start if start < best.track.seconds else 0.0).save(poster, "JPEG", quality=_QUALITY)
    return poster


def _storyboard(job: Job, smallest: Made) -> list[Path]:
    """A sheet of small pictures, one for each so many segments, from the key frames of the smallest size alone."""
    assert smallest.track and smallest.rung
    track, (width, height) = smallest.track, thumbnail(smallest.rung)
    step = ceil(len(track.segments) / _MOST_THUMBNAILS)
    count = ceil(len(track.segments) / step)
    rows = ceil(count / _COLUMNS)
    columns = min(count, _COLUMNS)
    drawn = (
        f"select=not(mod(n\\,{step})),scale={width}:{height}:out_color_matrix=bt601:out_range=pc,tile={columns}x{rows}"
    )
    sheet = job.work / SHEET
    wanted = ["-an", "-vf", drawn, "-frames:v", "1", "-q:v", "5", "-f", "mjpeg", f"file:{sheet}"]
    read = ["-skip_frame", "nokey", *opening(smallest.file)]
    run([program("ffmpeg", job.tools), *QUIET, *read, *wanted], job.work, job.limits)
    starts = [sum(segment.seconds for segment in track.segments[: k * step]) for k in range(count)]
    lines = ["WEBVTT", ""]
    for k, (start, end) in enumerate(zip(starts, [*starts[1:], track.seconds], strict=True)):
        place = f"{k % _COLUMNS * width},{k // _COLUMNS * height},{width},{height}"
        lines += [f"{clock(start)} --> {clock(end)}", f"{SHEET}#xywh={place}", ""]
    told = job.work / THUMBNAILS
    told.write_text("\n".join(lines))
    return [sheet, told]


def thumbnail(rung: Rung) -> tuple[int, int]:
    """The size of a small picture, as wide or as high as THUMBNAIL_WIDTH."""
    share = min(1.0, THUMBNAIL_WIDTH / max(rung.width, rung.height))
    return max(2, round(rung.width * share / 2) * 2), max(2, round(rung.height * share / 2) * 2)


def clock(seconds: float) -> str:
    """A moment as WebVTT writes it."""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
