"""Read subtitles as people have them (WebVTT or SubRip, several encodings) and keep them as WebVTT."""

import io
import re

import webvtt

from app.errors import Invalid
from app.i18n import lazy

LONGEST_BYTES = 5 * 1024 * 1024
LANGUAGES = {"fr": "Français", "en": "English", "pt": "Português", "ar": "العربية"}

_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_CUE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(\s.*)?")


def to_webvtt(raw: bytes) -> str:
    """The subtitles as clean WebVTT; Invalid with the line and the reason where they are wrong."""
    text = _decoded(raw).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    vtt = text.lstrip().startswith("WEBVTT")
    if not _cues(text.split("\n")):
        raise _wrong(lazy("This file holds no subtitles. Choose a WebVTT or SRT file."))
    try:
        read = webvtt.from_buffer(io.StringIO(text if vtt else text.strip() + "\n"), format="vtt" if vtt else "srt")
        return str(read.content).rstrip("\n") + "\n"
    except Exception:  # Its parser stumbles in many ways over what people write.
        raise _wrong(lazy("This file holds no subtitles. Choose a WebVTT or SRT file.")) from None


def _decoded(raw: bytes) -> str:
    if len(raw) > LONGEST_BYTES:
        raise _wrong(lazy("This file is too large for subtitles."))
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _cues(lines: list[str]) -> int:
    """How many there are, each in a block of its own."""
    cues, inside = 0, False
    for number, line in enumerate(lines, start=1):
        if _check_cue(number, line):
            if inside:
                raise _wrong(lazy("Line %(number)d: an empty line is missing before these times.", number=number))
            cues, inside = cues + 1, True
        elif not line.strip():
            inside = False
    return cues


def _check_cue(number: int, line: str) -> bool:
    if "-->" not in line:
        return False
    found = _CUE.fullmatch(line)
    if found is None:
        raise _wrong(
            lazy("Line %(number)d: the times are not written as 00:01:02.500 --> 00:01:05.000.", number=number)
        )
    start, end = _seconds(*found.group(1, 2, 3, 4)), _seconds(*found.group(5, 6, 7, 8))
    if end <= start:
        raise _wrong(lazy("Line %(number)d: the subtitle ends before it begins.", number=number))
    return True


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _wrong(sentence: object) -> Invalid:
    return Invalid(fields={"captions": sentence})
