"""The words of one subtitle: what players know of WebVTT's marks is kept and well nested, all else is plain text."""

import re
from html import escape, unescape

PLAIN = ("b", "i", "u", "c", "ruby", "rt", "v", "lang")
SAID = ("v", "lang")
"""Marks that say something of what they hold: who speaks, in which language."""

_PIECE = re.compile(r"<[^<>\n]*>|<[^<>]*>")
_TAG = re.compile(r"<(/?)([a-z]+)((?:\.[\w-]+)*)(?:[ \t\n]+([^<>]*?))?[ \t\n]*>", re.IGNORECASE)
_MOMENT = re.compile(r"<(?:\d{2,3}:)?[0-5]\d:[0-5]\d\.\d{3}>")
_FOREIGN = re.compile(r"</?[A-Za-z!?][^<>]*>")
_OVERRIDE = re.compile(r"\{\\[^{}\n]*\}|\{/?[biu]\}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|lrm|rlm|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")
_UNSEEN = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x80, 0xA0)])
_BLANKS = re.compile(r"[ \t]+")


def clean(source: str) -> str:
    """Marks that players know, each closed where it must be; nothing else can be one. No empty line, no arrow."""
    text = _OVERRIDE.sub("", source.replace("\0", "\ufffd").translate(_UNSEEN))
    written: list[str] = []
    open_tags: list[str] = []
    last = 0
    for piece in _PIECE.finditer(text):
        written.append(_words(text[last : piece.start()]))
        written.append(_mark(piece[0], open_tags))
        last = piece.end()
    written += [_words(text[last:]), *(f"</{name}>" for name in reversed(open_tags))]
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(written).split("\n"))
    return "\n".join(line for line in lines if line)


def words(payload: str) -> str:
    """What is read of a clean subtitle: its letters, on its lines."""
    return unescape(_PIECE.sub("", payload))


def from_words(text: str) -> str:
    """Letters as a clean subtitle in which nothing is a mark."""
    return clean(escape(text, quote=False))


def voices(payload: str) -> list[str]:
    """Who speaks in it."""
    return [unescape(found[4]) for found in _TAG.finditer(payload) if found[2] == "v" and found[4]]


def says_nothing(payload: str) -> bool:
    """Whether there is nothing to read."""
    return not words(payload).strip()


def _words(text: str) -> str:
    return escape(_ENTITY.sub(lambda found: unescape(found[0]), text), quote=False).replace("\r", "")


def _mark(piece: str, open_tags: list[str]) -> str:
    if _MOMENT.fullmatch(piece):
        return piece
    found = _TAG.fullmatch(piece)
    name = found[2].lower() if found else ""
    if found is None or name not in PLAIN:
        return "" if _FOREIGN.fullmatch(piece) else _words(piece)
    if found[1]:
        return _closed(name, open_tags)
    said = _BLANKS.sub(" ", _words((found[4] or "").replace("\n", " "))).strip() if name in SAID else ""
    if name in SAID and not said:
        return ""
    open_tags.append(name)
    return f"<{name}{found[3]}{' ' if said else ''}{said}>"


def _closed(name: str, open_tags: list[str]) -> str:
    """Close it and what was opened inside; an end without a beginning is dropped."""
    if name not in open_tags:
        return ""
    closed = []
    while True:
        closed.append(open_tags.pop())
        if closed[-1] == name:
            return "".join(f"</{each}>" for each in closed)
