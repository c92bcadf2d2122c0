"""The proxy: the system's nginx with `deploy/nginx.conf`, on loopback, in a folder of its own."""

import contextlib
import datetime
import grp
import ipaddress
import os
import pwd
import re
import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.process import Server, answers, free_port
from tests.servers.web import PROJECT

CONFIGURATION = PROJECT / "deploy" / "nginx.conf"


@dataclass(frozen=True)
class Proxy:
    port: int
    plain_port: int
    folder: Path
    server: Server

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """Who believes in its certificate."""
        return ssl.create_default_context(cafile=self.folder / "fullchain.pem")

    @property
    def said(self) -> str:
        """Whatever it has written down."""
        return "".join((self.folder / name).read_text() for name in ("access.log", "error.log", "log"))

    def bytes_written(self) -> int:
        """What its processes have put on a disk (Linux)."""
        main = self.server.process.pid
        workers = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        texts = [Path(f"/proc/{each}/io").read_text() for each in workers]
        return sum(int(re.findall(r"^write_bytes: (\d+)", text, re.MULTILINE)[0]) for text in texts)


def program() -> str | None:
    """Where the system has one; Debian puts it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def running(folder: Path, *, port: int, upstream: int, access: Path) -> Iterator[Proxy]:
    """Start it before a program on the port `upstream`, over a folder of access copies."""
    folder.mkdir()
    plain_port = free_port()
    certify(folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(rendered(CONFIGURATION.read_text(), folder, port, plain_port, upstream, access))
    server = Server(
        [program() or "nginx", "-c", configuration, "-g", "daemon off;"], log=folder / "log", cwd=folder
    )
    try:
        server.wait_until(lambda: answers(port) and answers(plain_port))
        yield Proxy(port, plain_port, folder, server)
    finally:
        server.stop()


def rendered(text: str, folder: Path, port: int, plain_port: int, upstream: int, access: Path) -> str:
    """The configuration with other paths, ports and names, and nothing else changed.

    Each of them must be there: what an operator changes by hand is there too.
    """
    changes = {
        r"/tmp/": f"{folder}/",  # noqa: S108
        r"/dev/stdout": f"{folder}/access.log",
        r"/dev/stderr": f"{folder}/error.log",
        r"/etc/nginx/tls/": f"{folder}/",
        r"/srv/access/": f"{access}/",
        r"/etc/nginx/mime\.types": str(mime_types()),
        r"web:8000": f"127.0.0.1:{upstream}",
        r"listen \[::\]:\d+[^;]*;": "",  # loopback may have no IPv6
        r"listen 8080\b": f"listen 127.0.0.1:{plain_port}",
        r"listen 8443\b": f"listen 127.0.0.1:{port}",
    }
    for old, new in changes.items():
        text, count = re.subn(old, new, text)
        if not count:
            raise ValueError(f"{old} is not in nginx.conf")
    if os.getuid() == 0:  # else its workers are nobody, who can read none of our folders
        me = pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name
        text = f"user {' '.join(me)};\n{text}"
    return text


def mime_types() -> Path:
    """Beside the configuration that nginx was built with, which is not everywhere /etc/nginx."""
    places = [
        Path(place, "mime.types")
        for place in ("/etc/nginx", "/usr/local/etc/nginx", "/opt/homebrew/etc/nginx")
    ]
    return next((place for place in places if place.exists()), places[0])


def certify(folder: Path) -> None:
    """A certificate for 127.0.0.1 that says so itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
