"""Read with ffprobe what a file holds; nothing but the sniffed demuxer may touch it, and it opens no other file."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from media import endings, rules
from media.colours import Colours
from media.processes import Limits, Refused, program, run
from media.rules import Reason
from media.sniff import HEAD_BYTES, sniff

LIMITS = Limits(seconds=60, stall_seconds=60, memory_bytes=2 * 1024**3, output_bytes=64 * 1024**2)
_SLOWEST_BYTES_A_SECOND = 400
_CLOCK_JUMP_SECONDS = 60
_WALK = replace(LIMITS, seconds=900)
_BY_SIZE = {"avi", "wav", "aiff", "caf", "asf"}  # Their length is told, or counted, by the bytes that are there.
_MOST_INDEX_BYTES = 32 * 1024**2
_PROTECTED = re.compile(rb"(?:enc[va]|drm[is]).{28,600}?sinf.{4}frma", re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """A moving picture as it should be seen: upright, with square pixels."""

    index: int
    width: int
    height: int
    fps: float
    colours: Colours = Colours()


@dataclass(frozen=True)
class Source:
    """What there is to work with."""

    demuxer: str
    duration: float
    picture: Picture | None
    sound: int | None  # index of the stream
    stop: float | None = None  # Read no further, where the file's own clock jumps.


def guard(demuxer: str) -> dict[str, str]:
    """Input options of every run: this demuxer only, and no protocol but the file itself."""
    return {"f": demuxer, "format_whitelist": demuxer, "protocol_whitelist": "file"}


def probe(file: Path, work: Path, tools: str = "") -> Source:
    """Look into the file, or raise Refused with the reason."""
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    if not head:
        raise Refused(Reason.EMPTY)
    demuxer = sniff(head)
    if demuxer is None:
        raise Refused(Reason.NOT_A_RECORDING)
    if demuxer == "mov" and _is_encrypted(file):
        raise Refused(Reason.ENCRYPTED)
    found = _ffprobe(file, demuxer, work, tools)
    picture = next((p for s in found.get("streams", []) if (p := _picture(s))), None)
    sound = _sound(found.get("streams", []))
    if picture is None and sound is None:
        raise _nothing_usable(found.get("streams", []))
    if picture and rules.too_large(picture.width, picture.height):
        raise Refused(Reason.PICTURE_TOO_LARGE)
    if endings.promised(file, demuxer) > file.stat().st_size:
        used = {picture.index if picture else None, sound}
        _refuse_cut(file, demuxer, found, [s for s in found["streams"] if s["index"] in used], work, tools)
    duration, stop = _number(found.get("format", {}).get("duration")), None
    if not 0 < duration < file.stat().st_size / _SLOWEST_BYTES_A_SECOND + _CLOCK_JUMP_SECONDS:
        duration = _measured(file, demuxer, work, tools)
        stop = duration + _CLOCK_JUMP_SECONDS
    if duration > rules.MAX_SECONDS:
        raise Refused(Reason.TOO_LONG)
    return Source(demuxer, duration, picture, sound, stop)


def length_of(file: Path, work: Path, tools: str = "") -> float:
    """How long one of our own plain files plays."""
    return _number(_ffprobe(file, "mov", work, tools).get("format", {}).get("duration"))


def _ffprobe(file: Path, demuxer: str, work: Path, tools: str) -> dict[str, Any]:
    lines: list[str] = []
    argv = [program("ffprobe", tools), "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    run([*argv, *_options(demuxer), f"file:{file}"], work, LIMITS, lines.append)
    found: dict[str, Any] = json.loads("".join(lines) or "{}")
    return found


def _options(demuxer: str) -> list[str]:
    given = [part for name, value in guard(demuxer).items() for part in (f"-{name}", value)]
    return [*given, "-analyzeduration", "20M", "-probesize", "50M"]


def _picture(stream: dict[str, Any]) -> Picture | None:
    cover = stream.get("disposition", {}).get("attached_pic") or stream.get("disposition", {}).get("still_image")
    if stream.get("codec_type") != "video" or cover or not stream.get("codec_name"):
        return None
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    if width < 1 or height < 1 or stream["codec_name"] in {"unknown", "none"}:
        return None
    width = max(1, round(width * _ratio(stream.get("sample_aspect_ratio"), 1 / 16, 16, 1.0)))
    if abs(_turn(stream)) % 180 == 90:
        width, height = height, width
    rates = (_ratio(stream.get(name), 0.0, 1e6, 0.0) for name in ("r_frame_rate", "avg_frame_rate"))
    return Picture(stream["index"], width, height, rules.frame_rate(*rates), _colours(stream))


def _colours(stream: dict[str, Any]) -> Colours:
    matrix, transfer, primaries, told = (
        str(stream.get(f"color_{name}") or "") for name in ("space", "transfer", "primaries", "range")
    )
    return Colours(matrix, transfer, primaries, "pc" if str(stream.get("pix_fmt")).startswith("yuvj") else told)


def _turn(stream: dict[str, Any]) -> int:
    for extra in stream.get("side_data_list", []):
        turn = extra.get("rotation")
        if isinstance(turn, int | float) and abs(turn) < 1e6:
            return round(turn / 90) * 90
    return 0


def _sound(streams: list[dict[str, Any]]) -> int | None:
    usable = [s for s in streams if s.get("codec_type") == "audio" and _decodable(s)]
    chosen = next((s for s in usable if s.get("disposition", {}).get("default")), usable[0] if usable else None)
    return int(chosen["index"]) if chosen else None


def _decodable(stream: dict[str, Any]) -> bool:
    known = stream.get("codec_name") not in {None, "unknown", "none"}
    return known and int(stream.get("sample_rate") or 0) > 0 and int(stream.get("channels") or 0) > 0


def _is_encrypted(file: Path) -> bool:
    """Whether a sample entry of the index is a protected one; ffprobe fails at it, or takes it for any other."""
    at, size = 0, file.stat().st_size
    with file.open("rb") as opened:
        while at < size:
            opened.seek(at)
            head = opened.read(16)
            length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4])
            if head[4:8] == b"moov":
                return bool(_PROTECTED.search(opened.read(min(length, _MOST_INDEX_BYTES))))
            at += length if length >= 8 else size
    return False


def _nothing_usable(streams: list[dict[str, Any]]) -> Refused:
    if any(s.get("codec_type") in {"audio", "video"} for s in streams):
        return Refused(Reason.UNKNOWN_CODEC)
    return Refused(Reason.NO_STREAMS)


def _refuse_cut(
    file: Path, demuxer: str, found: dict[str, Any], used: list[dict[str, Any]], work: Path, tools: str
) -> None:
    """A file that ends before its structure does: refused where that costs more than a moment of it."""
    _, ends = _walked(file, demuxer, work, tools)
    there, whole = max(ends.values(), default=0.0), _number(found.get("format", {}).get("duration"))
    told = [(there, whole)]
    told += [(ends.get(str(s["index"]), 0.0), _number(s.get("duration"))) for s in used if demuxer == "mov"]
    if demuxer in _BY_SIZE:
        told = [(there, there * endings.promised(file, demuxer) / file.stat().st_size)]
    there, whole = max(told, key=lambda pair: pair[1] - pair[0])
    if rules.cut_short(there, whole):
        raise Refused(Reason.CUT_SHORT, f"{there} of {whole}", (there, whole))


def _measured(file: Path, demuxer: str, work: Path, tools: str) -> float:
    """Walk the packets where the stated length cannot be true: from the first to the last, without jumps."""
    return max(_walked(file, demuxer, work, tools)[0].values(), default=0.0)


def _walked(file: Path, demuxer: str, work: Path, tools: str) -> tuple[dict[str, float], dict[str, float]]:
    """How long the packets of each stream last without jumps, and with them."""
    spans: dict[str, float] = {}
    first: dict[str, float] = {}
    last: dict[str, float] = {}

    def heard(line: str) -> None:
        index, _, rest = line.partition(",")
        at = _number(rest.split(",")[0], -1.0)
        if not index.isdigit() or at < 0:
            return
        before = last.get(index, at)
        if 0 < at - before < _CLOCK_JUMP_SECONDS:
            spans[index] = spans.get(index, 0.0) + at - before
        first.setdefault(index, at)
        last[index] = at

    argv = [program("ffprobe", tools), "-v", "error", "-of", "csv=p=0", "-show_entries", "packet=stream_index,dts_time"]
    run([*argv, *_options(demuxer), f"file:{file}"], work, _WALK, heard)
    return spans, {index: at - first[index] for index, at in last.items()}


def _ratio(text: Any, low: float, high: float, otherwise: float) -> float:
    above, _, below = str(text or "").replace(":", "/").partition("/")
    value = _number(above) / _number(below, 1.0) if _number(below, 1.0) else 0.0
    return value if low <= value <= high and value > 0 else otherwise


def _number(text: Any, otherwise: float = 0.0) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return otherwise
