"""Whether somebody still writes into a file that others gave us. One that is only half there may be quiet for long, for
the line of whoever sends it has stalled."""

import fcntl
import os
import signal
from pathlib import Path

_F_SETSIG = 10  # Linux; Python does not name it.


def look(file: Path) -> str:
    """What changes with every write: the same twice, and the bytes between were the same."""
    found = file.stat(follow_symlinks=False)
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


def busy(file: Path) -> bool:
    """Whether a program has it open for writing, as far as this machine can tell."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False  # It will be refused for what it is.
    try:
        return _refuses_a_lease(opened)
    finally:
        os.close(opened)


def _refuses_a_lease(opened: int) -> bool:
    """The kernel gives one only while nobody may write; where it gives none to us, we look for ourselves."""
    try:
        fcntl.fcntl(opened, _F_SETSIG, signal.SIGURG)  # Who opens it in this moment only waits; we must not be killed.
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except BlockingIOError:
        return True
    except (OSError, AttributeError):  # Somebody else's file, a file system without leases, another system.
        return _is_open_elsewhere(os.fstat(opened))


def _is_open_elsewhere(found: os.stat_result) -> bool:
    for place in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            other = place.stat()
            if (other.st_dev, other.st_ino) == (found.st_dev, found.st_ino):
                told = place.parent.with_name("fdinfo").joinpath(place.name).read_text().split("flags:")[1].split()[0]
                if int(told, 8) & os.O_ACCMODE != os.O_RDONLY:
                    return True
        except (OSError, IndexError, ValueError):  # It is gone, or another user's.
            continue
    return False
