"""Consent narrowed after publication: what it no longer allows is gone at the next request, and the rest stays."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from oralhistory.consent import agreements, grants, themes
from oralhistory.consent.agreements import Line
from oralhistory.consent.models import Agreement, Audience, Theme, Use
from oralhistory.editions import cleaning, manifest, publishing
from oralhistory.editions.models import Edition, EditionSegment, Veil
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.jobs.models import Job
from oralhistory.people.models import Person
from oralhistory.pipeline import acts
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings import photographs
from oralhistory.search import index
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON

pytestmark = pytest.mark.django_db
LATER = NOON + MINUTE


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def public(world, tmp_path):
    """Public, with a photograph; its title names nobody."""
    interview = worlds.in_review(world, tmp_path)
    Interview.objects.filter(pk=interview.pk).update(title="Las calles de 1980")
    interview.refresh_from_db()
    path = tmp_path / "picture"
    Image.new("RGB", (300, 400), "gray").save(path, "PNG")
    photographs.add(interview, path, caption="En la calle", credit="", by=world.interviewer.agent, at=NOON)
    worlds.accept_everything(world, interview)
    worlds.publish_from_review(world, interview)
    interview.refresh_from_db()
    return interview


def narrow(world, interview, *lines, **options):
    acts.narrow(interview, lines, by=world.archivist.agent, at=LATER, **options)


def no(use, audience=Audience.PUBLIC, **part):
    return Line(use, audience, denied=True, **part)


def status(name, interview, *more):
    return Client().get(reverse(f"reading_room:{name}", args=[interview.public_id, *more])).status_code


def page(interview):
    return Client().get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()


def test_a_use_that_is_taken_back_closes_its_exits_alone(world, public):
    assert [status(name, public) for name in ("sound", "waveform", "transcript_vtt")] == [200, 200, 200]

    narrow(world, public, no(Use.AUDIO))

    assert [status(name, public) for name in ("sound", "waveform", "transcript_vtt")] == [404, 404, 200]
    assert "<audio" not in page(public)
    assert "milité" in page(public)
    public.refresh_from_db()
    assert public.state == State.PUBLISHED
    assert index.search("milité").total == 1


def test_words_that_nobody_may_read_any_more_are_in_no_public_table(world, public):
    slug = "fmln-sv"
    organization = reverse("reading_room:organization", args=[slug])
    assert "milité" in Client().get(organization).content.decode()
    cue = EditionSegment.objects.all()[1].cue_id

    narrow(world, public, no(Use.TEXT))

    assert not EditionSegment.objects.exists()
    assert index.search("milité").total == 0
    assert [status("transcript_vtt", public), status("moment", public, cue)] == [404, 404]
    assert "milité" not in page(public) + Client().get(organization).content.decode()
    assert public.public_id not in Client().get(organization).content.decode()
    assert status("sound", public) == 200


@pytest.mark.parametrize(
    ("use", "gone"),
    [
        (Use.SUMMARY, "Tradujo e imprimió"), (Use.QUOTE, "Un preso solo"), (Use.STILL, "En la calle"),
        (Use.DOWNLOAD, "transcript.txt"),
    ],
)  # fmt: skip
def test_each_use_takes_along_what_it_gave(world, public, use, gone):
    assert gone in page(public)

    narrow(world, public, no(use))

    assert gone not in page(public)
    assert Edition.objects.public().get().uses == list(manifest.build(public, at=LATER).record["uses"])


def test_who_withdraws_text_and_sound_withdraws_the_testimony(world, public):
    narrow(world, public, no(Use.TEXT), no(Use.AUDIO))

    assert not Edition.objects.public().exists()
    public.refresh_from_db()
    assert public.state == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)  # the index is purged outside a transaction, as the job does it
def test_files_of_a_use_that_is_taken_back_are_erased(world, public):
    kept = MediaFile.objects.present().filter(storage="access")
    assert set(kept.values_list("use", flat=True)) == {"access_copy", "photograph"}

    narrow(world, public, no(Use.AUDIO))
    assert Job.objects.filter(kind="clean up").count() == 1
    cleaning.after_narrowing(public.public_id, at=LATER)
    assert set(kept.values_list("use", flat=True)) == {"photograph"}

    narrow(world, public, no(Use.STILL))
    cleaning.after_narrowing(public.public_id, at=LATER)
    assert not kept.exists()
    assert "milité" in page(public)


def test_a_name_that_is_taken_back_goes_from_everything_and_the_testimony_stays(world, public):
    """It is said in the first passage: that is veiled, and the sound waits for a copy without it."""
    assert "Elena" in page(public)

    narrow(world, public, attribution=Person.Attribution.CODE)

    assert "Elena" not in page(public)
    assert "milité" in page(public)
    assert list(Veil.objects.values_list("start_ms", "end_ms")) == [(0, 2000)]
    assert status("sound", public) == 404
    assert index.search("Elena").total == 0


@pytest.mark.parametrize(
    "written",
    [{"notes": [{"about": "", "text": "La hermana de Elena."}]}, {"translations": {"en": "Elena’s."}}],
)
def test_a_name_that_is_taken_back_is_in_no_note_and_no_translation(world, public, written):
    segment = Edition.objects.public().get().segments.get(index=3)
    for name, value in written.items():
        setattr(segment, name, value)
    segment.save()

    narrow(world, public, attribution=Person.Attribution.CODE)

    assert (6_000, 8_000) in Veil.objects.values_list("start_ms", "end_ms")
    assert "Elena" not in page(public)


def test_a_title_that_is_the_name_goes_too(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    assert Edition.objects.public().get().title == "Elena"

    narrow(world, interview, attribution=Person.Attribution.CODE)

    assert Edition.objects.public().get().title == "Testimonio"
    assert "Elena" not in page(interview)


def test_a_passage_is_closed_at_once_and_without_a_redaction_that_would_outlive_its_day(world, public):
    narrow(world, public, no(Use.TEXT, start_ms=6_000, end_ms=8_000, valid_until=NOON + DAY))

    assert index.search("llenábamos").total == 0
    assert "llenábamos" not in page(public)
    built = manifest.build(public, at=LATER)
    assert [segment["withheld"] for segment in built.segments] == [False, False, False, True]
    assert not any(segment["withheld"] for segment in manifest.build(public, at=NOON + DAY).segments)
    assert "llenábamos" not in page(public)  # what is public widens with a next edition alone


def test_an_edition_that_was_made_without_a_passage_is_not_veiled_again(world, public):
    narrow(world, public, no(Use.AUDIO, start_ms=6_000, end_ms=8_000))
    publishing.revise(public, by=world.archivist.agent, at=LATER)
    public.refresh_from_db()
    worlds.sign(world, public)
    publishing.publish(public, by=world.archivist, at=NOON + 2 * MINUTE)

    acts.narrow(public, [no(Use.EMBED)], by=world.archivist.agent, at=NOON + 3 * MINUTE)

    assert not Edition.objects.public().get().veils.exists()
    assert status("sound", public) == 200


def test_a_theme_that_is_refused_closes_the_passages_that_speak_of_it(world, public):
    acts.mark_theme(public, 6_000, 8_000, Theme.WEAPONS, by=world.moderator.agent, at=LATER)
    assert "llenábamos" in page(public)  # no paper refuses it

    narrow(world, public, no(Use.TEXT, theme=Theme.WEAPONS))

    assert "llenábamos" not in page(public)
    assert manifest.build(public, at=LATER).segments[3]["withheld"]


def test_a_passage_that_is_found_to_speak_of_a_refused_theme_closes_at_once(world, public):
    narrow(world, public, no(Use.AUDIO, theme=Theme.FAMILY), no(Use.TEXT, theme=Theme.FAMILY))
    assert "llenábamos" in page(public)

    acts.mark_theme(public, 6_000, 8_000, Theme.FAMILY, by=world.moderator.agent, at=NOON + 2 * MINUTE)

    assert "llenábamos" not in page(public)
    assert manifest.build(public, at=LATER).sound["silences"] == [[6_000, 8_000]]


def test_what_was_refused_from_a_day_on_is_taken_down_on_that_day(world, public):
    narrow(world, public, no(Use.AUDIO, valid_from=NOON + DAY))
    assert status("sound", public) == 200

    acts.follow_what_has_ended(at=NOON + DAY)

    assert status("sound", public) == 404


def test_a_condition_keeps_a_passage_closed_whatever_its_day(world, public):
    narrow(
        world,
        public,
        no(Use.TEXT, start_ms=0, end_ms=1000, valid_until=NOON + DAY, condition="mientras viva"),
    )

    assert grants.in_force(public, at=NOON + 400 * DAY).closed_spans[Use.TEXT] == ((0, 1000),)


def test_a_narrowing_allows_nothing_and_stands_for_no_paper(world, public):
    person = Participation.objects.get(interview=public, role="narrator").person
    narrow(world, public, no(Use.EMBED), person=person)

    acts.withdraw_agreement(
        public.agreements.exclude(kind="narrowing").get(), by=world.archivist.agent, at=LATER
    )

    terms = grants.in_force(public, at=LATER)
    assert (terms.papers, terms.public_uses()) == (0, [])
    assert terms.attributions == {person.pk: "code"}
    public.refresh_from_db()
    assert public.state == State.WITHDRAWN


def test_a_narrowing_that_gives_something_is_refused(world, public):
    with pytest.raises(agreements.Widens):
        narrow(world, public, Line(Use.AI_TRAINING))
    with pytest.raises(agreements.NothingNarrowed):
        narrow(world, public)


def test_a_new_paper_alone_does_not_widen_and_one_that_lifts_the_narrowing_does(world, public):
    narrow(world, public, no(Use.QUOTE))
    narrowing = public.agreements.get(kind="narrowing")
    paper = {"kind": Agreement.Kind.RECORDING, "signed_on": NOON.date(), "by": world.archivist, "at": LATER}

    acts.record_agreement(public, [Line(Use.QUOTE)], attribution="pseudonym", **paper)
    assert not grants.in_force(public, at=LATER).allows(Use.QUOTE)

    acts.record_agreement(public, [Line(Use.QUOTE)], attribution="pseudonym", lifts=[narrowing], **paper)
    assert grants.in_force(public, at=LATER).allows(Use.QUOTE)
    assert Use.QUOTE not in Edition.objects.public().get().uses  # that is for a next edition


def test_what_was_narrowed_stands_in_the_events_without_a_name(world, public):
    narrow(world, public, no(Use.AUDIO), attribution=Person.Attribution.CODE)

    rows = Event.objects.filter(kind__in=["consent narrowed", "edition narrowed"]).values_list(
        "kind", "outcome"
    )
    assert list(rows) == [
        ("consent narrowed", "audio"), ("edition narrowed", "edition 1: audio"), ("edition narrowed", "edition 1: name"),
    ]  # fmt: skip
    assert events.verify() > 0


def test_whoever_marked_a_theme_that_a_paper_closes_does_not_unmark_it_alone(world, public):
    row = themes.mark(public, 0, 1000, Theme.HEALTH, by=world.moderator.agent, at=LATER)
    agreements.narrow(public, [no(Use.TEXT, theme=Theme.HEALTH)], by=world.archivist.agent, at=LATER)

    with pytest.raises(themes.NeedsAnother):
        themes.unmark(row, by=world.moderator.agent, at=LATER + timedelta(days=1))
    themes.unmark(row, by=world.other_moderator.agent, at=LATER)

    assert grants.in_force(public, at=LATER).closed_spans[Use.TEXT] == ()


def test_what_never_had_a_paper_is_not_withdrawn_by_a_mark_or_a_narrowing(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    Agreement.objects.all().delete()

    acts.mark_theme(interview, 0, 1000, Theme.HEALTH, by=world.moderator.agent, at=LATER)
    narrow(world, interview, no(Use.TEXT))

    interview.refresh_from_db()
    assert interview.state == State.IN_REVIEW
