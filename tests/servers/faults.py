"""A proxy in front of the S3 server that makes what goes wrong on the way: on purpose, and as often as told."""

import contextlib
import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

SLOW_DOWN = (
    b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>"
)
DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Keys were rotated.</Message></Error>"
_NOT_PASSED_ON = {"transfer-encoding", "connection", "content-length"}


class Faults:
    """What the proxy does to requests with this method: `times` of them, then no more."""

    def __init__(self, endpoint: str, target: str) -> None:
        self.endpoint, self.target = endpoint, target
        self.seen: list[str] = []
        self._plan: dict[str, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def plan(self, method: str, fault: str, times: int = 1_000_000) -> None:
        """`fault`: "slow down", "denied", "silence", "refuse"; of answers: "cut" in the middle, "flip" a bit,
        "other tag"."""
        self._plan[method] = (fault, times)

    def clear(self) -> None:
        self._plan.clear()
        self.seen.clear()

    def next(self, method: str, path: str) -> str:
        with self._lock:
            self.seen.append(f"{method} {path}")
            fault, times = self._plan.get(method, ("", 0))
            if not times:
                return ""
            self._plan[method] = (fault, times - 1)
            return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: ClassVar[Faults]

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.faults.next(self.command, self.path)
        if fault == "silence":
            time.sleep(1.5)
        if fault in ("silence", "refuse"):
            self.close_connection = True
            return
        if fault in ("slow down", "denied"):
            self._answer(
                503 if fault == "slow down" else 403, {}, SLOW_DOWN if fault == "slow down" else DENIED
            )
            return
        target = urlsplit(self.faults.target)
        connection = http.client.HTTPConnection(target.netloc, timeout=30)
        # The signature covers the name of the host that was asked: passed on as it came.
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
        connection.close()
        self._answer(answer.status, dict(answer.headers), content, fault=fault, length=length)

    def _answer(
        self,
        status: int,
        headers: dict[str, str],
        content: bytes,
        *,
        fault: str = "",
        length: str | None = None,
    ) -> None:
        if fault == "flip" and content:
            content = content[:-1] + bytes([content[-1] ^ 1])
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _NOT_PASSED_ON:
                other = fault == "other tag" and name.lower() == "etag"
                self.send_header(name, f'"{"0" * 32}"' if other else value)
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault == "cut":
            content, self.close_connection = content[: len(content) // 2], True
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that give up on a silent server are what is wanted."""


@contextlib.contextmanager
def before(target: str) -> Iterator[Faults]:
    """A proxy before the server at `target`; its own address is `endpoint`."""
    handler = type("Handler", (_Handler,), {})
    with _Server(("127.0.0.1", 0), handler) as server:
        faults = Faults(f"http://127.0.0.1:{server.server_port}", target)
        handler.faults = faults  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield faults
        finally:
            server.shutdown()
            thread.join()
