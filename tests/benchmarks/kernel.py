"""What the kernel says of processes (Linux): processor time and memory, of them and of all that they started."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def most_memory(process: int | str = "self") -> int:
    """Bytes that a process ever had in memory at once; 0 if it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(found[0]) * 1024 if found else 0


def resident() -> float:
    """The memory that this process holds now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def processor(process: int) -> float:
    """Seconds of processor of everything that a process has started, directly or not, also of what has ended."""
    return sum(_seconds(each) for each in started_by(process))


def ran(process: int) -> float:
    """Seconds of processor of one process, more finely than ticks of a hundredth."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def started_by(process: int) -> Iterator[int]:
    """Those that are there now, at any depth."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = {process}
    while True:
        more = {each for each, parent in parents.items() if parent in found} - found
        if not more:
            return
        yield from more
        found |= more


def _parent(path: Path) -> int:
    fields = _fields(path)
    return int(fields[1]) if fields else 0


def _seconds(process: int) -> float:
    fields = _fields(Path(f"/proc/{process}"))
    return TICK * sum(int(field) for field in fields[11:15])  # its own, and of those that it has buried


def _fields(path: Path) -> list[str]:
    """Of `stat`, from the third on: the second is a name that may hold anything."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
