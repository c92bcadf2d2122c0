"""What operators read agrees with what the program reads."""

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = (PROJECT / "oralhistory" / "settings.py").read_text()
EXAMPLE = (PROJECT / "deploy" / ".env.example").read_text()

READ = set(
    re.findall(r'(?:env\.\w+|_secret|_choice|_storage|environ\.setdefault)\(\s*"([A-Z0-9_]+)"', SETTINGS)
)


@pytest.mark.parametrize("name", sorted(READ))
def test_every_setting_that_the_program_reads_is_explained(name):
    assert re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE), f"{name} is not in deploy/.env.example"


def test_compose_has_one_worker_per_queue_and_one_beat():
    services = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text())["services"]
    commands = [service.get("command", []) for service in services.values()]

    queues = sorted(command[-1] for command in commands if "worker" in command)

    assert queues == ["asr", "cpu", "io", "link", "safety"]
    assert sum("beat" in command for command in commands) == 1
