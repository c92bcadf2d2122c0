"""Sending to the real web server: cut lines, killed servers, slow senders, many at once, and a client of others."""

import contextlib
import hashlib
import io
import re
import select
import socket
import sys
import threading
import time
import urllib.parse
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from tusclient.client import TusClient

from oralhistory.files import growing
from oralhistory.intake import arrivals
from oralhistory.intake.models import Arrival
from tests import world as worlds
from tests.intake.sender import PIECE, Sender
from tests.servers import web
from tests.servers.process import Server, answers, free_port

MIB = 1 << 20
CHUNK = 8 * MIB
ONE_BYTE_A_SECOND = 50


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def sound(tmp_path):
    """A recording of some 20 MB, of which no two blocks are alike."""
    return worlds.sound(tmp_path).read_bytes() + np.random.default_rng(3).bytes(20 * MIB)


class Site:
    """A web server that can be killed and started again at the same address, and one who sends to it."""

    def __init__(self, environment, folder, world, **settings):
        self.environment = {**environment, **settings}
        self.folder, self.port, self.lines = folder, free_port(), contextlib.ExitStack()
        self.address = f"http://127.0.0.1:{self.port}"
        self.interview = worlds.draft(world)
        self.sender = Sender(self.address, world.interviewer)
        self.collection = self.address + reverse("workroom:arrivals", args=[self.interview.public_id])
        self.start()

    def start(self):
        arguments = ["gunicorn", "oralhistory.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1"]
        self.server = Server(
            [
                Path(sys.executable).with_name("gunicorn"),
                *arguments[1:],
                "--threads",
                "8",
                "--no-control-socket",
            ],
            log=self.folder / "site.log",
            cwd=web.PROJECT,
            env={**self.environment, "SITE_URL": self.address},
        )
        self.server.wait_until(lambda: answers(self.port))

    def peak_memory(self) -> int:
        """Bytes that its worker has ever had in memory at once (Linux)."""
        children = Path(
            f"/proc/{self.server.process.pid}/task/{self.server.process.pid}/children"
        ).read_text()
        status = Path(f"/proc/{children.split()[0]}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def begin(self, size, **metadata):
        answer = self.sender.begin(self.collection, size, **metadata)
        assert answer.status == 201, answer.text
        return answer["Location"]

    def offset(self, url) -> int:
        return int(self.sender.tus("HEAD", url)["Upload-Offset"])

    def line(self, url, offset, length) -> socket.socket:
        """A connection on which a piece was announced; the piece itself is to be sent."""
        headers = {
            "Host": f"127.0.0.1:{self.port}", "Tus-Resumable": "1.0.0", "Content-Type": PIECE, "Upload-Offset": offset,
            "Content-Length": length, **self.sender.credentials,
        }  # fmt: skip
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.lines.callback(connection.close)
        connection.sendall(f"PATCH {urllib.parse.urlsplit(url).path} HTTP/1.1\r\n{text}\r\n".encode())
        return connection

    def resume(self, url, content) -> int:
        """Send what is missing as soon as it is taken; returns from which byte on."""
        give_up_at = time.monotonic() + 30
        while time.monotonic() < give_up_at:
            with contextlib.suppress(ConnectionError):  # the old server's last breath
                offset = self.offset(url)
                answer = self.sender.patch(url, offset, content[offset : offset + CHUNK])
                if answer.status == 204:
                    break
            time.sleep(0.2)
        for at in range(offset + CHUNK, len(content), CHUNK):
            assert self.sender.patch(url, at, content[at : at + CHUNK]).status == 204
        return offset


@pytest.fixture
def site(world, environment, tmp_path):
    with contextlib.ExitStack() as stack:

        def start(**settings):
            started = Site(environment, tmp_path, world, **settings)
            stack.callback(lambda: started.server.kill())
            stack.enter_context(started.lines)
            return started

        yield start


def wait_for(ready, seconds=20):
    give_up_at = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    return found


def taken_in(url):
    arrival = Arrival.objects.get(code=url.rpartition("/")[2])
    return arrivals.take_in(arrival, at=timezone.now()).master


def sent_until_killed(here, url, sound, sent=19 * MIB):
    """The server is killed in the middle of one request for the whole file, and started again."""
    line = here.line(url, 0, len(sound))
    line.sendall(sound[:sent])
    wait_for(lambda: here.offset(url) >= 2 * CHUNK)
    here.server.kill()
    line.close()
    wait_for(lambda: not answers(here.port))
    here.start()
    return sent


def test_d11_a_killed_server_costs_a_client_of_others_one_chunk_at_most(site, sound):
    here = site()
    url = here.begin(len(sound), sha256=hashlib.sha256(sound).hexdigest())
    sent = sent_until_killed(here, url, sound)

    client = TusClient(here.collection, headers=here.sender.credentials)
    uploader = client.uploader(
        file_stream=io.BytesIO(sound), chunk_size=CHUNK, url=url, retries=60, retry_delay=0.5
    )
    resumed_at = uploader.offset
    uploader.upload()

    assert sent - resumed_at <= CHUNK
    assert taken_in(url).sha256 == hashlib.sha256(sound).hexdigest()


def test_d11_what_came_before_a_line_broke_is_kept_and_a_dead_line_gives_way(site, sound):
    here = site()
    url, kept = here.begin(len(sound)), 0
    for percent in (1, 25, 50, 99):
        line, cut = here.line(url, kept, len(sound) - kept), len(sound) * percent // 100
        line.sendall(sound[kept:cut])
        line.close()
        wait_for(lambda cut=cut: here.offset(url) == cut)
        kept = cut

    # A lid is closed: nothing comes any more, and the server is not told.
    dead = here.line(url, kept, len(sound) - kept)
    dead.sendall(sound[kept : kept + 1000])
    time.sleep(0.5)
    assert here.sender.patch(url, kept, b"x").status == 423
    resumed_at = here.resume(url, sound)

    assert resumed_at == kept + 1000
    assert b" 503 " in dead.recv(100)
    assert taken_in(url).sha256 == hashlib.sha256(sound).hexdigest()


def test_a_stranger_who_sends_a_form_reads_where_to_log_in(site):
    here = site()
    form = reverse("workroom:upload", args=[here.interview.public_id])

    answer = Sender(here.address, None).ask("POST", form, {"Content-Type": PIECE}, bytes(12 * MIB))

    assert answer.status == 302
    assert answer["Location"] == reverse("account_login")


def test_u18_u20_slow_senders_are_cut_and_others_served_and_memory_stays_flat(site):
    here = site(UPLOAD_STALL_SECONDS="4", UPLOAD_MOST_OPEN="60")
    page = here.address + "/"
    reader = Sender(here.address, None)
    urls = [here.begin(100_000) for _each in range(ONE_BYTE_A_SECOND)]
    usual = _times(reader, page, 20)
    before = here.peak_memory()

    lines = [here.line(url, 0, 100_000) for url in urls]
    with trickling(lines):
        taken = 4  # all others are sent away at once
        wait_for(lambda: len(select.select(lines, [], [], 0)[0]) >= ONE_BYTE_A_SECOND - taken)
        meanwhile = _times(reader, page, 20)
        first_words = [line.recv(12) for line in lines]

    assert set(first_words) == {b"HTTP/1.1 503"}
    # Without a limit and a time for bodies, no thread would be left to answer within those seconds.
    assert sorted(meanwhile)[18] <= 2 * sorted(usual)[18] + 0.5
    content = bytes(64 * MIB)
    url = here.begin(len(content))
    whole = here.line(url, 0, len(content))
    whole.sendall(content)
    assert whole.recv(12) == b"HTTP/1.1 204"
    assert here.peak_memory() - before <= 50 * MIB


def _times(reader, page, number):
    times = []
    for _each in range(number):
        began = time.monotonic()
        assert reader.ask("GET", page).status == 200
        times.append(time.monotonic() - began)
    return times


@contextlib.contextmanager
def trickling(lines):
    """A byte now and then on each of them."""
    stop = threading.Event()

    def trickle():
        while not stop.wait(0.3):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.send(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_in_s3_a_killed_server_costs_one_chunk_at_most(site, sound, s3, settings):
    """The same, and the file goes to S3 in parts while it comes."""
    bucket = s3.make_bucket(f"arrivals-{abs(hash(settings.DATABASES['default']['ENGINE'])) % 10**8}")
    account = {"S3_ACCESS_KEY_ID": s3.access_key, "S3_SECRET_ACCESS_KEY": s3.secret_key}
    here = site(MASTERS_STORAGE=bucket, **account)
    url = here.begin(len(sound), sha256=hashlib.sha256(sound).hexdigest())
    sent = sent_until_killed(here, url, sound)
    resumed_at = here.resume(url, sound)

    assert sent - resumed_at <= CHUNK
    options = {
        "bucket_name": urllib.parse.urlsplit(bucket).netloc, "location": "", "endpoint_url": s3.endpoint,
        "region_name": "us-east-1", "access_key": s3.access_key, "secret_key": s3.secret_key,
        "file_overwrite": False, "default_acl": None, "addressing_style": "path",
    }  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "masters": {"BACKEND": "oralhistory.files.s3.S3Storage", "OPTIONS": options},
    }
    assert taken_in(url).sha256 == hashlib.sha256(sound).hexdigest()
    assert growing.clear("masters", set(), before=timezone.now() + timedelta(days=1)) == 0
