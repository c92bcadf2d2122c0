"""nginx as `deploy/nginx.conf` sets it up, before the real program with the settings of production."""

import contextlib
import hashlib
import http.client
import re
import socket
import sys
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from oralhistory.intake import arrivals
from oralhistory.intake.models import Arrival
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.files import keeping
from tests.intake.sender import PIECE, Answer, Sender
from tests.reading_room import pages
from tests.servers import nginx, processes, web
from tests.servers.process import free_port

pytestmark = pytest.mark.skipif(
    nginx.program() is None, reason="There is no nginx here (on Debian: apt install nginx-light)."
)
MIB = 1 << 20
SOUND = "/testimonies/testimony000/sound"
ONCE_AND_ALWAYS = {
    "content-security-policy", "referrer-policy", "strict-transport-security", "x-content-type-options",
}  # fmt: skip


@dataclass
class Proxied:
    """The proxy, the program behind it, and the folder where both have what is theirs."""

    folder: Path
    proxy: nginx.Proxy
    program: web.Web

    def visitor(self, user=None) -> Sender:
        return Sender(self.proxy.address, user, trust=self.proxy.trust)

    def get(self, path, **headers) -> Answer:
        return self.visitor().ask("GET", path, {key.replace("_", "-"): each for key, each in headers.items()})


@pytest.fixture(scope="module")
def running(django_db_setup, redis_url, tmp_path_factory):
    """Started once for all tests here: the database is emptied under it, as it is under any."""
    folder = tmp_path_factory.mktemp("proxied")
    port = free_port()
    environment = {
        **processes.environment(folder, redis_url), **web.PRODUCTION, "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"https://127.0.0.1:{port}", "ACCEL_REDIRECT": "/internal/access/",
    }  # fmt: skip
    with (
        web.restartable(environment, folder) as program,
        nginx.running(folder / "proxy", port=port, upstream=program.port, access=folder / "access") as proxy,
    ):
        yield Proxied(folder, proxy, program)


@pytest.fixture
def proxied(running, transactional_db, settings):
    settings.SECRET_KEY = web.PRODUCTION["SECRET_KEY"]  # it is part of what proves a session
    for name in ("masters", "access"):
        keeping.use(settings, name, keeping.in_folder(running.folder / name))
    return running


@pytest.fixture
def edition(proxied):
    """A public testimony."""
    keeping.storages["access"].delete("audio/elena.m4a")
    return pages.archive()[0]


@pytest.fixture
def world(proxied):
    return worlds.build()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_pages_files_and_sound_carry_every_header_once_on_one_connection(proxied, edition, encoding):
    with contextlib.closing(proxied.visitor().connect()) as connection:
        connection.request("GET", "/")
        front = connection.getresponse().read().decode()
        line = connection.sock
        style = front.partition('rel="stylesheet" href="')[2].partition('"')[0]
        for path, status in (("/", 200), ("/en/", 200), (style, 200), ("/nothing/", 404), (SOUND, 200)):
            # What a stranger says of the way here is not believed.
            headers = {"Accept-Encoding": encoding, "X-Forwarded-Proto": "http"}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            names = [name.lower() for name, _value in answer.getheaders() if name != "Vary"]
            varies = answer.headers.get_all("Vary", [])

            assert answer.status == status
            assert len(names) == len(set(names)), path
            assert len(varies) == len(set(varies)), path
            assert set(names) >= ONCE_AND_ALWAYS, path
            assert ("Accept-Encoding" in varies) == (path != SOUND), path
            if answer.status == 200 and path != SOUND:
                assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert connection.sock is line


def test_without_tls_there_is_only_the_way_to_it(proxied):
    answer = Sender(f"http://127.0.0.1:{proxied.proxy.plain_port}", None).ask("GET", "/en/search/")

    assert answer.status == 308
    assert answer["Location"] == "https://127.0.0.1/en/search/"


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=100-199", 206, 100, 200), ("bytes=-10", 206, 2038, 2048), ("bytes=2000-", 206, 2000, 2048),
        ("bytes=5-2", 416, 0, 0), ("bytes=2048-", 416, 0, 0), ("", 200, 0, 2048),
    ],
)  # fmt: skip
def test_sound_is_sent_by_ranges(proxied, edition, asked, status, start, end):
    answer = proxied.get(SOUND, Range=asked)

    assert answer.status == status
    if status != 416:
        assert answer.body == pages.SOUND[start:end]
        assert answer["Content-Type"] == "audio/mp4"
    if status == 206:
        assert answer["Content-Range"] == f"bytes {start}-{end - 1}/2048"


def test_sound_that_is_here_is_not_sent_again_and_sound_that_is_lost_is_said_to_be(proxied, edition):
    tag = proxied.get(SOUND)["ETag"]
    assert proxied.get(SOUND, If_None_Match=tag).status == 304
    assert proxied.get(SOUND, If_Range=tag, Range="bytes=0-9").status == 206
    (proxied.folder / "access" / "audio" / "elena.m4a").unlink()

    answer = proxied.get(SOUND)

    assert (answer.status, answer["Retry-After"]) == (503, "3600")
    assert answer["Content-Type"].startswith("text/plain")


def test_nothing_that_is_stored_has_an_address_of_its_own(proxied, edition):
    master = keeping.keep(b"master" * 100)
    keys = {"access/audio/elena.m4a", f"masters/{master.key}"}
    assert all((proxied.folder / key).is_file() for key in keys)
    before = [
        "/internal/", "//internal/", "/internal/./", "/%69nternal/", "/INTERNAL/", "/static/../internal/",
        "/internal/access/../../", "/internal/access/%2e%2e/%2e%2e/", "/internal/access/..%2f..%2f",
        "/internal/access/..//../", "/internal/access../", "/static/../../", "/static/..%2f..%2f",
        "/static/%2e%2e/%2e%2e/", "/", "/media/", f"{SOUND}/../../../", "/en/internal/",
        f"/static{proxied.folder}/", f"//{proxied.folder}/",
    ]  # fmt: skip

    for prefix in before:
        for key in keys:
            answer = proxied.get(prefix + key, X_Accel_Redirect=f"/internal/{key}")
            assert answer.status in (400, 404), prefix + key
            assert master.key not in answer.text
            assert b"master" * 2 not in answer.body


def test_a_file_in_pieces_is_not_held_on_its_way_and_goes_on_after_a_cut(proxied, world, tmp_path):
    content = worlds.sound(tmp_path).read_bytes() + np.random.default_rng(5).bytes(24 * MIB)
    sender, before = proxied.visitor(world.interviewer), proxied.proxy.bytes_written()
    url = begin(sender, world, len(content), sha256=hashlib.sha256(content).hexdigest())
    assert url.startswith(proxied.proxy.address)

    with sending(proxied, sender, url, content, until=11 * MIB + 12_345):
        wait_for(lambda: offset(sender, url) >= 8 * MIB)  # while it comes
    wait_for(lambda: offset(sender, url) == 11 * MIB + 12_345)
    kept = offset(sender, url)
    wait_for(lambda: sender.patch(url, kept, content[kept:]).status == 204)

    master = arrivals.take_in(Arrival.objects.get(), at=timezone.now()).master
    assert master.sha256 == hashlib.sha256(content).hexdigest()
    if sys.platform == "linux":
        assert proxied.proxy.bytes_written() - before < MIB


def begin(sender, world, size, **metadata):
    interview = worlds.draft(world)
    return sender.begin(reverse("workroom:arrivals", args=[interview.public_id]), size, **metadata)[
        "Location"
    ]


def offset(sender, url):
    return int(sender.tus("HEAD", url)["Upload-Offset"])


@contextlib.contextmanager
def sending(proxied, sender, url, content, *, until):
    """A line on which all of the file was announced; it breaks at the end of the block."""
    headers = {
        "Host": f"127.0.0.1:{proxied.proxy.port}", "Tus-Resumable": "1.0.0", "Content-Type": PIECE, "Upload-Offset": 0,
        "Content-Length": len(content), **sender.credentials,
    }  # fmt: skip
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line = socket.create_connection(("127.0.0.1", proxied.proxy.port), timeout=30)
    with proxied.proxy.trust.wrap_socket(line, server_hostname="127.0.0.1") as connection:
        connection.sendall(f"PATCH {urllib.parse.urlsplit(url).path} HTTP/1.1\r\n{text}\r\n".encode())
        connection.sendall(content[:until])
        yield connection


def wait_for(ready, seconds=20):
    give_up_at = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_a_recording_in_one_form_is_taken_from_staff_and_no_byte_of_it_from_strangers(
    proxied, world, tmp_path
):
    interview = worlds.draft(world)
    address = reverse("workroom:upload", args=[interview.public_id])
    content = worlds.sound(tmp_path).read_bytes() + np.random.default_rng(6).bytes(12 * MIB)
    form, headers = multipart(content)
    stranger, before = proxied.visitor(), proxied.proxy.bytes_written()

    refused = [
        stranger.ask("POST", address, headers, form), stranger.ask("POST", "/", headers, form),
        stranger.ask("POST", "/en/workroom/", headers, form),
    ]  # fmt: skip
    taken = proxied.visitor(world.interviewer).ask("POST", address, headers, form)

    assert [answer.status for answer in refused] == [302, 413, 413]
    assert refused[0]["Location"] == reverse("account_login")
    assert refused[2].text == "That is more than this address takes."
    assert taken.status == 302
    assert taken["Location"] == reverse("workroom:interview", args=[interview.public_id])
    assert Recording.objects.get().master.size == len(content)
    if sys.platform == "linux":
        assert proxied.proxy.bytes_written() - before < MIB


def multipart(content):
    token = f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{"n" * 32}\r\n'
    file = '--edge\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n\r\n'
    body = token.encode() + file.encode() + content + b"\r\n--edge--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=edge"}


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no second address on loopback.")
def test_guesses_are_counted_by_the_address_that_the_proxy_has_seen(proxied):
    def guess(address):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", proxied.proxy.port, context=proxied.proxy.trust, source_address=(address, 0)
        )
        headers = {
            "Origin": proxied.proxy.address, "Cookie": f"__Host-csrf={'n' * 32}", "X-CSRFToken": "n" * 32,
            "X-Forwarded-For": "127.0.0.7", "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        with contextlib.closing(connection):
            connection.request(
                "POST", "/accounts/password/reset/", f"email={time.monotonic()}%40x.org", headers
            )
            return connection.getresponse().status

    guesser = [guess("127.0.0.2") for _each in range(22)]

    assert guesser[0] == 302
    assert guesser[-1] == 429
    assert guess("127.0.0.3") == 302


SECRETS = [
    f"/search/?q={worlds.CANARY}", f"/en/narrator/{worlds.CANARY}/testimony/",
    f"/accounts/password/reset/key/1-{worlds.CANARY}/",
]  # fmt: skip


def test_a_program_that_does_not_answer_is_said_to_be_silent_and_a_file_waits_for_it(proxied, world):
    sender, content, before = proxied.visitor(world.interviewer), bytes(20 * MIB), len(proxied.proxy.said)
    url = begin(sender, world, len(content))
    with sending(proxied, sender, url, content, until=10 * MIB) as line:
        wait_for(lambda: offset(sender, url) >= 8 * MIB)
        proxied.program.kill()
        said = line.recv(4000).decode()
    pages_in_three_languages = [proxied.get(path) for path in ("/", "/en/", "/pt/search/")]
    others = [sender.tus("HEAD", url), *(proxied.get(path) for path in SECRETS)]
    proxied.program.start()

    assert said.startswith("HTTP/1.1 503 ")
    assert "Retry-After: 5\r\n" in said
    assert {
        (each.status, each["Retry-After"], each["Content-Type"]) for each in pages_in_three_languages + others
    } == {(503, "5", "text/plain; charset=utf-8")}
    assert [each.text[:7] for each in pages_in_three_languages] == ["El arch", "The arc", "O arqui"]
    assert offset(sender, url) >= 8 * MIB
    wait_for(lambda: len(re.findall(r" 503 502[, 0-9]* ", proxied.proxy.said[before:])) == 8)
    written = proxied.proxy.said[before:]
    assert worlds.CANARY not in written
    assert "127.0.0" not in written


def test_nobody_who_reads_the_log_learns_who_read_what(proxied):
    before = len(proxied.proxy.said)

    for address in SECRETS:
        proxied.get(address, User_Agent=worlds.CANARY, Referer=f"https://127.0.0.1/?q={worlds.CANARY}")
    # nginx has a word to say of every large form.
    proxied.visitor().ask("POST", SECRETS[1], {}, bytes(3 * MIB))
    wait_for(lambda: proxied.proxy.said[before:].count("/en/narrator/* ") == 2)

    written = proxied.proxy.said[before:]
    assert worlds.CANARY not in written
    assert "127.0.0" not in written
