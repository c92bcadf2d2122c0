"""How long it takes to send a file over loopback until it is verified and stored, and how much memory that takes.

    python -m tests.benchmarks.uploads [--gib 1] [--turns 3]

A file of random bytes behind the header of a WAV is sent in pieces of 8 MiB to the real web server (gunicorn, one
process, eight threads, SQLite, a folder), then taken in by another process: read back, compared with the sender's
SHA-256, made a master. Beside it, turn by turn: `cp` and `sha256sum` of the same file. The file is in memory for both;
what we write is on the disk before it is acknowledged, what `cp` writes is not. The median of the ratios counts.
Memory is VmHWM, what a process ever had at once, with the program itself.

Then the server is killed at random moments in the middle of one request for a whole file of 64 MiB, and what has to be
sent again is counted.
"""

import argparse
import base64
import contextlib
import hashlib
import http.client
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.kernel import most_memory
from tests.servers.process import Server, answers, free_port

PROJECT = Path(__file__).resolve().parents[2]
MIB = 1 << 20
PIECE = 8 * MIB
CUTS = 5
TOKEN = "n" * 32


@dataclass
class Turn:
    """Seconds, and bytes of memory."""

    copied: float
    summed: float
    sent: float
    taken_in: float
    web_memory: int
    worker_memory: int

    @property
    def ratio(self) -> float:
        return (self.sent + self.taken_in) / (self.copied + self.summed)


class Site:
    """The archive in a folder of its own, and somebody who has logged in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "oralhistory.settings",
            "UPLOAD_QUOTA_BYTES": str(1 << 50), "SITE_URL": f"http://127.0.0.1:{self.port}",
        }  # fmt: skip
        self.collection, session = self.run("prepare").split()
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "tests.benchmarks.upload_process", *arguments]
        return subprocess.run(
            command, cwd=PROJECT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        options = [f"--bind=127.0.0.1:{self.port}", "--workers=1", "--threads=8", "--no-control-socket"]
        server = Server(
            [sys.executable, "-m", "gunicorn", "oralhistory.wsgi", *options],
            log=self.folder / "web.log", cwd=PROJECT, env=self.environment,
        )  # fmt: skip
        try:
            server.wait_until(lambda: answers(self.port))
            yield server
        finally:
            server.kill()
            while answers(self.port):  # the worker's last breath
                time.sleep(0.05)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes = b"",
        **headers: object,
    ) -> http.client.HTTPMessage:
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        connection.request(method, path, body, {**self.headers, **named})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201, 204):
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return answer.headers

    def begin(self, size: int, sha256: str) -> str:
        """Returns the path of a new arrival."""
        said = f"sha256 {base64.b64encode(sha256.encode()).decode()}"
        with contextlib.closing(self.connect()) as connection:
            answer = self.ask(connection, "POST", self.collection, Upload_Length=size, Upload_Metadata=said)
        return answer["Location"].partition(f":{self.port}")[2]

    def send(self, file: Path, path: str, offset: int = 0) -> None:
        with file.open("rb") as stream, contextlib.closing(self.connect()) as connection:
            stream.seek(offset)
            while piece := stream.read(PIECE):
                self.ask(connection, "PATCH", path, piece, Upload_Offset=offset)
                offset += len(piece)

    def offset(self, path: str) -> int:
        with contextlib.closing(self.connect()) as connection:
            return int(self.ask(connection, "HEAD", path)["Upload-Offset"])


def one_turn(site: Site, file: Path, sha256: str) -> Turn:
    copy = file.with_suffix(".copy")
    copied = _seconds("cp", file, copy)
    summed = _seconds("sha256sum", copy)
    copy.unlink()
    os.sync()
    with site.running() as server:
        path = site.begin(file.stat().st_size, sha256)
        began = time.perf_counter()
        site.send(file, path)
        sent = time.perf_counter() - began
        worker = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
        web_memory = most_memory(worker)
    found, taken_in, memory = site.run("take", path.rpartition("/")[2]).split()
    if found != sha256:
        raise SystemExit("The master is not what was sent.")
    return Turn(copied, summed, sent, float(taken_in), web_memory, int(memory))


def _seconds(*command: str | Path) -> float:
    began = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def one_cut(site: Site, file: Path, sha256: str, draw: random.Random) -> tuple[int, int]:
    """How many bytes had been sent when the server was killed, and how many of them had to be sent again."""
    size = file.stat().st_size
    with site.running() as server:
        path = site.begin(size, sha256)
        named = {**site.headers, "Host": f"127.0.0.1:{site.port}", "Upload-Offset": 0, "Content-Length": size}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        with socket.create_connection(("127.0.0.1", site.port)) as line, file.open("rb") as stream:
            line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode())
            sent, wanted = 0, draw.randrange(size // 20, size)
            while sent < wanted:
                line.sendall(block := stream.read(min(64 * 1024, wanted - sent)))
                sent += len(block)
            time.sleep(draw.random() / 10)
            server.kill()
    with site.running():
        offset = site.offset(path)
        time.sleep(7)  # the lease of the one that was killed
        site.send(file, path, offset)
    if site.run("take", path.rpartition("/")[2]).split()[0] != sha256:
        raise SystemExit("The master is not what was sent.")
    return sent, max(0, sent - offset)


def recording(path: Path, size: int, seed: int) -> str:
    """A WAV of that many bytes, no two of them alike; returns its SHA-256."""
    header = b"RIFF" + struct.pack("<I", min(size - 8, 0xFFFFFFFF)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 2, 48_000, 192_000, 4, 16
    )  # fmt: skip
    header += b"data" + struct.pack("<I", min(size - len(header) - 8, 0xFFFFFFFF))
    sha256, draw = hashlib.sha256(header), random.Random(seed)
    with path.open("wb") as out:
        out.write(header)
        left = size - len(header)
        while left:
            block = draw.randbytes(min(MIB, left))
            sha256.update(block)
            out.write(block)
            left -= len(block)
    return sha256.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gib", type=float, default=1)
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="archive-bench-") as name:
        folder = Path(name)
        site = Site(folder)
        turns = []
        for seed in range(chosen.turns):
            file = folder / f"{seed}.wav"
            sha256 = recording(file, int(chosen.gib * (1 << 30)), seed)
            turns.append(one_turn(site, file, sha256))
            file.unlink()
        show(turns, chosen.gib)
        show_cuts(site, folder)


def show(turns: list[Turn], gib: float) -> None:
    say(f"{gib:g} GiB over loopback, seconds\n")
    say("| turn | cp | sha256sum | sent | verified and stored | ratio | web, MB | taking in, MB |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for number, turn in enumerate(turns, start=1):
        seconds = f"{turn.copied:.2f} | {turn.summed:.2f} | {turn.sent:.2f} | {turn.taken_in:.2f}"
        memory = f"{turn.web_memory / 1e6:.0f} | {turn.worker_memory / 1e6:.0f}"
        say(f"| {number} | {seconds} | {turn.ratio:.2f} | {memory} |")
    say(f"\nMedian of the ratios: {statistics.median(turn.ratio for turn in turns):.2f} (aim: 2.5)")
    most = max(max(turn.web_memory, turn.worker_memory) for turn in turns)
    say(f"Most memory: {most / 1e6:.0f} MB (aim: 150)\n")


def show_cuts(site: Site, folder: Path) -> None:
    file, draw = folder / "cut.wav", random.Random(1979)
    say("| sent when the server was killed, MiB | sent again, MiB |\n| --- | --- |")
    for seed in range(CUTS):
        sent, again = one_cut(site, file, recording(file, 64 * MIB, 1000 + seed), draw)
        say(f"| {sent / MIB:.1f} | {again / MIB:.1f} |")
    say("\n(aim: one chunk of 8 MiB at most)")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
