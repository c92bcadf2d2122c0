"""What operators read agrees with what the program reads."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = (PROJECT / "oralhistory" / "settings.py").read_text()
NGINX = (PROJECT / "deploy" / "nginx.conf").read_text()
EXAMPLE = (PROJECT / "deploy" / ".env.example").read_text()

READ = set(
    re.findall(r'(?:env\.\w+|_secret|_choice|_storage|environ\.setdefault)\(\s*"([A-Z0-9_]+)"', SETTINGS)
)


@pytest.mark.parametrize("name", sorted(READ))
def test_every_setting_that_the_program_reads_is_explained(name):
    assert re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE), f"{name} is not in deploy/.env.example"


def test_the_proxy_says_of_a_file_what_the_program_says_of_it():
    """nginx drops most headers of an answer that it is told to take from a folder."""
    (inner,) = re.findall(r"location /internal/access/ \{(.*?)\}", NGINX, re.DOTALL)

    said = dict(re.findall(r"add_header (\S+) \$upstream_http_(\w+) always;", inner))

    assert said == {name: name.lower().replace("-", "_") for name in said}
    assert set(said) == {
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
        "Content-Security-Policy",
        "Cross-Origin-Resource-Policy",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "X-Robots-Tag",
    }


def test_compose_has_one_worker_per_queue_and_one_beat():
    services = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text())["services"]
    commands = [service.get("command", []) for service in services.values()]

    queues = sorted(command[-1] for command in commands if "worker" in command)

    assert queues == ["asr", "cpu", "io", "link", "safety"]
    assert sum("beat" in command for command in commands) == 1


def test_what_is_of_the_containers_is_not_in_the_configuration_of_an_nginx_without():
    deploy = PROJECT / "deploy"
    text = subprocess.run(
        ["sed", "-f", deploy / "nginx.debian.sed", deploy / "nginx.conf"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    directives = "\n".join(line.partition("#")[0] for line in text.splitlines())

    assert re.findall(r"/tmp|/dev/|web:|8080|8443|/etc/nginx/tls|/srv/access", directives) == []  # noqa: S108
    assert re.findall(r"^user archive;|127\.0\.0\.1:8000|/srv/oralhistory/access/", directives, re.MULTILINE) == [
        "user archive;", "127.0.0.1:8000", "/srv/oralhistory/access/",
    ]  # fmt: skip
