"""The body of a request as it comes, in blocks: never in memory as a whole, and cut when it comes too slowly.

A thread waits in `recv` while a body comes, and a sender of one byte a second would hold it for days. So a second
thread looks at the clock, and closes the connection's receiving side when no full block has come for too long; what
came before is there to be kept.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from socket import SHUT_RD, socket
from types import TracebackType

from django.db import connection
from django.http import HttpRequest, UnreadablePostError

SMALLEST = 16 << 10  # bytes that must have come before the time is up
LARGEST = 1 << 20
_QUICK, _SLOW = 0.05, 0.5  # seconds for a block: read more at once, or less


class CutOff(Exception):
    """The body ended before its announced length. `by_us`: it came too slowly, or somebody else waits."""

    def __init__(self, *, by_us: bool) -> None:
        super().__init__()
        self.by_us = by_us


class Body:
    """A body of known length: `with Body(request, …) as body: for block in body: …`. Raises CutOff after the last block.

    `watch` is called every `beat` seconds, in the other thread, with the seconds for which nothing came; True cuts.
    """

    def __init__(
        self,
        request: HttpRequest,
        length: int,
        *,
        patience: float,
        beat: float,
        watch: Callable[[float], bool],
    ) -> None:
        self._request = request
        self._left = length
        self._patience, self._beat, self._watch = patience, beat, watch
        self._waits_since: float | None = None  # a moment; none while what came is being kept
        self._done = threading.Event()
        self._cut = False
        self._watcher = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Body":
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._watcher.join()

    def __iter__(self) -> Iterator[bytes]:
        size = 4 * SMALLEST
        while self._left:
            wanted = min(size, self._left)
            self._waits_since = began = time.monotonic()
            block = self._read(wanted)
            took = time.monotonic() - began
            self._waits_since = None
            self._left -= len(block)
            if block:
                yield block
            if len(block) < wanted:
                raise CutOff(by_us=self._cut)
            if took < _QUICK:
                size = min(2 * size, LARGEST)
            elif took > _SLOW:
                size = SMALLEST

    def _read(self, size: int) -> bytes:
        try:
            return self._request.read(size)
        except (OSError, UnreadablePostError) as broken:
            raise CutOff(by_us=self._cut) from broken

    def _look(self) -> None:
        wait = min(self._beat, self._patience / 4)
        watched = time.monotonic()
        try:
            while not self._done.wait(wait):
                since = self._waits_since
                idle = 0.0 if since is None else time.monotonic() - since
                stop = idle > self._patience
                if time.monotonic() - watched >= self._beat:
                    watched = time.monotonic()
                    stop = self._watch(idle) or stop
                if stop:
                    self._cut = True
                    hang_up(self._request)
        finally:
            connection.close()


def hang_up(request: HttpRequest) -> None:
    """Read nothing more. The server would wait some seconds for the rest of what a slow sender has announced."""
    connected: socket | None = request.META.get("gunicorn.socket")
    if connected is not None:
        with contextlib.suppress(OSError):  # it is closed already
            connected.shutdown(SHUT_RD)


def discard(request: HttpRequest, *, most: int = 16 << 20, seconds: float = 5) -> None:
    """Read what is left of a refused body, if it comes quickly and is not too long: most bytes, in so many seconds.

    A connection that is closed while bytes are on their way is reset, and the answer, with the reason why, is lost.
    """
    announced = request.headers.get("Content-Length", "")
    length = int(announced) if announced.isascii() and announced.isdecimal() else 0
    if not length:
        return
    if length > most:
        hang_up(request)
        return
    over = time.monotonic() + seconds
    with (
        contextlib.suppress(CutOff),
        Body(request, length, patience=0.5, beat=0.25, watch=lambda _idle: time.monotonic() > over) as rest,
    ):
        for _block in rest:
            pass
