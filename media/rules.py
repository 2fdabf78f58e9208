"""What a recording is and what its states and picture sizes mean; nothing here knows a database or a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_ATTEMPTS = 5
MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4400
MAX_SECONDS = 12 * 3600
UPLOAD_DAYS = 7


BYTES_A_SECOND = 125_000  # Of a file of which only the size is known.
_SOUND_KBITS = 32
_DRAWN_BYTES_A_SECOND = 8000 * 2 + 5 * 32 * 18 + 640 * 360 // 6  # Sound of 8 kHz, five stills, a sixth of a key frame.
_PICTURES_BYTES = 20_000_000  # Poster, storyboard, stills, playlists.


class State(StrEnum):
    """Where the newest file of a recording stands."""

    UPLOADING = "uploading"
    RECEIVED = "received"
    PROBING = "probing"
    TRANSCODING = "transcoding"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """Where the file of a version comes from."""

    SENT = "sent"
    SERVER = "server"  # It draws the file itself; nobody sends anything.


class Act(StrEnum):
    """What somebody decided about a recording."""

    ARCHIVED = "archived"
    RESTORED = "restored"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    PUT_AWAY = "put_away"  # A file that came to nothing: the earlier one is kept.
    SUBTITLES_AWAY = "subtitles_away"
    SUBTITLES_BACK = "subtitles_back"
    REPLACED = "replaced"  # This file is used instead of the one before.
    KEPT = "kept"  # It is not: the present one stays.
    BROUGHT_BACK = "brought_back"


class Stage(StrEnum):
    """How far the comparison of two files has come."""

    WAITING = "waiting"
    COMPARING = "comparing"
    FOUND = "found"
    LISTED = "listed"  # Somebody wrote down what was changed instead.
    FAILED = "failed"
    STOPPED = "stopped"


RUNNING = frozenset({State.PROBING, State.TRANSCODING})
UNFINISHED = frozenset({State.UPLOADING, State.RECEIVED, State.PROBING, State.TRANSCODING})
STAGES = (State.UPLOADING, State.PROBING, State.TRANSCODING, State.READY)


class Reason(StrEnum):
    """Why a file could not become a recording."""

    EMPTY = "empty"
    NOT_A_RECORDING = "not_a_recording"
    BROKEN = "broken"
    CUT_SHORT = "cut_short"  # With two figures: the seconds that are there, and all.
    NO_STREAMS = "no_streams"
    UNKNOWN_CODEC = "unknown_codec"
    ENCRYPTED = "encrypted"
    PICTURE_TOO_LARGE = "picture_too_large"
    TOO_LONG = "too_long"
    TOO_HEAVY = "too_heavy"
    TIMED_OUT = "timed_out"
    DISK_FULL = "disk_full"
    STORAGE = "storage"
    INTERRUPTED = "interrupted"
    EXPIRED = "expired"
    OTHER_BYTES = "other_bytes"
    NO_ROOM = "no_room"  # Not begun: it waits for disk space.
    LETS_PASS = "lets_pass"  # Begun: it can be watched, and shorter ones go before its other sizes.


FAULT_OF_THE_SERVER = frozenset({Reason.TIMED_OUT, Reason.DISK_FULL, Reason.STORAGE, Reason.INTERRUPTED})


def may_retry(state: State, reason: str | None) -> bool:
    """Only a failure of ours is worth another try with the same file; a wrong file has been thrown away."""
    return state is State.FAILED and reason in FAULT_OF_THE_SERVER


def upload_ends(touched: datetime) -> datetime:
    """When an upload is given up that got its last bytes at this moment."""
    return touched + timedelta(days=UPLOAD_DAYS)


def may_cancel(state: State) -> bool:
    """Whatever is not finished may be stopped."""
    return state in UNFINISHED


def lasts(size: int | None, duration: float | None) -> float:
    """Seconds that a file lasts, as far as one knows."""
    return min(duration if duration is not None else (size or 0) / BYTES_A_SECOND, MAX_SECONDS)


def turn(since: datetime, size: int | None, duration: float | None) -> datetime:
    """When a file that waits since then has its turn: as much later as it lasts. So it lets those pass that are shorter
    by more than they came later, and nobody else: the longest is passed for as long as it lasts, and not for ever."""
    return since + timedelta(seconds=lasts(size, duration))


def footprint(size: int, duration: float | None, rungs: Sequence["Rung"]) -> int:
    """Bytes that a conversion may put on the disk: every size at its highest rate with the sound, the plain files cut
    from them, pictures, and the file once more, where a store wants a copy. At first only the size is known."""
    if duration is None:
        return size
    plain = max((rung.cap_kbits for rung in rungs if rung.name in ("240p", "360p")), default=0)
    kbits = sum(rung.cap_kbits + _SOUND_KBITS for rung in rungs) + plain + 3 * _SOUND_KBITS
    return size + _PICTURES_BYTES + round(duration * kbits * 125)


def drawn(size: int, duration: float | None) -> int:
    """Bytes that a comparison draws from files of this size beside the files themselves: plain sound, small stills and
    key frames."""
    return size + round((duration or 0.0) * _DRAWN_BYTES_A_SECOND)


@dataclass(frozen=True)
class Rung:
    """One picture size of the ladder and what it may cost."""

    name: str
    width: int
    height: int
    fps: float
    crf: int
    cap_kbits: int


_LADDER = ((240, 12.5, 28, 100), (360, 12.5, 27, 200), (480, 25.0, 26, 450), (720, 25.0, 25, 1000))


def ladder(width: int, height: int, fps: float) -> list[Rung]:
    """The picture sizes to make from an upright picture with square pixels, smallest first, none larger than it."""
    short = min(width, height)
    sizes = [step for step in _LADDER if step[0] <= short] or [(_even(short), *_LADDER[0][1:])]
    return [
        Rung(f"{size}p", *_fit(width, height, size), min(fps, top_fps), crf, cap) for size, top_fps, crf, cap in sizes
    ]


def too_large(width: int, height: int) -> bool:
    """A picture no lesson needs and no small machine can hold in memory."""
    return max(width, height) > MAX_SIDE or width * height > MAX_PIXELS


def frame_rate(nominal: float, average: float) -> float:
    """The rate to work at: containers with millisecond clocks claim 1000 frames a second and mean their average."""
    for rate in (nominal, average):
        if 0.2 <= rate <= 61:
            return min(rate, 25.0)
    return 25.0


def size_name(name: str, width: int | None, height: int | None) -> str:
    """What people read: "480p"; a picture below the ladder is no size that anybody knows by one number."""
    odd = name.endswith("p") and name[:-1].isdigit() and int(name[:-1]) < _LADDER[0][0]
    return f"{width}\xa0×\xa0{height}" if odd else name


def download_rung(names: list[str]) -> str | None:
    """The picture size offered as one plain file: the best up to 360, else the smallest."""
    heights = sorted((int(name.removesuffix("p")), name) for name in names)
    fitting = [name for height, name in heights if height <= 360]
    return fitting[-1] if fitting else (heights[0][1] if heights else None)


def _fit(width: int, height: int, short: int) -> tuple[int, int]:
    scale = short / min(width, height)
    return _even(width * scale), _even(height * scale)


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


def cut_short(there: float, whole: float) -> bool:
    """Whether more than a moment is missing."""
    return whole - there > max(0.5, whole * 0.02)


def share(done: float, whole: float | None) -> float:
    """Part of the whole between 0 and 1, also when the whole is not known."""
    return min(1.0, max(0.0, done / whole)) if whole else 0.0


def carry(ranges: Iterable[Sequence[float]], pieces: Iterable[Sequence[float]] | None) -> list[tuple[float, float]]:
    """The passages of one version where they lie in another, sorted; what no piece [from_start, from_end, to_start]
    holds has no place there."""
    passages, carried = list(ranges), []
    for from_start, from_end, to_start in pieces or ():
        for start, end in passages:
            first, last = max(start, from_start), min(end, from_end)
            if first < last:
                carried.append((round(first - from_start + to_start, 3), round(last - from_start + to_start, 3)))
    return sorted(carried)
