"""Tables that leave the archive."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from oralhistory.lib import tables


@pytest.mark.parametrize(
    "written", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://evil")', "＝1"]
)
def test_no_cell_is_taken_for_a_formula(written):
    assert tables.cell(written) == f"'{written}"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""), (True, "yes"), (False, "no"), (-5, "-5"), (0.25, "0.25"), (["es", "nah"], "es; nah"), ("a-b", "a-b"),
        (date(1979, 5, 17), "1979-05-17"), (datetime(2026, 3, 12, 12, tzinfo=UTC), "2026-03-12T12:00:00+00:00"),
    ],
)  # fmt: skip
def test_values_are_written_as_programs_read_them(value, said):
    assert tables.cell(value) == said


def test_what_is_written_in_a_cell_stays_in_it():
    rows = [['a,"b"', "two\nlines"], ["ñ", "=x"]]
    content = b"".join(tables.lines(["one", "two"], rows)).decode()

    assert list(csv.reader(io.StringIO(content))) == [["one", "two"], rows[0], ["ñ", "'=x"]]
    assert b"".join(tables.lines(["one"], [], bom=True)) == b"\xef\xbb\xbfone\r\n"
