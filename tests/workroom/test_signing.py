"""The two hands that open a testimony, and the one that closes it."""

import pytest
from django.urls import reverse

from oralhistory.editions import sounds
from oralhistory.interviews import writing
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import NOON

CANARY = worlds.CANARY


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


@pytest.fixture
def reviewed(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    worlds.redact_the_secret(world, interview)
    worlds.accept_everything(world, interview)
    worlds.hear_everything(world, interview)
    return interview


def manifest(browser, interview):
    return browser.get(of("sign", interview)).context["manifest"].sha256


def test_the_edition_to_be_is_shown_as_everybody_will_see_it(world, at_the_desk_of, reviewed):
    page = at_the_desk_of(world.moderator).get(of("sign", reviewed)).content.decode()

    assert "Frente Farabundo Martí para la Liberación Nacional" in page
    assert worlds.SECRET not in page
    assert 'class="withheld"' in page


def test_what_was_signed_is_what_was_shown_and_another_publishes(world, at_the_desk_of, reviewed):
    moderator, archivist = at_the_desk_of(world.moderator), at_the_desk_of(world.archivist)
    moderator.post(of("approve", reviewed), {"manifest": manifest(moderator, reviewed)})
    reviewed.refresh_from_db()
    assert reviewed.state == State.APPROVED
    assert Job.objects.filter(kind="prepare sound").count() == 1

    archivist.post(of("publish", reviewed))  # too early
    reviewed.refresh_from_db()
    assert reviewed.state == State.APPROVED
    assert "hx-trigger" in archivist.get(of("sign_ready", reviewed)).content.decode()

    sounds.prepare(reviewed, at=NOON)
    assert of("publish", reviewed) in archivist.get(of("sign_ready", reviewed)).content.decode()
    archivist.post(of("publish", reviewed))
    reviewed.refresh_from_db()
    assert reviewed.state == State.PUBLISHED
    public = archivist.get(reverse("reading_room:testimony", args=[reviewed.public_id])).content.decode()
    assert CANARY not in public


def test_a_page_that_is_out_of_date_signs_nothing(world, at_the_desk_of, reviewed):
    moderator = at_the_desk_of(world.moderator)
    seen = manifest(moderator, reviewed)
    form = {"title": "Otro título", "seen_title": writing.mark(reviewed.title), "main_language": "es"}
    moderator.post(of("description", reviewed), form)

    moderator.post(of("approve", reviewed), {"manifest": seen})

    reviewed.refresh_from_db()
    assert reviewed.state == State.IN_REVIEW


def test_a_testimony_is_taken_down_by_one_person_without_reasons(world, at_the_desk_of, tmp_path):
    interview = worlds.published(world, tmp_path)
    browser = at_the_desk_of(world.interviewer)

    assert browser.get(of("withdraw", interview)).status_code == 200
    browser.post(of("withdraw", interview))

    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN
    assert browser.get(reverse("reading_room:testimony", args=[interview.public_id])).status_code == 410
    assert Job.objects.filter(kind="clean up").count() == 1


def test_a_passage_of_what_is_public_is_hidden_at_once(world, at_the_desk_of, tmp_path):
    interview = worlds.published(world, tmp_path)
    browser = at_the_desk_of(world.archivist)

    browser.post(of("veil", interview), {"start": "0:06", "end": "0:08", "reason": "Asked for"})

    page = browser.get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert "Copesal" not in page


def test_an_interview_is_sent_back_with_a_reason_and_submitted_again(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    moderator, interviewer = at_the_desk_of(world.moderator), at_the_desk_of(world.interviewer)
    assert moderator.post(of("send_back", interview), {"reason": ""}).status_code == 400

    moderator.post(of("send_back", interview), {"reason": "A name to be checked"})
    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED

    interviewer.post(of("submit", interview))
    interview.refresh_from_db()
    assert interview.state == State.IN_REVIEW


def test_what_has_no_agreement_is_not_submitted(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    interview.agreements.all().delete()

    at_the_desk_of(world.interviewer).post(of("submit", interview))

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED


def test_an_embargo_is_lengthened_and_not_shortened(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    browser = at_the_desk_of(world.archivist)

    assert (
        browser.post(of("embargo", interview), {"until": "2040-01-01", "reason": "Asked for"}).status_code
        == 302
    )
    assert (
        browser.post(of("embargo", interview), {"until": "2039-01-01", "reason": "Sooner"}).status_code == 400
    )
    assert browser.post(of("embargo", interview), {"until": "", "reason": "For ever"}).status_code == 302

    assert interview.embargoes.count() == 2


def test_whoever_corrected_the_text_last_is_told_that_another_signs(world, at_the_desk_of, reviewed):
    moderator = at_the_desk_of(world.moderator)
    row = versions.current(Recording.objects.of(reviewed).get()).segments.first()
    data = {
        "recording": row.transcript.recording.code,
        "cue": row.cue_id,
        "seen": row.text,
        "text": "Buenas.",
    }
    moderator.post(of("text", reviewed), data)

    page = moderator.get("/en" + of("sign", reviewed))

    assert "You corrected this text last, so someone else signs." in page.content.decode()
    assert of("approve", reviewed) not in page.content.decode()
