"""Search in a hundred hours of what was said, in a database of this process: CPU per query, the database's with it."""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import search
from app.search.index import Source, put
from app.search.models import SearchEntry
from media import indexing
from media.captions import Cue
from tests.bench.processes import TICK
from tests.conftest import own_database

WORDS_AN_HOUR = 8000
VOCABULARY = 30_000
TIMES = 20
SIGNS = "aeiouéè"
SOUNDS = "bcdfglmnprstv"


def main(hours: int) -> None:
    """One line for each database that there is."""
    said = [_hour(random.Random(number)) for number in range(hours)]
    queries = _queries(said[0])
    server = os.environ.get("TEST_DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _measure(f"sqlite:///{Path(folder) / 'search.sqlite3'}", said, queries)
    if server:
        _measure(own_database(server, "bench"), said, queries)


def _measure(url: str, said: list[list[Cue]], queries: dict[str, str]) -> None:
    engine = sa.create_engine(url)
    SearchEntry.metadata.create_all(engine, tables=[SearchEntry.metadata.tables["search_entry"]])
    passages = 0
    with engine.begin() as connection:
        for number, cues in enumerate(said, start=1):
            entries = indexing.entries("captions", cues)
            passages += len(entries)
            put(connection, indexing.SAID, Source(number, "fr", indexing.audience(number), entries))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    audiences = [indexing.audience(number) for number in range(1, len(said) + 1)]
    with Session(engine) as session:
        told = []
        for name, typed in queries.items():
            asked = search.Query.of(typed)
            total = search.find(session, asked, audiences).total
            with _cpu(session) as spent:
                for _ in range(TIMES):
                    search.find(session, asked, audiences)
            told.append(f"{name} {1000 * spent[0] / TIMES:.1f} ({total})")
    print(f"search in {len(said)} h, {passages} passages, {engine.dialect.name}; CPU ms a query (found):", end=" ")
    print(", ".join(told))
    engine.dispose()


@contextmanager
def _cpu(session: Session) -> Iterator[list[float]]:
    """CPU of this process, and of the one that serves it if the database is a server on this machine."""
    server = 0
    if session.get_bind().dialect.name == "postgresql":
        server = session.scalars(sa.select(sa.func.pg_backend_pid())).one()
    begun, spent = time.process_time() + _of(server), [0.0]
    yield spent
    spent[0] = time.process_time() + _of(server) - begun


def _of(pid: int) -> float:
    if not pid:
        return 0.0
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / TICK


def _hour(chance: random.Random) -> list[Cue]:
    """Eight words in three seconds and a half, rare and frequent ones as languages have them; a pause now and then."""
    cues, at = list[Cue](), 0.0
    for _ in range(WORDS_AN_HOUR // 8):
        words = " ".join(_word(min(int(chance.paretovariate(0.7)), VOCABULARY)) for _ in range(8))
        cues.append(Cue(round(at, 3), round(at + 3.4, 3), words + chance.choice((".", ",", ""))))
        at += chance.choice((3.5, 3.5, 3.5, 6.0))
    return cues


def _word(rank: int) -> str:
    letters = ""
    while rank:
        rank, sound = divmod(rank, len(SOUNDS) * len(SIGNS))
        letters += SOUNDS[sound % len(SOUNDS)] + SIGNS[sound // len(SOUNDS)]
    return letters


def _queries(cues: list[Cue]) -> dict[str, str]:
    """What is asked for: words of any frequency, and phrases, one of them over the end of a passage."""
    ends = [entry.text for entry in indexing.entries("captions", cues) if entry.between]
    longest = max(" ".join(cue.line for cue in cues[:200]).split(), key=len)
    return {
        "a frequent word": _word(1), "a rarer one": longest, "the beginning of many": _word(1)[0],
        "three words": f"{_word(1)} {_word(3)} {_word(40)}", "a phrase": f'"{" ".join(cues[100].line.split()[:4])}"',
        "over an end": f'"{_over(ends[3])}"',
    }  # fmt: skip


def _over(text: str) -> str:
    words = text.split()
    return " ".join(words[len(words) // 2 - 2 : len(words) // 2 + 2])
