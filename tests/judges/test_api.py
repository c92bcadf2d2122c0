"""The API as schemathesis judges it: thousands of requests made up from its description, on a real server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interchange import api_archive

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CASES = 2_000

pytestmark = pytest.mark.skipif(
    not (SCHEMATHESIS.exists() or shutil.which("schemathesis")), reason="schemathesis is not installed"
)


def test_two_thousand_made_up_requests_break_no_promise(web_address, tmp_path):
    api_archive.build()
    command = [
        *(str(SCHEMATHESIS), "run", f"{web_address}/api/v1/openapi.json", "--url", f"{web_address}/api/v1"),
        *("--checks", "all", "--max-examples", "160", "--seed", "7", "--workers", "2", "--no-color"),
        *("--continue-on-failure",),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    print(done.stdout[-1_500:])  # noqa: T201  # the judge's own words
    made = re.search(r"([\d,]+) generated", done.stdout)
    assert done.returncode == 0, done.stdout[-20_000:]
    assert made
    assert int(made[1].replace(",", "")) >= CASES
