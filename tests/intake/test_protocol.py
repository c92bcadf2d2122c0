"""The upload protocol tus 1.0 against the real web server, judged by the cases of others."""

from pathlib import Path

import pytest
from django.urls import reverse

from tests import world as worlds
from tests.intake import hurl
from tests.intake.sender import Sender
from tests.servers import web

CASES = Path(__file__).with_name("data") / "tus"
NOT_OFFERED = "an extension that is not offered: see workroom/tus.py"
# What is not expected to pass, and why: whole folders, or single cases.
NOT_EXPECTED = {
    "concatenation": NOT_OFFERED,
    "concatenation-unfinished": NOT_OFFERED,
    "checksum-trailer": NOT_OFFERED,
}


@pytest.fixture
def world(transactional_db: None) -> worlds.World:
    return worlds.build()


def test_the_cases_of_the_conformance_suite_pass_but_for_what_is_not_offered(world, environment, tmp_path):
    interview = worlds.draft(world)
    failed = {}
    # Every case leaves files on their way.
    with web.running({**environment, "UPLOAD_MOST_OPEN": "1000"}, tmp_path) as address:
        sender = Sender(address, world.interviewer)
        base = address + reverse("workroom:arrivals", args=[interview.public_id]).rstrip("/")

        def ask(method, url, headers, body):
            return sender.ask(method, base + "/" if url == base else url, headers, body)

        cases = sorted(CASES.rglob("*.hurl"))
        for case in cases:
            try:
                hurl.run(case.read_text(), ask, base_url=base, tus_version="1.0.0")
            except hurl.Unlike as unlike:
                failed[case.parent.name, case.stem] = str(unlike)

    assert len(cases) == 123
    assert {key: said for key, said in failed.items() if not set(key) & set(NOT_EXPECTED)} == {}
    assert NOT_EXPECTED.keys() <= {name for key in failed for name in key}
