"""CPU and memory of process trees, from /proc."""

import os
import re
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: list[int]) -> float:
    """User and system time of the processes and all their descendants, reaped children included."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, _tree(roots)) if fields) / TICK


def memory_mib(roots: list[int]) -> float:
    """Proportional memory of the processes and all their descendants."""
    total = 0
    for pid in _tree(roots):
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


def _tree(roots: list[int]) -> set[int]:
    parents = {int(p.name): _stat(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit()}
    found = {root for root in roots if root in parents}
    while True:
        more = {pid for pid, fields in parents.items() if fields and int(fields[1]) in found} - found
        if not more:
            return found
        found |= more


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
