"""Make the picture sizes, the sound and the plain files of a recording.

`first` makes the smallest size and the sound, so that learners can begin; `rest` decodes the picture once more and
encodes all other sizes in one pass, with the sound by copy. `tee` writes each size with the sound into one fragmented
file. The plain files are cut from those by copy. Nothing is encoded twice.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from media import colours, loudness, playlist, slides, stills
from media.making import FIRST, LADDER, LISTENED, Job, Made, Result
from media.probe import length_of
from media.processes import Refused
from media.rules import Reason, Rung, download_rung

SEGMENT_SECONDS = 6
SOUND = "sound"
SOUND_KBITS, SOUND_HERTZ = 27, 24000  # Of ffmpeg's AAC, 27 come to 12.7 MB an hour, all counted; 32 to 14.9.
AAC_FRAME = 1024
MASTER, FIRST_MASTER = "master.m3u8", "first.m3u8"  # Two names: what a browser keeps of the one never hides the other.
_ALIKE_SECONDS = 0.4  # The longest stretch of frames that are only shown again: what ends with one is cut there.
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


def first(job: Job) -> Result:
    """The smallest size with its sound, or the sound of a recording without pictures: playable by itself."""
    rungs, sounds = job.rungs[:1], job.source.sound is not None
    opened = job.opened()
    streams, options = _pictures(job, opened, rungs), _common(rungs)
    if sounds:
        streams.append(_levelled(job, opened))
        options |= {"c:a": "aac", "b:a": f"{SOUND_KBITS}k", "ac": 1, "ar": SOUND_HERTZ}
    targets = [_slave(index, rung.name, sounds) for index, rung in enumerate(rungs)]
    targets += [_slave(None, SOUND, True)] if sounds else []
    job.run(
        ffmpeg.output(*streams, "|".join(targets), **options).get_args(), LISTENED, FIRST if job.rungs[1:] else LADDER
    )
    made = [_video(job, rung) for rung in rungs]
    made += [_sound(job)] if sounds else []
    names = [*(rung.name for rung in rungs), *([SOUND] if sounds else [])]
    duration = length_of(made[0].download or made[0].file, job.work, job.tools)
    others = [_playlist(job.work, name) for name in names]
    if sounds:
        others.append(job.work / f"{SOUND}.mp4")  # In segments: browsers read minutes ahead of the plain file.
    return Result(duration, made, [_master(job.work, FIRST_MASTER, made), *others])


def rest(job: Job, begun: Result) -> Result:
    """All other sizes in one pass, and what is made of those that are there: the poster, the storyboard, the slides."""
    rungs, sounds = job.rungs[1:], job.source.sound is not None
    if rungs:
        streams = _pictures(job, job.opened(), rungs)
        if sounds:
            streams.append(_again(job)["a"])
        targets = "|".join(_slave(index, rung.name, sounds) for index, rung in enumerate(rungs))
        job.run(ffmpeg.output(*streams, targets, **_common(rungs), **{"c:a": "copy"}).get_args(), FIRST, LADDER)
    made = [_video(job, rung) for rung in rungs]
    videos = [each for each in [*begun.renditions, *made] if each.kind == "video"]
    pictures = stills.of(job, videos[0], videos[-1]) if videos else []
    playlists = [_playlist(job.work, rung.name) for rung in rungs]
    if videos and sounds and (lecture := slides.of(job, videos[0], videos[-1], begun.renditions[-1])):
        made.append(lecture[0])
        pictures += lecture[1]
    return Result(begun.duration, made, [_master(job.work, MASTER, [*begun.renditions, *made]), *playlists, *pictures])


def _again(job: Job) -> Any:
    """The sound that is there, as early as it was beside the first picture: by the one frame that begins an AAC."""
    early = -AAC_FRAME / SOUND_HERTZ
    return ffmpeg.input(f"file:{job.work / SOUND}.m4a", f="mov", protocol_whitelist="file", itsoffset=early)


def _common(rungs: list[Rung]) -> dict[str, Any]:
    options: dict[str, Any] = {"f": "tee", "map_metadata": -1, "map_chapters": -1, "max_muxing_queue_size": 4096}
    return options | (_picture_options(rungs) if rungs else {})


def _pictures(job: Job, opened: Any, rungs: list[Rung]) -> list[Any]:
    """Each size is drawn from the next larger one. A frame like the one before is not scaled but shown again: most of
    a lecture stands still."""
    found = job.source.picture
    if found is None:
        return []
    rate, largest = max(rung.fps for rung in rungs), (rungs[-1].width, rungs[-1].height)
    picture, read = (
        opened[str(found.index)].filter("fps", fps=_rate(rate)),
        found.colours.read(found.width, found.height),
    )
    if found.colours.wide:
        picture, read = colours.narrowed(picture, found.colours, largest, job.work), colours.PLAIN
    picture = picture.filter("mpdecimate", hi=128, lo=64, frac=0.001, max=max(1, round(rate * _ALIKE_SECONDS)))
    pictures: list[Any] = []
    for rung in reversed(rungs):
        scaled = picture.filter("scale", rung.width, rung.height, **read, **colours.WRITTEN)
        scaled, read = colours.said(scaled.filter("setsar", 1).filter("format", "yuv420p")), colours.PLAIN
        if rung is rungs[0]:
            copies = {0: scaled}
        else:
            copies = scaled.filter_multi_output("split", 2)
            picture = copies[1]
        pictures.append(copies[0].filter("fps", fps=_rate(rung.fps)))
    return pictures[::-1]


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


def _levelled(job: Job, opened: Any) -> Any:
    """The sound as loud as that of all other recordings: it is listened to alone first, which costs little."""
    alone = _clean_sound(job, job.opened())
    loud = loudness.measured(alone, job.work, lambda told: job.run(told.output("-", f="null").get_args(), 0, LISTENED))
    return loudness.levelled(_clean_sound(job, opened), loudness.gain(loud))


def _clean_sound(job: Job, opened: Any) -> Any:
    """At its final rate, without gaps: where the recorder lost sound there is silence, so that lips stay right."""
    sound = opened[str(job.source.sound)].filter("aresample", SOUND_HERTZ, **{"async": 1, "first_pts": 0})
    return sound.filter("aformat", channel_layouts="mono")


def _slave(index: int | None, name: str, sound: bool) -> str:
    chosen = ",".join([*([f"v:{index}"] if index is not None else []), *(["a:0"] if sound else [])])
    return f"[select=\\'{chosen}\\':{_HLS}:hls_segment_filename={name}.mp4]{name}.m3u8"


def _playlist(work: Path, name: str) -> Path:
    written = work / f"{name}.m3u8"
    written.write_text(playlist.media_playlist(_read(work, name), f"{name}.mp4"))
    return written


def _master(work: Path, name: str, made: list[Made]) -> Path:
    variants = [
        playlist.Variant(f"{m.name}.m3u8", m.peak, m.average, m.codecs, m.rung.width, m.rung.height, m.rung.fps)
        for m in made
        if m.kind == "video" and m.rung
    ]
    alone = [playlist.Variant(f"{m.name}.m3u8", m.peak, m.average, m.codecs) for m in made if m.kind == SOUND]
    (work / name).write_text(playlist.master(variants or alone))
    return work / name


def _read(work: Path, name: str) -> playlist.Track:
    written = work / f"{name}.m3u8"
    track = playlist.read(written.read_text()) if written.is_file() else playlist.Track(0, ())
    if not track.segments or not track.head:
        raise Refused(Reason.BROKEN, f"nothing came out of {name}")
    return track


def _video(job: Job, rung: Rung) -> Made:
    """One size; the smallest can be played without scripts at once, a better one later (`download_rung`)."""
    file, track = job.work / f"{rung.name}.mp4", _read(job.work, rung.name)
    with file.open("rb") as opened:
        codecs = playlist.codecs(opened.read(track.head), job.source.sound is not None)
    names = [each.name for each in job.rungs]
    plain = None
    if rung.name in {names[0], download_rung(names)}:
        plain = job.copy(file, job.work / f"download-{rung.name.removesuffix('p')}.mp4")
    size = plain.stat().st_size if plain else None
    facts = (file.stat().st_size, track.peak, track.average, codecs, track.weights())
    return Made(rung.name, "video", file, *facts, rung, track, plain, size)


def _sound(job: Job) -> Made:
    """The sound alone, as one plain file; its segments are only weighed."""
    track = _read(job.work, SOUND)
    plain = job.copy(job.work / f"{SOUND}.mp4", job.work / f"{SOUND}.m4a", "-f", "ipod")
    size = plain.stat().st_size
    facts = (size, track.peak, track.average, playlist.codecs(b"", True), track.weights(size))
    return Made(SOUND, SOUND, plain, *facts, None, track, plain, size)


def _rate(fps: float) -> str:
    return f"{fps:.5f}"
