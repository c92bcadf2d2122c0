"""What a program in the sandbox may ask of the kernel, as a filter that bubblewrap loads: `bwrap --seccomp`.

It may have threads and no second process: no fork bomb, and the limits, which hold for a process, hold for all
of it. A limit of processes (RLIMIT_NPROC) would not do: it does not hold for root, and it counts what else the
user runs. Memory that no limit counts, and doors into the kernel that no decoder needs, are closed too.
"""

import errno
import platform
import struct

_CLONE_THREAD = 0x10000
_X32 = 0x40000000  # x86-64 has a second table of calls that starts here

# Calls by machine, from the kernel's tables: audit architecture, clone, clone3, all that is refused.
_MACHINES = {
    "x86_64": (0xC000003E, 56, 435, {
        "fork": 57, "vfork": 58, "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "unshare": 272, "setns": 308,
        "mount": 165, "ptrace": 101, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
        "add_key": 248, "request_key": 249, "keyctl": 250,
    }),
    "aarch64": (0xC00000B7, 220, 435, {
        "memfd_create": 279, "memfd_secret": 447, "shmget": 194, "unshare": 97, "setns": 268,
        "mount": 40, "ptrace": 117, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
        "add_key": 217, "request_key": 218, "keyctl": 219,
    }),
}  # fmt: skip

# Classic BPF, as in linux/filter.h and linux/seccomp.h.
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # places in struct seccomp_data, little-endian


def filter_program() -> bytes | None:
    """The filter for this machine; None where we know none (the probe then finds that a program can fork)."""
    if platform.machine() not in _MACHINES:
        return None
    architecture, clone, clone3, refused = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
        # Its flags lie in memory, where a filter cannot look. Told that it does not exist, libc uses clone.
        (_EQUAL, 0, 1, clone3),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for number in refused.values():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    steps += [
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_HAS_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
