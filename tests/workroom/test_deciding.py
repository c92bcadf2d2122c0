"""Deciding about mentions on the bench."""

import json
import re

import pytest
from django.urls import reverse

from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.organizations.models import Organization
from tests import world as worlds
from tests.clock import NOON

HTMX = {"HX-Request": "true"}


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def decide(bench, interview, mention, verdict, **other):
    data = {"mention": mention.pk, "verdict": verdict, "seen": decisions.stand(mention), **other}
    return bench.post(of("decide", interview), data, headers=HTMX)


def copy_of(mention, **changes):
    """Another mention of the same words further on, as if they had been said again."""
    segment = mention.transcript.segments.exclude(pk=mention.segment_id).last()
    fields = {
        name: getattr(mention, name)
        for name in ("transcript", "organization", "proposed", "surface", "score", "kind", "matcher_version")
    }
    return Mention.objects.create(
        **{**fields, **changes},
        segment=segment,
        start=0,
        end=5,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
    )


def test_a_mention_is_accepted_and_the_next_one_is_shown(bench, interview):
    first, second = Mention.objects.all()

    answer = bench.post(of("decide", interview), {"mention": first.pk, "verdict": "accept"}, headers=HTMX)

    first.refresh_from_db()
    assert first.state == Mention.State.ACCEPTED
    page = answer.content.decode()
    assert f'data-chosen="{second.pk}"' in page
    cues = json.loads(answer.headers["HX-Trigger"])["transcript:reload"]["cues"]
    assert cues == [first.segment.cue_id]


def test_another_organization_is_chosen_and_the_form_remembered(bench, interview):
    mention = Mention.objects.first()
    data = {"mention": mention.pk, "verdict": "choose", "organization": "copesal-mx", "remember": "on"}

    bench.post(of("decide", interview), data)

    mention.refresh_from_db()
    assert (mention.state, mention.organization.slug) == (Mention.State.ACCEPTED, "copesal-mx")
    assert mention.organization.names.filter(kind="heard_as", text=mention.surface).exists()


def test_an_organization_that_is_not_in_the_list_is_not_accepted(bench, interview):
    mention = Mention.objects.first()

    bench.post(
        of("decide", interview), {"mention": mention.pk, "verdict": "choose", "organization": "nobody"}
    )

    mention.refresh_from_db()
    assert mention.state == Mention.State.SUGGESTED


def test_a_refused_mention_is_no_longer_marked_in_the_text(bench, interview):
    mention = Mention.objects.first()

    answer = bench.post(of("decide", interview), {"mention": mention.pk, "verdict": "reject"}, headers=HTMX)

    assert f'data-mention="{mention.pk}"' not in answer.content.decode()
    assert Mention.objects.get(pk=mention.pk).state == Mention.State.REJECTED


def test_the_mentions_of_one_interview_are_not_decided_through_another(bench, world, interview, tmp_path):
    other = worlds.in_review(world, tmp_path)
    mention = Mention.objects.filter(transcript__recording__session__interview=other).first()

    answer = bench.post(of("decide", interview), {"mention": mention.pk, "verdict": "accept"})

    assert answer.status_code == 400
    assert Mention.objects.get(pk=mention.pk).state == Mention.State.SUGGESTED


def test_of_two_moderators_at_once_the_second_is_told_and_overwrites_nothing(
    bench, world, interview, at_the_desk_of
):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    page = (
        at_the_desk_of(world.moderator)
        .get(of("mention", interview), {"mention": mention.pk})
        .content.decode()
    )
    seen = re.search('name="seen" value="([^"]+)"', page)[1]
    decisions.reject(mention, by=world.other_moderator.agent, at=NOON, why="misheard")

    answer = bench.post(
        of("decide", interview), {"mention": mention.pk, "verdict": "accept", "seen": seen}, headers=HTMX
    )

    mention.refresh_from_db()
    assert (mention.state, mention.why) == (Mention.State.REJECTED, "misheard")
    page = answer.content.decode()
    assert f'data-chosen="{mention.pk}"' in page
    assert world.other_moderator.name in page


def test_a_refusal_has_its_reason(bench, interview):
    mention = Mention.objects.first()

    decide(bench, interview, mention, "reject", why="misheard")

    mention.refresh_from_db()
    assert mention.why == "misheard"


def test_a_refusal_that_is_taken_back_leaves_no_trace(bench, interview):
    mention = Mention.objects.first()
    decide(bench, interview, mention, "reject")
    mention.refresh_from_db()
    assert NegativeForm.objects.count() == 1

    decide(bench, interview, mention, "reopen")

    mention.refresh_from_db()
    assert (mention.state, mention.decided_at) == (Mention.State.SUGGESTED, None)
    assert not NegativeForm.objects.exists()


def test_taking_a_choice_back_brings_what_the_machine_proposed(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    decide(bench, interview, mention, "choose", organization="copesal-mx")
    mention.refresh_from_db()
    assert mention.organization.slug == "copesal-mx"

    decide(bench, interview, mention, "reopen")

    mention.refresh_from_db()
    assert (mention.organization.slug, mention.state) == ("fmln-sv", "suggested")


def test_an_organization_is_chosen_by_its_acronym_and_of_homonyms_one_is_asked_for(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    worlds.organizations(
        worlds.Authority(id=slug, preferred_name=name, country=slug[-2:].upper(), acronyms=("ERP",))
        for slug, name in (("erp-xsv", "Ejército Revolucionario"), ("erp-xar", "Ejército del Pueblo"))
    )

    answer = decide(bench, interview, mention, "choose", organization="erp")

    mention.refresh_from_db()
    assert mention.state == Mention.State.SUGGESTED
    page = answer.content.decode()
    assert "Ejército Revolucionario" in page
    assert 'value="erp-xar"' in page

    decide(bench, interview, mention, "choose", organization="Ejército del Pueblo")
    mention.refresh_from_db()
    assert mention.organization.slug == "erp-xar"


def test_those_alike_are_shown_before_they_are_taken_together(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    again, third = copy_of(mention), copy_of(mention)
    page = bench.get(of("mention", interview), {"mention": mention.pk, "open": "alike"}).content.decode()
    tokens = re.findall('name="take" value="([^"]+)"', page)
    assert len(tokens) == 3
    assert page.count("<mark>") == 3

    ticked = [each for each in tokens if not each.startswith(f"{third.pk} ")]
    decide(bench, interview, mention, "alike", take=ticked)

    states = {each.pk: each.state for each in Mention.objects.filter(pk__in=[mention.pk, again.pk, third.pk])}
    assert states == {mention.pk: "accepted", again.pk: "accepted", third.pk: "suggested"}


def test_one_that_was_decided_meanwhile_is_not_taken_along(bench, world, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    again = copy_of(mention)
    page = bench.get(of("mention", interview), {"mention": mention.pk, "open": "alike"}).content.decode()
    decisions.reject(again, by=world.other_moderator.agent, at=NOON)

    answer = decide(bench, interview, mention, "alike", take=re.findall('name="take" value="([^"]+)"', page))

    again.refresh_from_db()
    mention.refresh_from_db()
    assert (again.state, mention.state) == ("rejected", "accepted")
    assert 'class="notice' in answer.content.decode()


def test_a_new_organization_is_made_closed_and_withheld_with_the_interview(bench, interview):
    mention = Mention.objects.first()
    given = {"name": "Liga de los Olvidados", "acronym": "LDO", "country": "MX", "kind": "armed"}

    decide(bench, interview, mention, "create", **given)

    mention.refresh_from_db()
    made = Organization.objects.get(slug=mention.organization.slug)
    assert mention.state == Mention.State.ACCEPTED
    assert set(made.names.values_list("kind", "text")) == {
        ("authorized", "Liga de los Olvidados"), ("acronym", "LDO"),
    }  # fmt: skip
    assert (made.publication, made.withheld, made.learned_from) == ("internal", True, interview.public_id)


def test_a_new_organization_that_is_called_like_another_is_made_only_when_said_so(bench, interview):
    mention = Mention.objects.first()
    before = Organization.objects.count()
    given = {"name": "Otro Frente", "acronym": "FMLN", "country": "MX", "kind": "armed"}

    answer = decide(bench, interview, mention, "create", **given)
    assert Organization.objects.count() == before
    assert 'value="fmln-sv"' in answer.content.decode()

    decide(bench, interview, mention, "create", **given, all_the_same="on")
    assert Organization.objects.count() == before + 1


def test_a_new_organization_needs_a_name_and_what_was_typed_stays(bench, interview):
    mention = Mention.objects.first()

    answer = decide(bench, interview, mention, "create", name="", acronym="XYZW")

    mention.refresh_from_db()
    assert mention.state == Mention.State.SUGGESTED
    assert 'value="XYZW"' in answer.content.decode()
    assert "errorlist" in answer.content.decode()


def select(interview, words):
    """What the page sends for a selection: places as JavaScript counts."""
    mention = Mention.objects.first()
    segment = next(each for each in mention.transcript.segments.all() if words in each.text)
    start = segment.text.index(words)
    return {
        "recording": mention.transcript.recording.code, "cue": segment.cue_id,
        "start": len(segment.text[:start].encode("utf-16-le")) // 2,
        "end": len(segment.text[: start + len(words)].encode("utf-16-le")) // 2,
    }  # fmt: skip


def test_what_no_machine_found_is_marked_by_hand(bench, interview):
    text = Mention.objects.first().transcript.segments.last().text
    words = text.split()[-1]  # with the stop that clings to it

    bench.post(of("add_mention", interview), {**select(interview, words), "organization": "copesal-mx"})

    made = Mention.objects.get(kind=decisions.BY_HAND)
    assert made.surface == words.rstrip(".")
    assert (made.state, made.organization.slug) == ("accepted", "copesal-mx")
    assert made.start_ms >= made.segment.start_ms
    decide(bench, interview, made, "reopen")
    assert not Mention.objects.filter(kind=decisions.BY_HAND).exists()


def test_words_that_are_accepted_already_are_not_marked_again(bench, interview, world):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    decisions.accept(mention, by=world.moderator.agent, at=NOON)

    answer = bench.post(
        of("add_mention", interview), {**select(interview, mention.surface), "organization": "copesal-mx"}
    )

    assert answer.status_code == 400
    assert not Mention.objects.filter(kind=decisions.BY_HAND).exists()


def test_the_page_of_all_mentions_takes_those_ticked_and_leaves_the_weak_unticked(bench, interview):
    first = Mention.objects.filter(organization__slug="fmln-sv").first()
    doubtful = copy_of(first, score=0.6)
    weak = copy_of(first, score=0.3)
    page = bench.get(of("mentions", interview)).content.decode()

    boxes = dict(re.findall(r'name="take" value="(\d+) [^"]*"( checked)?>', page))
    assert boxes[str(first.pk)] == " checked"
    assert boxes[str(doubtful.pk)] == ""
    assert str(weak.pk) not in boxes

    bench.post(of("mentions", interview), {"take": [f"{first.pk} {decisions.stand(first)}"]})
    assert set(Mention.objects.accepted()) == {first}


def test_a_weak_suggestion_is_folded_away_and_not_waited_for(bench, interview):
    weak = copy_of(Mention.objects.first(), score=0.3)

    assert weak not in Mention.objects.undecided()
    page = bench.get(of("transcript", interview), {"mention": Mention.objects.first().pk}).content.decode()
    assert f'data-mention="{weak.pk}"' not in page
    assert f"mention={weak.pk}" in page


def test_a_remembered_form_becomes_a_name_that_is_never_public(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    Mention.objects.filter(pk=mention.pk).update(surface="el efe ene")
    mention.refresh_from_db()

    decide(bench, interview, mention, "accept", remember="on")

    name = mention.organization.names.get(kind="heard_as", text="el efe ene")
    assert name.learned_from == interview.public_id
    assert mention.organization.revisions.last().why == "heard"


def test_an_interviewer_looks_at_mentions_and_decides_nothing(world, at_the_desk_of, interview):
    mention = Mention.objects.first()

    answer = decide(at_the_desk_of(world.interviewer), interview, mention, "accept")

    assert answer.status_code == 409  # it is with the moderators now
    mention.refresh_from_db()
    assert mention.state == Mention.State.SUGGESTED


def test_the_panel_tells_why_the_next_ones_were_not_chosen(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    against = {
        "template": "interview's country %(country)s is not %(other_country)s",
        "parameters": {"country": "SV", "other_country": "MX"}, "weight": -1.2,
    }  # fmt: skip
    mention.alternatives = [{"organization": "copesal-mx", "score": 0.1, "evidence": [against]}]
    mention.save()

    page = bench.get(of("mention", interview), {"mention": mention.pk}).content.decode()

    assert "why-not" in page
    assert "−1.2" in page


def test_a_new_organization_that_comes_too_late_leaves_no_record(bench, world, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    seen = decisions.stand(mention)
    decisions.reject(mention, by=world.other_moderator.agent, at=NOON)
    before = Organization.objects.count()
    data = {"mention": mention.pk, "verdict": "create", "seen": seen, "name": "Liga de los Olvidados"}

    bench.post(of("decide", interview), data, headers=HTMX)

    mention.refresh_from_db()
    assert mention.state == Mention.State.REJECTED
    assert Organization.objects.count() == before
