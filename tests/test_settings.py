"""Settings come from the environment, loud where a value cannot be right."""

import json
import os
import subprocess
import sys

import pytest

from tests.servers.web import PRODUCTION
from tests.settings import PROJECT


def manage(*arguments, tmp_path, **environment):
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=clean | {"DATA_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "static")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check(tmp_path):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION)

    assert answer.returncode == 0, answer.stderr


WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"IDENTITY_KEY": ""}, "IDENTITY_KEY"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    ({"SITE_URL": "http://archivo.example.org"}, "SITE_URL"),
    ({"DEBUG": "true"}, "DEBUG"),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
    ({"MASTERS_STORAGE": "ftp://x/y"}, "MASTERS_STORAGE"),
    (
        {"MASTERS_STORAGE": "s3://one?endpoint=x", "ACCESS_STORAGE": "s3://one?endpoint=x"},
        "ACCESS_STORAGE",
    ),
    ({"MASTERS_REPLICA": "ftp://x/y"}, "MASTERS_REPLICA"),
    (
        {"MASTERS_STORAGE": "s3://one?endpoint=x", "MASTERS_REPLICA": "s3://one/in?endpoint=x"},
        "MASTERS_REPLICA",
    ),
    ({"FIXITY_DAYS": "0"}, "FIXITY_DAYS"),
    ({"MEDIA_ISOLATION": "maybe"}, "MEDIA_ISOLATION"),
    ({"SECOND_FACTOR": "maybe"}, "SECOND_FACTOR"),
    ({"ASR_ENGINE": "crystal-ball"}, "ASR_ENGINE"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
]

# Reads the settings once for each environment it is given: a process for each would take minutes on a slow machine.
READ = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
said, clean = [], dict(os.environ)
for environment in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(clean, **environment)
    try:
        runpy.run_path("oralhistory/settings.py")
        said.append("")
    except ImproperlyConfigured as refusal:
        said.append(str(refusal))
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """What is said of production settings as they should be, and of each of the wrong ones."""
    folder = tmp_path_factory.mktemp("settings")
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    answer = subprocess.run(
        [sys.executable, "-c", READ],
        input=json.dumps([PRODUCTION, *(PRODUCTION | changed for changed, _ in WRONG)]),
        env=clean | {"DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static")},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_production_settings_are_read(refusals):
    assert refusals[0] == ""


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[named for _, named in WRONG])
def test_a_value_that_cannot_be_right_is_refused_by_name(refusals, number):
    assert WRONG[number][1] in refusals[1 + number]


def test_production_does_not_start_with_a_value_that_cannot_be_right(tmp_path):
    changed, named = WRONG[0]
    answer = manage("check", tmp_path=tmp_path, **(PRODUCTION | changed))

    assert answer.returncode != 0
    assert named in answer.stderr


def test_the_embedded_defaults_need_nothing(tmp_path):
    answer = manage("check", tmp_path=tmp_path)

    assert answer.returncode == 0, answer.stderr


def test_the_demo_does_not_start_in_production(tmp_path):
    answer = manage("demo", tmp_path=tmp_path, **PRODUCTION)

    assert answer.returncode != 0
    assert "production" in answer.stderr


@pytest.mark.parametrize(
    ("url", "waits"),
    [("redis://x/0", True), ("rediss://x/0", True), ("amqp://x", False), ("filesystem://x", False)],
)
def test_what_only_redis_understands_is_told_to_redis_alone(url, waits, tmp_path):
    """RabbitMQ refuses a connection with options that it does not know."""
    ask = "from oralhistory.celery import app; print(app.conf.broker_transport_options)"

    answer = manage("shell", "--verbosity", "0", "--command", ask, tmp_path=tmp_path, BROKER_URL=url)

    assert ("visibility_timeout" in answer.stdout) == waits
    assert answer.returncode == 0


@pytest.mark.parametrize(
    ("told", "compute_type"),
    [
        ({}, "int8"),
        ({"ASR_DEVICE": "auto"}, "int8"),
        ({"ASR_DEVICE": "cuda"}, "float16"),
        ({"ASR_DEVICE": "cuda", "ASR_COMPUTE_TYPE": "int8_float16"}, "int8_float16"),
    ],
)
def test_a_gpu_is_given_its_own_arithmetic(told, compute_type, tmp_path):
    ask = "from django.conf import settings; print(settings.ASR_COMPUTE_TYPE)"

    answer = manage("shell", "--verbosity", "0", "--command", ask, tmp_path=tmp_path, **told)

    assert answer.stdout.strip() == compute_type


def test_logs_say_where_an_error_was_and_no_word_of_what_it_said(tmp_path):
    fails = (
        "import logging\n"
        "try:\n    open('/masters/ramiro.wav')\n"
        "except OSError:\n    logging.getLogger('django.request').exception('GET /')"
    )

    answer = manage("shell", "--verbosity", "0", "--command", fails, tmp_path=tmp_path)

    assert "ramiro" not in answer.stderr
    assert "FileNotFoundError at <string>:3" in answer.stderr
