"""Days as promises name them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.lib import days


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2027, 7, 1), "America/Mexico_City", utc(2027, 7, 1, 6)),  # no summer time since 2022
        (date(2027, 7, 1), "America/Tijuana", utc(2027, 7, 1, 7)),
        (date(2027, 1, 1), "America/Tijuana", utc(2027, 1, 1, 8)),
        (date(2026, 9, 6), "America/Santiago", utc(2026, 9, 6, 4)),  # there is no midnight
        (date(2028, 2, 29), "America/Mexico_City", utc(2028, 2, 29, 6)),
        (date(2100, 1, 1), "America/Mexico_City", utc(2100, 1, 1, 6)),
        (date(2100, 7, 1), "Europe/Madrid", utc(2100, 6, 30, 22)),
    ],
)
def test_a_day_begins_where_it_was_promised(day, zone, instant):
    assert days.opens(day, zone) == days.ends(day, zone) == instant


def test_of_two_midnights_what_opens_waits_for_the_later_and_what_ends_ends_at_the_earlier():
    """In Havana clocks go back from one o'clock to midnight."""
    day = date(2026, 11, 1)

    assert days.ends(day, "America/Havana") == utc(2026, 11, 1, 4)
    assert days.opens(day, "America/Havana") == utc(2026, 11, 1, 5)


@given(st.dates(date(1970, 1, 2), date(2100, 12, 31)), st.sampled_from(sorted(days.ZONES)))
def test_nothing_opens_before_its_day_and_a_day_is_called_by_its_name(day, zone):
    opens = days.opens(day, zone)

    assert opens.astimezone(ZoneInfo(zone)).date() == day == days.day_of(opens, zone)
    assert (opens - timedelta(hours=2)).astimezone(ZoneInfo(zone)).date() < day
    assert days.ends(day, zone) <= opens


def test_a_zone_is_called_by_its_city():
    assert days.place_of("America/Mexico_City") == "Mexico City"
    assert days.place_of("Asia/Ho_Chi_Minh") == "Ho Chi Minh"
