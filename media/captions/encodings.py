"""Which letters the bytes of a file stand for. UTF is proved; of older encodings the likeliest is chosen, and said."""

import codecs
import re
from dataclasses import dataclass

from app.i18n import lazy
from media.captions.likely import SAMPLE, likeliest
from media.captions.refusals import wrong

NAMES = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252", "iso8859-15": "Latin-9", "mac_roman": "MacRoman", "cp850": "DOS 850",
    "cp1256": "Windows-1256", "iso8859-6": "ISO 8859-6",
}  # fmt: skip

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """The letters, the encoding they were read as, and whether that was proved or only likely."""

    letters: str
    encoding: str
    proved: bool

    @property
    def name(self) -> str:
        """The encoding as people call it."""
        return NAMES[self.encoding]


def decoded(raw: bytes) -> Text:
    """The text; Invalid where no encoding that we know fits."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Text(_letters(raw[len(mark) :], encoding), encoding, True)
    if (wide := _wide(raw)) is not None:
        return Text(_letters(raw, wide), wide, True)
    if b"\0" in raw[:SAMPLE] and b"-->" not in raw:
        raise wrong(lazy("This file is no text. Choose a WebVTT or SRT file."))
    try:
        return Text(raw.decode(), "utf-8", True)
    except UnicodeDecodeError as error:
        _refuse_nearly(raw, error)
    if (likely := likeliest(raw)) is None:
        raise wrong(lazy("The letters of this file cannot be read. Save it as UTF-8 and send it again."))
    return Text(_letters(raw, likely), likely, False)


def _letters(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        number = raw[: error.start].decode(encoding, errors="ignore").count("\n") + 1
        raise wrong(
            lazy("Line %(number)d: a character is broken. Save the file as UTF-8 and send it again.", number=number)
        ) from None


def _wide(raw: bytes) -> str | None:
    """UTF-16 without its mark: every subtitle has an arrow, and a chapter too; it begins at an even byte."""
    for encoding in ("utf-16-le", "utf-16-be"):
        if any(found.start() % 2 == 0 for found in re.finditer(re.escape("-->".encode(encoding)), raw[:SAMPLE])):
            return encoding
    return None


def _refuse_nearly(raw: bytes, error: UnicodeDecodeError) -> None:
    """UTF-8 with a broken place: read as something older, all its other letters would be wrong."""
    text = raw.decode(errors="replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    if whole > 2 * broken:
        number = raw[: error.start].count(b"\n") + 1
        raise wrong(
            lazy("Line %(number)d: a character is broken. Save the file as UTF-8 and send it again.", number=number)
        )
