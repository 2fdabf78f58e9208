"""One catalogue per language from the rooms' .po files."""

import os
from collections.abc import Iterable
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

COMPILED = Path("LC_MESSAGES/messages.mo")


class Contradiction(Exception):
    """Two rooms translate the same text differently."""


def compile_catalogues(source: Path, target: Path) -> dict[str, int]:
    """Merge source/<lang>/*.po into target/<lang>/LC_MESSAGES/messages.mo; how many texts each language has."""
    return {folder.name: write(merge(folder), target) for folder in _folders(source)}


def compile_if_stale(source: Path) -> None:
    """Compile beside the sources when one of them is newer, so that a checkout needs no set-up to speak."""
    for folder in _folders(source):
        compiled = folder / COMPILED
        newest = max(file.stat().st_mtime for file in [folder, *folder.glob("*.po")])
        if not compiled.exists() or compiled.stat().st_mtime < newest:
            write(merge(folder), source)


def merge(folder: Path) -> Catalog:
    """All rooms' texts of one language; refuses contradictory duplicates."""
    merged = Catalog(locale=folder.name, domain="messages", charset="utf-8")
    origin: dict[tuple[object, str | None], str] = {}
    for file in sorted(folder.glob("*.po")):
        for message in messages(file):
            known = merged.get(message.id, message.context)
            if known and known.string != message.string:
                key = (_first(message), message.context)
                raise Contradiction(f"{folder.name}: {_first(message)!r} differs in {origin[key]} and {file.name}")
            merged[message.id] = message
            origin[(_first(message), message.context)] = file.name
    return merged


def messages(file: Path) -> Iterable[Message]:
    """The translated entries of one .po file."""
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=file.parent.name, abort_invalid=True)
    return [message for message in catalog if message.id and translated(message)]


def translated(message: Message) -> bool:
    """Whether every form of the message is there."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy


def write(catalog: Catalog, target: Path) -> int:
    """Write the compiled catalogue in one stroke; the number of its texts."""
    file = target / str(catalog.locale) / COMPILED
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as stream:
        write_mo(stream, catalog)
    part.replace(file)
    return len(catalog)


def _folders(source: Path) -> list[Path]:
    return sorted(folder for folder in source.iterdir() if any(folder.glob("*.po"))) if source.is_dir() else []


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)
