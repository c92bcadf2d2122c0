"""What is public, in numbers, and never who reads it."""

import csv
import io
import re

import pytest
from django.utils import timezone

from oralhistory.editions.models import Standing
from tests.factories import EditionFactory, VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


def table(client):
    content = client.get("/en/statistics.csv").content.decode()
    return {(row["table"], row["line"]): row["number"] for row in csv.DictReader(io.StringIO(content))}


def test_the_numbers_are_those_of_what_is_public(client):
    pages.archive(2)
    EditionFactory(
        held_on="1984-03", languages=["pt"], countries=["BR"], audio_key="", segments=["Uma frase só."]
    )

    found = table(client)

    assert found["total", "testimonies"] == "3"
    assert found["total", "words"] == str(2 * 12 + 3)
    assert found["total", "mentions"] == "4"
    assert found["total", "organizations"] == "2"
    assert found["language", "Portuguese"] == "1"
    assert found["country", "Brazil"] == "1"
    assert found["decade", "1980–1989"] == "1"


def test_what_is_taken_down_or_veiled_is_not_counted_at_the_next_request(client):
    edition, other = pages.archive(2)
    before = table(client)
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
    veiled = table(client)
    Standing.objects.filter(pk=other.standing.pk).update(withdrawn_at=timezone.now())
    gone = table(client)

    key = ("total", "mentions")
    assert (before[key], veiled[key], gone[key]) == ("4", "3", "1")
    assert [each["total", "words"] for each in (before, veiled, gone)] == ["24", "12", "0"]
    assert gone["total", "testimonies"] == "1"


def test_the_page_says_in_words_and_bars_what_the_table_says(client):
    pages.archive()
    page = client.get("/en/statistics/")

    assert "no-cache" in page.headers["Cache-Control"]
    text = page.content.decode()
    assert re.search(r'<th scope="row">Mexico</th><td class="number">1</td>', text)
    assert 'rect width="100%"' in text
    assert not page.cookies
