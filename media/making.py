"""What is known of a file while a recording is made of it: the work to do, and what came out. The only module that runs
ffmpeg."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from app.config import Config
from media import playlist
from media.probe import Source, guard
from media.processes import Limits, program, run
from media.rules import MAX_SECONDS, Rung, ladder, share

LISTENED, FIRST, LADDER = 0.02, 0.22, 0.97  # How much of the work is done after each run.
_BYTES_A_SECOND = 400_000
QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-y")

Heard = Callable[[float], None]


@dataclass(frozen=True)
class Made:
    """One rendition as it lies in the work folder."""

    name: str
    kind: str
    file: Path
    bytes: int
    peak: int
    average: int
    codecs: str
    weights: list[list[float]]
    rung: Rung | None = None
    track: playlist.Track | None = None
    download: Path | None = None
    download_bytes: int | None = None


@dataclass(frozen=True)
class Result:
    """What one run made of a file."""

    duration: float
    renditions: list[Made]
    others: list[Path]  # playlists, pictures

    @property
    def files(self) -> list[Path]:
        """All that is to be kept, each once."""
        plain = [made.download for made in self.renditions if made.download]
        return list(dict.fromkeys([*self.others, *(made.file for made in self.renditions), *plain]))


@dataclass(frozen=True)
class Share:
    """What one conversion may take of the machine; 0 threads: as many as ffmpeg likes."""

    threads: int = 0
    memory_bytes: int = Limits.memory_bytes
    nice: int = Limits.nice

    @classmethod
    def of(cls, config: Config) -> "Share":
        """As the settings say; the cores are shared by those that work at the same time."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        threads = config.ffmpeg_threads or max(1, cores // config.workers)
        return cls(threads, config.ffmpeg_memory_bytes, config.ffmpeg_nice)


@dataclass(frozen=True)
class Job:
    """One file on its way, and who hears how far it is."""

    source: Source
    file: Path
    work: Path
    tools: str = ""
    heard: Heard = lambda part: None
    share: Share = Share()

    @property
    def rungs(self) -> list[Rung]:
        """The picture sizes to make, smallest first."""
        picture = self.source.picture
        return ladder(picture.width, picture.height, picture.fps) if picture else []

    @property
    def limits(self) -> Limits:
        """Generous for slow machines; a file that lies about its length is bounded by its size."""
        seconds = min(MAX_SECONDS, max(self.source.duration, self.file.stat().st_size / 50_000))
        return Limits(
            seconds=300 + 15 * seconds,
            output_bytes=round(64 * 1024**2 + seconds * _BYTES_A_SECOND),
            memory_bytes=self.share.memory_bytes,
            nice=self.share.nice,
        )

    def opened(self) -> Any:
        """The file as an input of ffmpeg."""
        stop = {"t": self.source.stop} if self.source.stop else {}
        return ffmpeg.input(f"file:{self.file}", **guard(self.source.demuxer), **stop)

    def run(self, arguments: list[str], since: float, until: float) -> None:
        """Run ffmpeg over the whole length; this is the work from one part of the whole to another."""
        whole = self.source.duration

        def heard(seconds: float) -> None:
            self.heard(since + (until - since) * share(seconds, whole))

        run([program("ffmpeg", self.tools), *QUIET, *self._threads(arguments)], self.work, self.limits, clock(heard))

    def _threads(self, arguments: list[str]) -> list[str]:
        """Decoder, filters and encoders: ffmpeg counts each for itself."""
        if not self.share.threads:
            return arguments
        each = str(self.share.threads)
        filters = ["-filter_threads", each, "-filter_complex_threads", each]
        return [*filters, "-threads", each, *arguments[:-1], "-threads", each, arguments[-1]]

    def copy(self, origin: Path, target: Path, *only: str) -> Path:
        """Cut a plain file from one of ours."""
        arguments = [*opening(origin), "-c", "copy", *only, "-movflags", "+faststart", f"file:{target}"]
        run([program("ffmpeg", self.tools), *QUIET, *arguments], self.work, self.limits)
        return target


def opening(origin: Path) -> list[str]:
    """Options of ffmpeg for reading one of our own files."""
    return ["-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{origin}"]


def clock(heard: Heard) -> Callable[[str], None]:
    """Hear the seconds that ffmpeg has reached, from the lines of its progress."""
    at = 0.0

    def line(text: str) -> None:
        nonlocal at
        if text.startswith("out_time=") and text[9:10].isdigit():
            hours, minutes, seconds = text.removeprefix("out_time=").split(":")
            at = max(at, int(hours) * 3600 + int(minutes) * 60 + float(seconds))
        heard(at)

    return line
