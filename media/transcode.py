"""Make the picture sizes, the sound and the plain files of a recording; the only module that tells ffmpeg what to do.

One pass decodes once and encodes every size and the sound once; `tee` writes each size with the sound into one
fragmented file. The plain files are cut from those by copy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media import playlist
from media.probe import Source, guard, length_of
from media.processes import Limits, Refused, program, run
from media.rules import MAX_SECONDS, Reason, Rung, download_rung, ladder

SEGMENT_SECONDS = 6
SOUND = "sound"
SOUND_KBITS, SOUND_HERTZ = 32, 24000
_BYTES_A_SECOND = 400_000
_QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-y")
_HLS = ":".join(
    (
        "f=hls",
        f"hls_time={SEGMENT_SECONDS}",
        "hls_segment_type=fmp4",
        "hls_flags=single_file",
        "hls_playlist_type=vod",
        "hls_list_size=0",
    )
)

Heard = Callable[[float], None]


@dataclass(frozen=True)
class Made:
    """One rendition as it lies in the work folder."""

    name: str
    kind: str
    file: Path
    bytes: int
    peak: int
    average: int
    codecs: str
    rung: Rung | None = None
    download: Path | None = None
    download_bytes: int | None = None


@dataclass(frozen=True)
class Result:
    """All that was made of one file."""

    duration: float
    renditions: list[Made]
    others: list[Path]  # playlists, poster


def transcode(source: Source, file: Path, work: Path, tools: str = "", heard: Heard = lambda part: None) -> Result:
    """Make everything in `work`; `heard` gets the part done in seconds of the recording and may raise to stop."""
    rungs = ladder(source.picture.width, source.picture.height, source.picture.fps) if source.picture else []
    limits = _limits(source, file)
    run([program("ffmpeg", tools), *_QUIET, *_arguments(source, file, rungs)], work, limits, _clock(heard))
    tracks = {name: _read(work, name) for name in [rung.name for rung in rungs] or [SOUND]}
    downloads = _plain_files(work, rungs, source.sound is not None, tools, limits)
    made = [_video(work, rung, tracks[rung.name], source, downloads.get(rung.name)) for rung in rungs]
    variants = [
        playlist.Variant(f"{m.name}.m3u8", m.peak, m.average, m.codecs, m.rung.width, m.rung.height, m.rung.fps)
        for m in made
        if m.rung
    ]
    if source.sound is not None:
        made.append(_sound(work, downloads[SOUND], tracks.get(SOUND)))
        variants = variants or [playlist.Variant(f"{SOUND}.m3u8", made[-1].peak, made[-1].average, made[-1].codecs)]
    (work / "master.m3u8").write_text(playlist.master(variants))
    for name, track in tracks.items():
        (work / f"{name}.m3u8").write_text(playlist.media_playlist(track, f"{name}.mp4"))
    duration = length_of(next(iter(downloads.values())), work, tools)
    poster = _poster(work, rungs, duration, tools, limits)
    names = ["master", *tracks]
    return Result(duration, made, [*(work / f"{name}.m3u8" for name in names), *poster])


def _arguments(source: Source, file: Path, rungs: list[Rung]) -> list[str]:
    opened = ffmpeg.input(f"file:{file}", **guard(source.demuxer), **({"t": source.stop} if source.stop else {}))
    streams = _pictures(opened, source, rungs)
    options: dict[str, Any] = {"f": "tee", "map_metadata": -1, "map_chapters": -1, "max_muxing_queue_size": 4096}
    if rungs:
        options |= _picture_options(rungs)
    if source.sound is not None:
        streams.append(_clean_sound(opened[str(source.sound)]))
        options |= {"c:a": "aac", "b:a": f"{SOUND_KBITS}k", "ac": 1, "ar": SOUND_HERTZ}
    targets = "|".join(_slave(index, rung.name, source.sound is not None) for index, rung in enumerate(rungs))
    arguments: list[str] = ffmpeg.output(*streams, targets or _slave(None, SOUND, True), **options).get_args()
    return arguments


def _pictures(opened: Any, source: Source, rungs: list[Rung]) -> list[Any]:
    if source.picture is None:
        return []
    top = opened[str(source.picture.index)].filter("fps", fps=_rate(max(rung.fps for rung in rungs)))
    copies = top.filter_multi_output("split", len(rungs)) if len(rungs) > 1 else {0: top}
    pictures = []
    for index, rung in enumerate(rungs):
        picture = copies[index]
        if rung.fps < max(other.fps for other in rungs):
            picture = picture.filter("fps", fps=_rate(rung.fps))
        scaled = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)
        pictures.append(scaled.filter("format", "yuv420p"))
    return pictures


def _picture_options(rungs: list[Rung]) -> dict[str, Any]:
    options: dict[str, Any] = {
        "c:v": "libx264",
        "preset": "veryfast",
        "profile:v": "main",
        "bf": 0,  # With B-frames each frame rate would begin at another moment, and a change of size would jump.
        "force_key_frames": f"expr:gte(t,n_forced*{SEGMENT_SECONDS})",
        "sc_threshold": 0,
    }
    for index, rung in enumerate(rungs):
        options[f"crf:v:{index}"] = rung.crf
        options[f"maxrate:v:{index}"] = f"{rung.cap_kbits}k"
        options[f"bufsize:v:{index}"] = f"{rung.cap_kbits * 2}k"
        options[f"g:v:{index}"] = round(rung.fps * SEGMENT_SECONDS * 2) + 1
    return options


def _clean_sound(stream: Any) -> Any:
    """At its final rate, without gaps: where the recorder lost sound there is silence, so that lips stay right."""
    return stream.filter("aresample", SOUND_HERTZ, **{"async": 1, "first_pts": 0})


def _slave(index: int | None, name: str, sound: bool) -> str:
    chosen = ",".join([*([f"v:{index}"] if index is not None else []), *(["a:0"] if sound else [])])
    return f"[select=\\'{chosen}\\':{_HLS}:hls_segment_filename={name}.mp4]{name}.m3u8"


def _plain_files(work: Path, rungs: list[Rung], sound: bool, tools: str, limits: Limits) -> dict[str, Path]:
    """By copy: one picture size that any browser plays without scripts, and the sound alone."""
    files: dict[str, Path] = {}
    best = download_rung([rung.name for rung in rungs])
    if best:
        files[best] = work / f"download-{best.removesuffix('p')}.mp4"
        _copy(work / f"{best}.mp4", files[best], [], tools, limits)
    if sound:
        files[SOUND] = work / f"{SOUND}.m4a"
        first = rungs[0].name if rungs else SOUND
        _copy(work / f"{first}.mp4", files[SOUND], ["-vn", "-f", "ipod"], tools, limits)
    return files


def _poster(work: Path, rungs: list[Rung], duration: float, tools: str, limits: Limits) -> list[Path]:
    """A still for other clients; our pages draw their own. Its lack is no failure."""
    if not rungs:
        return []
    picture, origin = work / "poster.jpg", work / f"{rungs[-1].name}.mp4"
    opened = ["-ss", f"{duration / 10:.2f}", "-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{origin}"]
    try:
        run(
            [
                program("ffmpeg", tools),
                *_QUIET,
                *opened,
                "-frames:v",
                "1",
                "-q:v",
                "4",
                "-f",
                "mjpeg",
                f"file:{picture}",
            ],
            work,
            limits,
        )
    except Refused:
        return []
    return [picture] if picture.is_file() and picture.stat().st_size else []


def _copy(origin: Path, target: Path, only: list[str], tools: str, limits: Limits) -> None:
    opened = ["-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{origin}"]
    rest = ["-c", "copy", *only, "-movflags", "+faststart", f"file:{target}"]
    run([program("ffmpeg", tools), *_QUIET, *opened, *rest], target.parent, limits)


def _read(work: Path, name: str) -> playlist.Track:
    written = work / f"{name}.m3u8"
    track = playlist.read(written.read_text()) if written.is_file() else playlist.Track(0, ())
    if not track.segments or not track.head:
        raise Refused(Reason.BROKEN, f"nothing came out of {name}")
    return track


def _video(work: Path, rung: Rung, track: playlist.Track, source: Source, download: Path | None) -> Made:
    file = work / f"{rung.name}.mp4"
    with file.open("rb") as opened:
        codecs = playlist.codecs(opened.read(track.head), source.sound is not None)
    size = download.stat().st_size if download else None
    return Made(rung.name, "video", file, file.stat().st_size, track.peak, track.average, codecs, rung, download, size)


def _sound(work: Path, plain: Path, track: playlist.Track | None) -> Made:
    peak, average = (track.peak, track.average) if track else (SOUND_KBITS * 1100, SOUND_KBITS * 1000)
    size = plain.stat().st_size
    return Made(SOUND, SOUND, plain, size, peak, average, playlist.codecs(b"", True), None, plain, size)


def _limits(source: Source, file: Path) -> Limits:
    """Generous for slow machines; a file that lies about its length is bounded by its size."""
    seconds = min(MAX_SECONDS, max(source.duration, file.stat().st_size / 50_000))
    return Limits(seconds=300 + 15 * seconds, output_bytes=round(64 * 1024**2 + seconds * _BYTES_A_SECOND))


def _clock(heard: Heard) -> Callable[[str], None]:
    at = 0.0

    def line(text: str) -> None:
        nonlocal at
        if text.startswith("out_time=") and text[9:10].isdigit():
            hours, minutes, seconds = text.removeprefix("out_time=").split(":")
            at = max(at, int(hours) * 3600 + int(minutes) * 60 + float(seconds))
        heard(at)

    return line


def _rate(fps: float) -> str:
    return f"{fps:.5f}"
