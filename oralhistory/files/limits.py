"""Sets limits on itself, then becomes the command: `python -I -S limits.py MEMORY CPU SIZE COMMAND …`.

A program of its own and not a function between fork and exec (`preexec_fn`), which may dead-lock in a worker
that has threads. Nothing but the standard library may be imported here.
"""

import os
import resource
import signal
import sys


def become(memory: int, cpu_seconds: int, file_size: int, command: list[str]) -> None:
    """Bytes of address space, seconds of processor, bytes of any one file."""
    if sys.platform == "linux":  # macOS refuses a limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The soft limit is a signal that says why; the hard one, a little later, cannot be caught.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    # Python ignores both, and what it becomes would inherit that.
    for name in (signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(name, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606  (no shell is the point)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
