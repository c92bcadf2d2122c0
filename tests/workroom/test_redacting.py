"""The page of redactions: heard and seen before anything is kept."""

import numpy as np
import pytest
from django.urls import reverse

from oralhistory.consent import themes
from oralhistory.consent.models import Theme
from oralhistory.lib.agents import Agent
from oralhistory.provenance.models import Event
from oralhistory.review import redactions
from oralhistory.review.models import NamedPerson, Redaction
from oralhistory.review.people_named import decisions, register
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON
from tests.recordings import sounds

SPAN = {"start": "0:04", "end": "0:06", "kind": "cut", "reason": "Lo pidió"}


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def desk(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def heard(desk, interview, tmp_path, query):
    answer = desk.get(of("redaction_sound", interview), query)
    assert answer.status_code == 200
    path = tmp_path / "heard.m4a"
    path.write_bytes(answer.content)
    return np.asarray(sounds.read(path, 16_000))


def test_a_preview_shows_before_and_after_and_keeps_nothing(desk, interview):
    page = desk.post(of("redactions", interview), {"do": "preview", **SPAN}).content.decode()

    assert worlds.SECRET in page
    assert "start=0&amp;end=11000&amp;span=4000-6000" in page
    assert not Redaction.objects.exists()
    assert not Event.objects.filter(kind="redaction marked").exists()


def test_what_was_shown_is_kept(desk, interview):
    page = desk.post(of("redactions", interview), {"do": "preview", **SPAN})
    shown = [each.token for each in page.context["heard"]]
    desk.post(of("redactions", interview), {"do": "keep", "span": shown, "kind": "cut", "reason": "Lo pidió"})

    row = Redaction.objects.get()
    assert (row.start_ms, row.end_ms, row.reason) == (4000, 6000, "Lo pidió")
    assert "Lo pidió" in desk.get(of("redactions", interview)).content.decode()


def test_the_preview_is_heard_without_the_passage_and_the_rest_is_heard(desk, interview, tmp_path):
    query = {"start": 1000, "end": 8000}
    open_ = heard(desk, interview, tmp_path, query)
    closed = heard(desk, interview, tmp_path, {**query, "span": "4000-6000"})

    inside = slice(16_000 * 11 // 4, 16_000 * 21 // 4)  # with its pads, from the window's beginning
    assert sounds.power_at(open_[16_000 * 3 : 16_000 * 5], worlds.TONE_HZ, 16_000) > -10
    assert sounds.power_at(closed[inside], worlds.TONE_HZ, 16_000) <= -50
    assert sounds.power_at(closed[: 16_000 * 2], 220, 16_000) > -30


def test_what_stands_already_is_not_heard_in_a_preview_either(desk, interview, world, tmp_path):
    worlds.redact_the_secret(world, interview)
    closed = heard(desk, interview, tmp_path, {"start": 3000, "end": 8000})

    assert sounds.power_at(closed, worlds.TONE_HZ, 16_000) <= -50


@pytest.mark.parametrize(
    "query", [{}, {"start": 5, "end": 5}, {"start": -1, "end": 5}, {"start": "x", "end": 9}]
)
def test_no_stretch_is_no_sound(desk, interview, query):
    assert desk.get(of("redaction_sound", interview), query).status_code == 400


def test_a_stretch_without_sound_is_not_there(desk, interview):
    query = {"start": 60_000, "end": 70_000}
    assert desk.get(of("redaction_sound", interview), query).status_code == 404


def test_words_are_found_everywhere_with_their_other_forms_and_redacted_together(desk, interview):
    Segment.objects.filter(text=worlds.TEXTS[0]).update(
        text="La calle y las calles.",
        words=[[0, 400, "La", 1], [400, 800, "calle", 1], [800, 1200, "y", 1], [1200, 1400, "las", 1], [1400, 2000, "calles.", 1]],
    )  # fmt: skip
    answer = desk.post(of("redactions", interview), {"do": "find", "words": "CALLE"})
    found = answer.context["found"]
    assert f'name="span" value="{found[3].token}" checked' in answer.content.decode()
    assert [each.words for each in found] == ["calle", "calles", "calle", "calles"]
    assert [each.exact for each in found] == [True, False, True, False]

    given = {
        "span": [found[0].token, found[1].token],
        "kind": "role_word",
        "replacement": "vía",
        "reason": "Por él",
    }
    page = desk.post(of("redactions", interview), {"do": "preview", **given})
    assert [each.after for each in page.context["changes"]] == ["La [vía] y las [vía]"]
    desk.post(of("redactions", interview), {"do": "keep", **given})

    rows = Redaction.objects.values_list("start_ms", "end_ms", "kind", "replacement")
    assert list(rows) == [(400, 800, "role_word", "vía"), (1400, 2000, "role_word", "vía")]


@pytest.mark.parametrize(
    "given",
    [
        {"do": "find", "words": " ¿? "},
        {"do": "preview", **SPAN, "end": "0:01"},
        {"do": "preview", "span": [], "kind": "cut", "reason": "Porque sí"},
        {"do": "preview", "span": ["5-1"], "kind": "cut", "reason": "Porque sí"},
        {"do": "keep", "span": ["1-5"], "kind": "pseudonym", "reason": "Sin nombre"},
    ],
)
def test_what_is_no_passage_is_refused(desk, interview, given):
    assert desk.post(of("redactions", interview), given).status_code == 400
    assert not Redaction.objects.exists()


def test_every_passage_of_a_theme_is_found_and_redacted_together(desk, interview, world):
    address = of("redactions", interview)
    assert "by-theme" not in desk.get(address).content.decode()
    for start, end in ((4_000, 6_000), (0, 1_000)):
        themes.mark(interview, start, end, Theme.FAMILY, by=world.moderator.agent, at=NOON)
    themes.mark(interview, 6_000, 8_000, Theme.WEAPONS, by=world.moderator.agent, at=NOON)

    page = desk.post(address, {"do": "theme", "theme": "family"})
    assert [(each.token, each.words) for each in page.context["found"]] == [
        ("0-1000", worlds.TEXTS[0]), ("4000-6000", worlds.SECRET),
    ]  # fmt: skip
    assert not Redaction.objects.exists()
    ticked = {"span": ["0-1000", "4000-6000"], "kind": "cut", "reason": "Lo pidió"}
    assert desk.post(address, {"do": "preview", **ticked}).status_code == 200
    desk.post(address, {"do": "keep", **ticked})

    assert list(Redaction.objects.values_list("start_ms", "end_ms")) == [(0, 1_000), (4_000, 6_000)]
    assert desk.post(address, {"do": "theme", "theme": "health"}).status_code == 400


def test_the_list_says_whose_each_is(desk, interview, world):
    redactions.mark(interview, 0, 1000, reason="Suyo", by=Agent("narrator", "abc"), at=NOON)
    register.follow(interview, at=NOON)
    person = NamedPerson.objects.get(name="Ramiro")
    decisions.decide(person, decisions.Verdict("cut"), by=world.moderator.agent, at=NOON)
    page = desk.get(of("redactions", interview)).content.decode()

    assert f"#p-{person.code}" in page
    assert "Lo señaló quien narra" in page
    assert page.count("<audio") == 2


@pytest.mark.parametrize("marked", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    desk, interview, world, marked, django_assert_num_queries
):
    for n in range(marked):
        redactions.mark(interview, n * 1000, n * 1000 + 500, reason="Así", by=world.moderator.agent, at=NOON)

    with django_assert_num_queries(QUERIES):
        desk.get(of("redactions", interview))


QUERIES = 14
