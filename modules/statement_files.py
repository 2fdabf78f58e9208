"""A file of statements, thing by thing: JSON lines, one list, what a store answers, compressed or not.

A broken line is one refused thing; of a list that is broken nothing can be told. Lists are read whole, up to a bound.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from typing import IO, Any

from modules.rules.xapi import Unusable

MOST_BYTES = 64 * 1024 * 1024  # Of a list, unpacked; lines may be as many as one likes.
LONGEST_LINE = 1024 * 1024
MAGIC = b"\x1f\x8b"
Thing = tuple[int, Any]


def things(file: IO[bytes]) -> Iterator[Thing]:
    """(number, what was read or why it was not); numbers are those of lines, in a list those of its things."""
    packed = file.read(2)
    file.seek(0)
    plain: IO[bytes] = gzip.GzipFile(fileobj=file) if packed == MAGIC else file  # type: ignore[assignment]
    number = 0
    try:
        lines = io.BufferedReader(plain)  # type: ignore[type-var]
        start = lines.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if start == b"[":
            yield from _whole(lines)
            return
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1 and not _complete(line):
                yield from _whole(lines, line)
                return
            yield from _line(number, line, lines)
    except (OSError, EOFError, zlib.error):
        yield number + 1, Unusable("broken_file")


def _line(number: int, line: bytes, lines: IO[bytes]) -> Iterator[Thing]:
    if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
        while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield number, Unusable("too_long")
    elif line.strip():
        for thing in _told(line):
            yield number, thing


def _whole(lines: IO[bytes], before: bytes = b"") -> Iterator[Thing]:
    text = before + lines.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        yield 1, Unusable("too_long")
        return
    yield from enumerate(_told(text), start=1)


def _told(text: bytes) -> list[Any]:
    try:
        found = json.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return [Unusable("no_json")]
    if isinstance(found, dict) and isinstance(found.get("statements"), list):
        found = found["statements"]
    return found if isinstance(found, list) else [found]


def _complete(line: bytes) -> bool:
    """Whether the first line is a thing of its own; a text over several lines begins with less."""
    return not line.strip() or line.removeprefix(b"\xef\xbb\xbf").strip() != b"{"
