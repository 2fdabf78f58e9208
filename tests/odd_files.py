"""Recordings as no studio should send them, each with what must come out."""

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.processes import program
from tests.media_files import clip

_KEY = "76a6c65c5ea762046bd749a2e632ccbb"
_LOCKED = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", _KEY, "-encryption_kid", _KEY)


@dataclass(frozen=True)
class Odd:
    """How to make a file, and what is to become of it."""

    make: Callable[[Path], object]
    seconds: float | None = None  # None: refused.
    size: tuple[int, int] | None = None


def _run(target: Path, *arguments: str) -> None:
    subprocess.run([program("ffmpeg"), "-y", "-v", "error", *arguments, str(target)], check=True)


def _picture(size: str, *arguments: str, seconds: float = 2, rate: int = 10) -> Callable[[Path], None]:
    source = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]
    return lambda target: _run(target, *source, *arguments)


def _clip(*arguments: str, size: str = "320x240") -> Callable[[Path], Path]:
    return lambda target: clip(target, *arguments, size=size)


def _boxes(target: Path, name: bytes, offset: int, new: bytes) -> None:
    """Overwrite a place in every box of this name."""
    raw = bytearray(target.read_bytes())
    at = raw.find(name)
    assert at > 0
    while at > 0:
        raw[at + 4 + offset : at + 4 + offset + len(new)] = new
        at = raw.find(name, at + 1)
    target.write_bytes(raw)


def _rotated_by_nothing(target: Path) -> None:
    clip(target, "-f", "mp4")
    _boxes(target, b"tkhd", 40, bytes(36))  # A matrix of zeros: ffprobe reads a rotation of -2^63 out of it.


def _lying(target: Path) -> None:
    clip(target, "-f", "mp4")
    _boxes(target, b"mvhd", 16, struct.pack(">I", 90_000_000))
    _boxes(target, b"tkhd", 20, struct.pack(">I", 90_000_000))


def _endless(target: Path) -> None:
    """As it comes out of a live encoder: no length, no index."""
    made = clip(target.with_name("whole.mkv"))
    with target.open("wb") as out:
        argv = [program("ffmpeg"), "-v", "error", "-i", str(made), "-c", "copy", "-f", "matroska", "-"]
        subprocess.run(argv, check=True, stdout=out)
    made.unlink()


def _cut(target: Path) -> None:
    clip(target, "-movflags", "+faststart", "-f", "mp4")
    target.write_bytes(target.read_bytes()[:700])


def _with_cover(target: Path) -> None:
    picture = target.with_name("cover.jpg")
    _run(picture, "-f", "lavfi", "-i", "testsrc2=s=300x300:d=1", "-frames:v", "1")
    sound = ["-f", "lavfi", "-i", "sine=440:d=3", "-i", str(picture), "-map", "0", "-map", "1"]
    _run(target, *sound, "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-c:a", "aac", "-f", "mp4")
    picture.unlink()


def _several_sounds(target: Path) -> None:
    sounds = ["-f", "lavfi", "-i", "sine=300:d=2", "-f", "lavfi", "-i", "sine=600:d=2"]
    mapped = ["-map", "0", "-map", "1", "-map", "2", "-disposition:a:0", "0", "-disposition:a:1", "default"]
    _run(target, "-f", "lavfi", "-i", "testsrc2=s=320x240:d=2", *sounds, *mapped, "-f", "matroska")


def _fairplay(target: Path) -> None:
    """A sound that is locked as shops lock theirs."""
    clip(target, "-vn", *_LOCKED, "-f", "mp4")
    target.write_bytes(target.read_bytes().replace(b"enca", b"drms"))


def _clockless(target: Path) -> None:
    """Its length is no number."""
    clip(target, "-f", "matroska")
    raw = bytearray(target.read_bytes())
    at = raw.find(b"\x44\x89\x88") + 3
    raw[at : at + 8] = struct.pack(">d", float("nan"))
    target.write_bytes(raw)


def _one_after_another(target: Path) -> None:
    """Two films in one file: the clock jumps, and pictures and sounds change their size and rate."""
    both = b""
    for size, rate in (("320x240", "48000"), ("640x480", "22050")):
        clip(target, "-ar", rate, "-output_ts_offset", "3000" if both else "0", "-f", "mpegts", size=size)
        both += target.read_bytes()
    target.write_bytes(both)


def _no_number(target: Path) -> None:
    """A sound of which some samples are no numbers."""
    _run(target, "-f", "lavfi", "-i", "sine=440:d=2", "-c:a", "pcm_f32le", "-f", "wav")
    raw = bytearray(target.read_bytes())
    for at in range(raw.find(b"data") + 8, len(raw) - 4, 200):
        raw[at : at + 4] = struct.pack("<f", float("nan"))
    target.write_bytes(raw)


def _late(target: Path) -> None:
    """The sound begins when the picture has ended."""
    _run(target, "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=2", "-itsoffset", "2",
         "-f", "lavfi", "-i", "sine=440:d=2", "-c:v", "mjpeg", "-c:a", "aac", "-f", "matroska")  # fmt: skip


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda target: target.write_bytes(content)


def avi_with_a_playlist(lines: str) -> bytes:
    """Subtitles inside an AVI (GAB2) that are a playlist."""
    text = lines.encode()
    gab2 = b"GAB2\0" + struct.pack("<HIHI", 2, 0, 4, len(text)) + text
    chunk = b"00tx" + struct.pack("<I", len(gab2)) + gab2 + bytes(len(gab2) % 2)
    head = struct.pack("<IIIIIIIIII16x", 40000, 0, 0, 16, 1, 0, 1, 0, 224, 160)
    stream = b"txts" + struct.pack("<IIHHIIIIIIII8x", 0, 0, 0, 0, 0, 1, 25, 0, 125, 0, 0xFFFFFFFF, 0)[:52]
    listed = _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", bytes(8)))
    return _chunk(b"RIFF", b"AVI " + _list(b"hdrl", _chunk(b"avih", head) + listed) + _list(b"movi", chunk))


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _list(name: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", name + body)


def _naming(address: bytes) -> bytes:
    """A QuickTime film that is only a reference."""
    body = b"rdrf\0\0\0\0url " + struct.pack(">I", len(address)) + address
    for name in (b"rmda", b"rmra", b"moov"):
        body = name + struct.pack(">I", len(body) + 4) + body
    return struct.pack(">I", len(body) + 4) + body


ODD: dict[str, Odd] = {
    "one pixel": Odd(
        _picture("8x8", "-vf", "crop=1:1:exact=1", "-c:v", "rawvideo", "-pix_fmt", "bgr24", "-f", "avi"), 2, (2, 2)
    ),
    "8K": Odd(_picture("7680x4320", "-c:v", "mjpeg", "-f", "matroska", seconds=1, rate=2), 1, (1280, 720)),
    "larger than 8K": Odd(_picture("9000x64", "-c:v", "mjpeg", "-f", "matroska", seconds=1, rate=2)),
    "odd sizes": Odd(_clip("-pix_fmt", "yuv444p", "-f", "mp4", size="321x243"), 2, (318, 240)),
    "wide pixels": Odd(_clip("-vf", "setsar=2", "-f", "mp4"), 2, (640, 240)),
    "frames at any time": Odd(
        _clip("-vf", "select='not(mod(n,7))+lt(n,9)'", "-vsync", "vfr", "-f", "matroska"), 2, (320, 240)
    ),
    "rotation of -2^63": Odd(_rotated_by_nothing, 2, (320, 240)),
    "a length that lies": Odd(_lying, 2, (320, 240)),
    "a length that is no number": Odd(_clockless, 2, (320, 240)),
    "no length": Odd(_endless, 2, (320, 240)),
    "encrypted": Odd(_clip(*_LOCKED, "-f", "mp4")),
    "encrypted in fragments": Odd(_clip(*_LOCKED, "-movflags", "frag_keyframe+empty_moov", "-f", "mp4")),
    "encrypted sound": Odd(_fairplay),
    "cut in its index": Odd(_cut),
    "picture only": Odd(_picture("320x240", "-f", "mp4", "-pix_fmt", "yuv420p"), 2, (320, 240)),
    "10 bits, HDR": Odd(
        _clip("-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace",
              "bt2020nc", "-f", "matroska"), 2, (320, 240)
    ),
    "several sounds": Odd(_several_sounds, 2, (320, 240)),
    "cover": Odd(_with_cover, 3, None),
    "a photo": Odd(_picture("320x240", "-frames:v", "1", "-c:v", "libsvtav1", "-f", "avif")),
    "two films in one": Odd(_one_after_another, 4, (320, 240)),
    "a sound that is no number": Odd(_no_number, 2, None),
    "a sound after the picture": Odd(_late, 4, (320, 240)),
    "as wide as a hair is long": Odd(_picture("4000x2", "-c:v", "ffv1", "-f", "matroska", rate=2), 2, (4000, 2)),
    "a playlist that begins as an MP3": Odd(_bytes(b"ID3\4\0\0\0\0\0\0#EXTM3U\n#EXTINF:9,\n/etc/hostname\n")),
    "a text that looks like packets": Odd(_bytes((b"G" + b"/etc/hostname\n" * 14)[:188] * 50)),
    "a film that names another": Odd(_bytes(_naming(b"file:///etc/hostname\0"))),
    "one frame": Odd(_picture("320x240", "-frames:v", "1", "-f", "matroska"), 0.1, (320, 240)),
}  # fmt: skip
