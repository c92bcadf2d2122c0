"""What a browser loads of the five main pages, compressed, without sound and pictures: a three-hour testimony among them.

    .venv/bin/python -m tests.benchmarks.weight

Three thousand segments of ten words. What the web server compresses counts as it came; what it leaves to the proxy
before it counts as gzip makes it. Typefaces, which a browser keeps for a year, stand beside it. Aim: ≤ 200 kB.
"""

import gzip
import importlib
import sys
from typing import Any

from tests.benchmarks import stage

SEGMENTS = 3_000
AIM = 200  # kB
TYPES = ("document", "stylesheet", "script", "fetch", "xhr")
FONT = "font"


def main() -> int:
    here = stage.set_up(sqlite=True, DEBUG="")
    made = importlib.import_module("tests.benchmarks.weight_made")  # it reads models
    addresses = made.make(SEGMENTS)
    server = importlib.import_module("tests.benchmarks.editor_world").serve(here)
    heavy = 0
    print(f"{'kB, compressed':36} " + " ".join(f"{name:>10}" for name in (*TYPES, "all", FONT)))
    with importlib.import_module("tests.benchmarks.editor_world").chromium() as browser:
        for address in addresses:
            found = _weigh(browser, server.address + address)
            weights = [found[name] for name in TYPES]
            heavy += sum(weights) > AIM
            shown = (*weights, sum(weights), found[FONT])
            print(f"{address:36} " + " ".join(f"{each:10.1f}" for each in shown), flush=True)
    return 1 if heavy else 0


def _weigh(browser: Any, address: str) -> dict[str, float]:
    """kB of each type of resource, with nothing kept from an earlier page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    found = dict.fromkeys((*TYPES, FONT), 0.0)
    for answer in answers:
        if answer.request.resource_type in found and answer.ok:
            found[answer.request.resource_type] += _size(answer) / 1000
    context.close()
    return found


def _size(answer: Any) -> int:
    if "content-encoding" in answer.headers:
        return int(answer.request.sizes()["responseBodySize"])
    body = answer.body()
    return len(body) if answer.request.resource_type == FONT else len(gzip.compress(body, 6))


if __name__ == "__main__":
    sys.exit(main())
