"""The one door to the formats."""

import os
import subprocess
import sys

import pytest

from oralhistory.organizations import formats
from tests.organizations.formats.test_round_trips import CONTEXT, KEPT
from tests.organizations.test_cataloging import FMLN, named


def test_every_format_is_read_written_and_tried_with_made_up_records():
    assert formats.readable() == formats.writable() == list(formats.FORMATS)
    assert set(KEPT) == set(formats.FORMATS)


def test_one_record_is_a_file_and_several_may_be_a_package():
    alone, both = (formats.write("eac2", given, CONTEXT) for given in ([FMLN], [FMLN, named("b")]))

    assert formats.file_type("eac2", alone) == ("xml", "application/xml")
    assert formats.file_type("eac2", both) == ("zip", "application/zip")
    assert formats.file_type("skos", formats.write("skos", [FMLN], CONTEXT)) == ("ttl", "text/turtle")


@pytest.mark.parametrize("code", formats.writable())
def test_the_same_records_make_the_same_file(code):
    assert formats.write(code, [FMLN, named("b")], CONTEXT) == formats.write(
        code, [FMLN, named("b")], CONTEXT
    )


@pytest.mark.parametrize("code", formats.writable())
def test_no_record_at_all_makes_a_file_too(code):
    assert isinstance(formats.write(code, [], CONTEXT), bytes)


def test_whoever_asks_for_no_skos_does_not_load_rdflib():
    code = (
        "import django, sys; django.setup()\n"
        "from oralhistory.organizations import authorities, formats\n"
        "sys.exit('rdflib' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
