"""What stands beside the editor: the walk through doubtful places, and what was listened to."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from oralhistory.recordings.models import Recording
from oralhistory.review import doubts as rules
from oralhistory.review.models import DoubtSettled, Heard
from oralhistory.transcripts import versions
from oralhistory.workroom import doubting
from tests import world as worlds
from tests.workroom import gaps_left


@pytest.fixture
def interview(world, tmp_path):
    return gaps_left.interview_with_gaps(world, tmp_path)


@pytest.fixture
def code(interview):
    return Recording.objects.of(interview).get().code


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def address(name, interview, *more):
    with translation.override("es"):
        return reverse(f"workroom:{name}", args=[interview.public_id, *more])


def walk(browser, interview, code):
    return browser.get(address("doubts", interview), {"recording": code}).json()


def test_each_place_has_its_time_and_says_why_and_where_it_is_decided(bench, interview, code):
    told = walk(bench, interview, code)

    assert told["left"] == len(told["places"]) == 7
    gap = next(each for each in told["places"] if each["kind"] == "gap" and each["start_ms"] == 8000)
    assert (gap["clock"], gap["said"], gap["settles"]) == ("0:08", "Otro idioma, no transcrito.", True)
    mention = next(each for each in told["places"] if each["kind"] == "mention")
    assert mention["page"].startswith(f"{address('transcript', interview)}?mention=")
    assert not mention["settles"]
    assert all(each["cue"] for each in told["places"])


def test_a_place_is_ticked_off_and_taken_back_and_the_count_follows(bench, interview, code):
    gap = next(each for each in walk(bench, interview, code)["places"] if each["kind"] == "gap")
    form = {"recording": code, "kind": "gap", "key": gap["key"]}

    assert bench.post(address("settle_doubt", interview), {**form, "do": "settle"}).status_code == 200
    told = walk(bench, interview, code)
    assert (told["left"], told["settled"]) == (6, 1)
    assert bench.post(address("settle_doubt", interview), {**form, "do": "settle"}).status_code == 409

    bench.post(address("settle_doubt", interview), {**form, "do": "again"})
    told = walk(bench, interview, code)
    assert (told["left"], told["settled"]) == (7, 0)


def test_who_may_read_may_walk_and_who_may_write_may_tick_off(world, at_the_desk_of, interview, code):
    key = rules.of(versions.current(Recording.objects.get(code=code)))[0].key
    form = {"recording": code, "kind": "text", "key": key, "do": "settle"}
    statuses = {
        name: (
            at_the_desk_of(getattr(world, name)).get(address("doubts", interview)).status_code,
            at_the_desk_of(getattr(world, name)).post(address("settle_doubt", interview), form).status_code,
        )
        for name in ("interviewer", "other_moderator", "archivist", "sysadmin")
    }

    assert statuses == {
        "interviewer": (409, 409), "other_moderator": (403, 403), "archivist": (302, 403), "sysadmin": (404, 404),
    }  # fmt: skip
    assert not DoubtSettled.objects.exists()


@pytest.mark.parametrize("doubtful", [1, 3])
def test_the_walk_asks_no_more_of_the_database_for_more_places(bench, interview, code, doubtful):
    transcript = versions.current(Recording.objects.get(code=code))
    transcript.mentions.all().delete()
    transcript.segments.filter(index__lt=doubtful).update(flags=["phantom"])
    transcript.segments.filter(index__gte=doubtful).update(flags=[])

    with CaptureQueriesContext(connection) as queries:
        walk(bench, interview, code)

    assert len(queries) == 30


def test_every_kind_of_doubt_has_its_sentence_in_each_language():
    for language in ("es", "en", "pt"):
        with translation.override(language):
            for kind in rules.Kind:
                reasons = {"text": ("unsure", "phantom"), "gap": ("unwritten",)}.get(kind, ())
                assert doubting.said(rules.Doubt(kind, "a", 0, 1, ("k",), reasons)).endswith(".")


def hear(browser, interview, code, spans):
    return browser.post(
        address("heard", interview, code), json.dumps({"spans": spans}), content_type="application/json"
    )


def test_the_player_tells_what_was_played_and_learns_what_is_left(bench, world, interview, code):
    answer = hear(bench, interview, code, [[0, 3000], [2500, 5000]]).json()

    assert answer["heard"] == [[0, 5000]]
    assert answer["unheard"] == [[5000, 8000]]
    assert (answer["percent"], answer["said"]) == (62, "Oído: 62 %.")
    assert answer["next"] == {"at": 5000, "clock": "0:05"}
    assert Heard.objects.get().user == world.moderator
    assert bench.get(address("heard", interview, code)).json() == answer


@pytest.mark.parametrize(
    "body",
    ["", "[]", '{"spans": [[0]]}', '{"spans": [[0, "5"]]}', '{"spans": [[-1, 5]]}', '{"spans": [[true, 5]]}'],
)
def test_what_is_no_list_of_spans_is_refused(bench, interview, code, body):
    answer = bench.post(address("heard", interview, code), body, content_type="application/json")

    assert answer.status_code == 400
    assert not Heard.objects.exists()


def test_those_who_do_not_review_are_heard_by_nobody(world, at_the_desk_of, interview, code):
    statuses = [
        hear(at_the_desk_of(getattr(world, name)), interview, code, [[0, 10]]).status_code
        for name in ("interviewer", "other_moderator", "archivist")
    ]

    assert statuses == [409, 403, 302]
    assert not Heard.objects.exists()


def test_the_page_of_signing_asks_for_a_reason_until_all_was_heard(world, bench, interview):
    worlds.decide_on_everybody(world, interview)
    assert 'name="unheard_reason"' in bench.get(address("sign", interview)).content.decode()

    worlds.hear_everything(world, interview)

    assert 'name="unheard_reason"' not in bench.get(address("sign", interview)).content.decode()
