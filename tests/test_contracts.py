"""Every import contract fails when it is broken: a contract that cannot fail protects nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

BREACHES = [
    ("layers", "lib/breach.py", "import oralhistory.web"),
    ("layers", "reading_room/breach.py", "import oralhistory.workroom"),
    ("layers", "attic/__init__.py", "'''A package without a place.'''"),
    (
        "no cycles, at any depth",
        "lib/breach/one.py",
        "def later():\n    from oralhistory.lib.breach import two",
    ),
    (
        "the reading room sees editions, not models",
        "reading_room/breach.py",
        "import oralhistory.editions.models",
    ),
    ("only the pipeline and the rooms start tasks", "web/breach.py", "from oralhistory.celery import app"),
    (
        "only the pipeline and the rooms start tasks",
        "web/breach.py",
        "from oralhistory.pipeline import tasks",
    ),
    ("nobody else speaks to the queue", "review/breach.py", "from celery import shared_task"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program's modules and contracts."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(PROJECT / "pyproject.toml", house)
    for module in (PROJECT / "oralhistory").rglob("*.py"):
        copy = house / module.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, copy)
    return house


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [command, "--no-logo", "--no-cache"], cwd=house, capture_output=True, text=True, check=False
    )


def test_the_house_keeps_its_contracts(house):
    answer = lint(house)

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("contract", "module", "text"), BREACHES)
def test_a_breach_is_seen(house, contract, module, text):
    path = house / "oralhistory" / module
    new_folder = None if path.parent.exists() else path.parent
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    if new_folder and path.name != "__init__.py":
        (path.parent / "__init__.py").touch()
        (path.parent / "two.py").write_text("import oralhistory.lib.breach.one")

    answer = lint(house)

    shutil.rmtree(new_folder) if new_folder else path.unlink()
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout


def test_a_web_process_loads_nothing_that_only_workers_need(tmp_path):
    """Import contracts see that an engine may be imported, not when: faster-whisper alone is some 30 MB."""
    program = "import sys, django; django.setup(); import oralhistory.urls; print(*sys.modules)"
    environment = {"DJANGO_SETTINGS_MODULE": "oralhistory.settings", "DATA_DIR": str(tmp_path)}

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=PROJECT,
    ).stdout.split()

    assert "oralhistory.workroom.arrivals" in loaded
    assert {"faster_whisper", "ctranslate2", "av", "torch", "onnxruntime"} & set(loaded) == set()
