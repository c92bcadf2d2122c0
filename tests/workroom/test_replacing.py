"""The page of find and replace."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oralhistory.recordings.models import Recording
from oralhistory.review.models import Replacement
from oralhistory.transcripts import versions
from tests import world as worlds


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


ADDRESS = "/workroom/replace/"


def form(interview, find="calles", replacement="plazas", **more):
    return {
        "where": f"interview:{interview.public_id}", "find": find, "replacement": replacement, "whole_words": "on",
        **more,
    }  # fmt: skip


def text_of(interview):
    return versions.current(Recording.objects.of(interview).get()).segments.get(index=3).text


def test_places_are_shown_then_replaced_then_taken_back(bench, interview):
    page = bench.post(ADDRESS, form(interview)).content.decode()
    assert "llenábamos las <del" in page
    assert "calles" in text_of(interview)
    tokens = re.findall(r'name="take" value="([^"]+)"', page)

    answer = bench.post(ADDRESS, form(interview, do="replace", take=tokens), follow=True)
    assert text_of(interview) == "De ahí salió el Copesal y llenábamos las plazas."
    page = answer.content.decode()
    assert "Se cambió un pasaje." in page
    assert "plazas" not in answer.redirect_chain[-1][0]

    code = Replacement.objects.get().code
    page = bench.post(reverse("workroom:take_back_replacement", args=[code]), follow=True).content.decode()
    assert "calles" in text_of(interview)
    assert "deshecho" in page


def test_a_whole_collection_is_looked_through_as_far_as_one_may_edit(world, bench, interview, tmp_path):
    worlds.approved(world, tmp_path)  # signed: nobody edits it

    page = bench.post(ADDRESS, form(interview, where="collection:solidaridad")).content.decode()

    assert page.count('name="take"') == 1


@pytest.mark.parametrize("data", [{"find": ""}, {"find": "…"}, {"where": "interview:nothing"}])
def test_what_is_not_well_formed_is_said(bench, interview, data):
    answer = bench.post(ADDRESS, form(interview, **data))

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_only_those_replace_who_edit_and_only_their_own_is_taken_back(
    world, at_the_desk_of, bench, interview
):
    statuses = {
        name: at_the_desk_of(getattr(world, name)).post(ADDRESS, form(interview)).status_code
        for name in ("interviewer", "other_moderator", "conflicted", "archivist", "sysadmin")
    }
    assert statuses == {
        "interviewer": 400, "other_moderator": 400, "conflicted": 400, "archivist": 403, "sysadmin": 403,
    }  # fmt: skip
    page = bench.post(ADDRESS, form(interview)).content.decode()
    bench.post(ADDRESS, form(interview, do="replace", take=re.findall(r'name="take" value="([^"]+)"', page)))

    code = Replacement.objects.get().code
    answer = at_the_desk_of(world.other_moderator).post(
        reverse("workroom:take_back_replacement", args=[code])
    )

    assert answer.status_code == 404
    assert "plazas" in text_of(interview)


@pytest.mark.parametrize("places", [1, 3])
def test_more_places_ask_no_more_of_the_database(bench, interview, places):
    transcript = versions.current(Recording.objects.of(interview).get())
    transcript.segments.filter(index__lt=places).update(text="Las calles.")
    transcript.segments.filter(index__gte=places).update(text="Nada.")

    with CaptureQueriesContext(connection) as queries:
        page = bench.post(ADDRESS, form(interview)).content.decode()

    assert page.count('name="take"') == places
    assert len(queries) == 10
