"""What a format can hold comes back as it was, whatever a record says."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from oralhistory.organizations import formats
from oralhistory.organizations.formats import atom, eac_2010, jsonld, own_csv, skos
from tests.organizations.formats import records

CONTEXT = formats.Context(
    at=datetime(2026, 11, 29, 12, tzinfo=UTC), base="https://archive.example/organizations/"
)
KEPT = {
    "csv": own_csv.kept,
    "atom": atom.kept,
    "eac2010": eac_2010.kept,
    "eac2": eac_2010.kept,
    "jsonld": jsonld.kept,
    "skos": skos.kept,
}


@pytest.mark.parametrize("code", KEPT)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_=records.lists())
def test_a_list_comes_back_as_far_as_the_format_can_hold_it(code, given_):
    if code == "atom":
        given_ = records.without_ties_by_name(given_)
    data = formats.write(code, given_, CONTEXT)

    by_id = {each.id: each for each in formats.read(code, data)}
    assert by_id == {each.id: KEPT[code](each) for each in given_}
