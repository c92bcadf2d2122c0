"""A mail server on a port of its own: it takes letters, or refuses, or is not there."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message


@dataclass
class Post:
    """What came, and what it answers to an address: 250 takes it."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    answer: int = 250


class _Handler(socketserver.StreamRequestHandler):
    post: Post

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            command = line.upper().split(":")[0].split()[0]
            if command == "RCPT":
                self._say(f"{self.post.answer} said")
            elif command == "DATA":
                self._say("354 go on")
                self.post.letters.append(message_from_string(self._data()))
                self._say("250 kept")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running(post: Post) -> Iterator[Post]:
    """Up, at the port that it had the last time."""
    handler = type("Handler", (_Handler,), {"post": post})
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", post.port), handler) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
