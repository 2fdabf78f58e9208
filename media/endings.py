"""Where a file must end by its own structure, whatever it says of its length. One that was cut on its way ends sooner;
one whose header only lies does not."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from media.sniff import HEAD_BYTES

_MOST_BOXES = 200_000
_UNKNOWN = 0xFFFFFF00  # And above: the recorder wrote to where it could not go back.
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def promised(file: Path, demuxer: str) -> int:
    """How many bytes the file should have; 0 where its structure does not tell."""
    with file.open("rb") as opened:
        return _READERS[demuxer](opened) if demuxer in _READERS else 0


def _boxes(opened: BinaryIO) -> int:
    at = 0
    for _ in range(_MOST_BOXES):
        opened.seek(at)
        head = opened.read(16)
        length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4])
        if len(head) < 8 or length < 8:  # 0: as far as the file goes.
            break
        at += length
    return at


def _riff(opened: BinaryIO) -> int:
    at = 0
    for _ in range(_MOST_BOXES):
        opened.seek(at)
        head = opened.read(28)
        length = int.from_bytes(head[4:8], "little")
        if head[:4] in {b"RF64", b"BW64"} and head[12:16] == b"ds64":
            length = int.from_bytes(head[20:28], "little")
        elif head[:4] != b"RIFF":
            break
        elif not 0 < length < _UNKNOWN:
            return 0
        at += 8 + length
    return at


def _form(opened: BinaryIO) -> int:
    return 8 + int.from_bytes(opened.read(8)[4:])


def _caf(opened: BinaryIO) -> int:
    at = 8
    for _ in range(_MOST_BOXES):
        opened.seek(at)
        head = opened.read(12)
        if len(head) < 12:
            break
        length = int.from_bytes(head[4:], signed=True)
        if length < 0:
            return 0
        at += 12 + length
    return at


def _matroska(opened: BinaryIO) -> int:
    head = opened.read(4096)
    size, at = _coded(head, 4)
    at += size or 0
    if head[at : at + 4] != b"\x18\x53\x80\x67":
        return 0
    size, at = _coded(head, at + 4)
    return at + size if size is not None else 0


def _coded(head: bytes, at: int) -> tuple[int | None, int]:
    """A length of EBML, and where it ends; None where a live recorder left it open."""
    first = head[at] if at < len(head) else 0
    width = 9 - first.bit_length()
    value = int.from_bytes(head[at : at + width]) & ((1 << 7 * width) - 1)
    return (None if value == (1 << 7 * width) - 1 else value), at + width


def _asf(opened: BinaryIO) -> int:
    head = opened.read(HEAD_BYTES)
    at = head.find(_ASF_PROPERTIES)
    live = at < 0 or len(head) < at + 92 or head[at + 88] & 1
    return 0 if live else int.from_bytes(head[at + 40 : at + 48], "little")


def _flv(opened: BinaryIO) -> int:
    head = opened.read(HEAD_BYTES)
    at = head.find(b"\x08filesize\0") + 10
    told = struct.unpack(">d", head[at : at + 8])[0] if 10 <= at <= len(head) - 8 else 0.0
    return int(told) if 0 < told < 2**53 else 0


def _mp3(opened: BinaryIO) -> int:
    head = opened.read(HEAD_BYTES)
    at = max(head.find(b"Xing"), head.find(b"Info"))
    counted = at >= 36 and head[at + 7 : at + 8] and head[at + 7] & 3 == 3
    return at - 36 + int.from_bytes(head[at + 12 : at + 16]) if counted else 0


_READERS: dict[str, Callable[[BinaryIO], int]] = {
    "mov": _boxes,
    "matroska": _matroska,
    "avi": _riff,
    "wav": _riff,
    "aiff": _form,
    "caf": _caf,
    "asf": _asf,
    "flv": _flv,
    "mp3": _mp3,
}
