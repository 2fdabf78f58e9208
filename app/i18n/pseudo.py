"""A made-up catalogue, long and right to left, that shows what a layout cannot bear."""

import re
from pathlib import Path

from babel.messages import Catalog

from app.i18n.catalogues import merge, write

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابثدعفغهيجكلمنوبقرستوڤوخيز")
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;)")


def write_pseudo(source: Path, target: Path, code: str = "ar") -> int:
    """Translate every text that `source` (a language's folder) holds into pseudo-Arabic under target/<code>."""
    pseudo = Catalog(locale=code, domain="messages", charset="utf-8")
    for message in merge(source):
        if isinstance(message.id, tuple | list):
            pseudo.add(message.id, (_disguise(message.id[1]),) * pseudo.num_plurals, context=message.context)
        elif message.id:
            pseudo.add(message.id, _disguise(message.id), context=message.context)
    return write(pseudo, target)


def _disguise(text: str) -> str:
    """Arabic letters for Latin ones, half as long again; placeholders and tags stay."""
    parts = [part if KEPT.fullmatch(part) else part.lower().translate(LETTERS) for part in KEPT.split(text)]
    words = [word for part in parts if not KEPT.fullmatch(part) for word in part.split()]
    longer = " ".join(words[: -(-len(words) // 2)]) if len(words) > 1 else ""
    return "".join(parts) + (f" {longer}" if longer else "")
