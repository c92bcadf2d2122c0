"""What a column takes from a stranger."""

import json

import pytest

from oralhistory.intake.bags import values
from oralhistory.intake.bags.checking import NotAPackage
from oralhistory.intake.bags.rows import parse
from oralhistory.interviews.models import Interview, Session
from oralhistory.mentions.models import Mention
from oralhistory.people.models import Identity
from oralhistory.provenance.models import Event


def column(model, name):
    return model._meta.get_field(name)


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        (Interview, "created_at", "2026-01-01T00:00:00"),
        (Interview, "created_at", "yesterday"),
        (Interview, "created_at", 7),
        (Interview, "state", "open"),
        (Interview, "title", "x" * 201),
        (Interview, "title", True),
        (Interview, "languages", {"a": ["\0"]}),
        (Interview, "languages", ["\udc00"]),
        (Session, "number", "1"),
        (Session, "number", True),
        (Session, "number", -1),
        (Session, "number", 10**30),
        (Session, "number", None),
        (Session, "held_on", "1979-13-01"),
        (Mention, "score", "0.5"),
        (Identity, "sealed", "not base 64!"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(model, name, value):
    with pytest.raises(values.NotAValue):
        values.decode(column(model, name), value)


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        (Interview, "created_at", "2026-01-01T00:00:00.000001+00:00"),
        (Interview, "languages", ["es", {"a": None}]),
        (Interview, "notes", ""),
        (Session, "held_on", None),
        (Session, "held_on", "1979-05-17"),
        (Mention, "score", 0.1),
        (Identity, "sealed", "AP8="),
        (Event, "reason", "« » 𝄞"),
    ],
)
def test_what_a_column_holds_goes_out_and_comes_back(model, name, value):
    field = column(model, name)

    assert json.loads(json.dumps(values.encode(field, values.decode(field, value)))) == value


@pytest.mark.parametrize("line", ['{"a": NaN}', "[1]", "", "{", "[" * 100_000])
def test_a_line_is_a_row(line):
    with pytest.raises(NotAPackage, match="line 1: this is not"):
        parse("x.jsonl, line 1", line)
