"""A file that a browser sends to the media store itself, in parts: what comes next, and whether it is all there.

The store knows which parts have come; our row only says so. Nothing here holds a transaction while the store is asked.
"""

from dataclasses import dataclass

from app.config import Config
from app.errors import DomainError
from app.i18n import lazy
from media.places import Direct
from media.storage import direct

SENT = "sent"  # The last part of its key; it goes when the recording is ready.
LINK_SECONDS = 6 * 3600
AT_ONCE = 4
_SMALLEST = 8 * 1024 * 1024
_MOST_PARTS = 9000


class StoreDown(DomainError):
    """The media store does not answer."""

    status = 503
    sentence = lazy("The media store did not answer. Nothing is lost: the upload goes on by itself.")


@dataclass(frozen=True)
class Part:
    """Where the bytes from `start` to before `end` go."""

    number: int
    start: int
    end: int
    url: str


@dataclass(frozen=True)
class Standing:
    """How far a file has come, what is to be sent next, and the name under which the store takes it."""

    upload: str
    received: int
    next: tuple[Part, ...]
    whole: bool


def key(public_id: str) -> str:
    """Where the file lies in the store."""
    return f"{public_id}/{SENT}"


def part_size(size: int) -> int:
    """No more parts than a store takes, in whole megabytes."""
    return max(_SMALLEST, -(-size // _MOST_PARTS // 2**20) * 2**20)


def look(config: Config, public_id: str, size: int, upload: str) -> Standing:
    """Ask the store. An upload that has ended was completed, or is begun anew; the last part completes it."""
    store = store_of(config)
    try:
        try:
            return _look(store, public_id, size, upload or store.begin(key(public_id)))
        except FileNotFoundError:
            if _is_whole(store, public_id, size):
                return Standing(upload, size, (), True)
            return _look(store, public_id, size, store.begin(key(public_id)))
    except OSError as error:
        raise StoreDown from error


def forget(config: Config, public_id: str, upload: str) -> None:
    """Delete what the store has of it."""
    store = store_of(config)
    if upload:
        store.abort(key(public_id), upload)
    store.delete(key(public_id))


def _look(store: Direct, public_id: str, size: int, upload: str) -> Standing:
    each = part_size(size)
    spans = {n + 1: (start, min(start + each, size)) for n, start in enumerate(range(0, size, each))}
    found = store.parts(key(public_id), upload)
    missing = [number for number, (start, end) in spans.items() if found.get(number, (-1,))[0] != end - start]
    if not missing:
        store.complete(key(public_id), upload, {number: found[number][1] for number in spans})
        if not _is_whole(store, public_id, size):
            raise OSError("what the store made of the parts has another size")
        return Standing(upload, size, (), True)
    ours = key(public_id)
    links = [Part(n, *spans[n], store.part_link(ours, upload, n, LINK_SECONDS)) for n in missing[:AT_ONCE]]
    return Standing(upload, size - sum(spans[n][1] - spans[n][0] for n in missing), tuple(links), False)


def _is_whole(store: Direct, public_id: str, size: int) -> bool:
    try:
        return store.size(key(public_id)) == size
    except FileNotFoundError:
        return False


def store_of(config: Config) -> Direct:
    """The place that takes them."""
    found = direct(config)
    if found is None:
        raise StoreDown
    return found
