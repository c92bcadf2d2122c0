"""Nobody opens a testimony alone: who may not sign, why, and what makes a signature void."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from oralhistory.accounts.models import Role, RoleHeld
from oralhistory.consent import access, agreements
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.editions.models import Edition
from oralhistory.interviews import chapters
from oralhistory.interviews.models import Assignment, Interview, Photograph, State
from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings import photographs
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, redactions, remarks, signatures
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON

LATER = NOON + MINUTE


def of(name, interview):
    with override("en"):
        return reverse(f"workroom:{name}", args=[interview.public_id])


def give(user, *wanted):
    for role in wanted:
        RoleHeld.objects.get_or_create(user=user, role=role)


def manifest(browser, interview):
    return browser.get(of("sign", interview)).context["manifest"].sha256


OWN = {
    "made it": ("You made this interview, so someone else signs.", "You made this interview"),
    "sent in its sound": ("You sent in its sound, so someone else signs.", "You sent in its sound"),
    "corrected it last": ("You corrected this text last, so someone else signs.", "You corrected this text last"),
}  # fmt: skip


def make_own(world, interview, reason):
    """The moderator's own work, in one of three ways."""
    agent = world.moderator.agent
    if reason == "made it":
        interview.created_by = world.moderator
        interview.save()
    else:
        kind = access.UPLOADED if reason == "sent in its sound" else access.TEXT_EDITED
        events.record(kind, interview, at=LATER, agent=agent)


def test_nobody_signs_their_own_work_and_is_told_why(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    moderator = at_the_desk_of(world.moderator)
    seen = manifest(moderator, interview)
    for reason, (said, refused) in OWN.items():
        with transaction.atomic():
            make_own(world, interview, reason)

            page = moderator.get(of("sign", interview)).content.decode()
            refusal = moderator.post(of("approve", interview), {"manifest": seen})

            assert said in page
            assert of("approve", interview) not in page
            assert refusal.status_code == 403
            assert refused in refusal.content.decode()
            assert Event.objects.get(kind="signature refused").outcome == f"approve: {reason}"
            interview.refresh_from_db()
            assert interview.state == State.IN_REVIEW
            transaction.set_rollback(True)
        interview.refresh_from_db()


def test_nobody_publishes_their_own_work_or_what_they_signed(world, at_the_desk_of, tmp_path):
    interview = worlds.approved(world, tmp_path)
    give(world.moderator, Role.ARCHIVIST)
    browser = at_the_desk_of(world.moderator)
    for reason in (*OWN, "signed it already"):
        with transaction.atomic():
            if reason != "signed it already":
                make_own(world, interview, reason)
                events.record(access.APPROVED, interview, at=LATER, agent=world.other_moderator.agent)

            page = browser.get(of("sign", interview)).content.decode()
            refusal = browser.post(of("publish", interview))

            assert "so someone else publishes it." in page
            assert of("publish", interview) not in page
            assert refusal.status_code == 403
            assert Event.objects.get(kind="signature refused").outcome == f"publish: {reason}"
            assert not Edition.objects.exists()
            transaction.set_rollback(True)
        interview.refresh_from_db()


def test_whoever_has_a_conflict_neither_signs_nor_publishes(world, at_the_desk_of, tmp_path):
    interview = worlds.revising(world, tmp_path)
    give(world.conflicted, Role.ARCHIVIST)
    browser = at_the_desk_of(world.conflicted)

    refusal = browser.post(of("approve", interview), {"manifest": "0" * 64})

    assert refusal.status_code == 403
    assert "A conflict of interest keeps this interview from you." in refusal.content.decode()
    assert browser.get(of("sign", interview)).status_code == 403


def test_a_signature_falls_with_its_signatorys_conflict(world, at_the_desk_of, tmp_path):
    interview = worlds.approved(world, tmp_path)
    archivist = at_the_desk_of(world.archivist)
    archivist.post(of("assignments", interview), {"user": world.moderator.pk, "do": "conflict"})
    assert (
        Assignment.objects.get(user=world.moderator).conflicted is False
    )  # not in this state: from its own page

    at_the_desk_of(world.moderator).post(of("recuse", interview), {"words": "Es mi primo Julián."})
    archivist.post(of("publish", interview))

    assert Assignment.objects.get(user=world.moderator).conflicted
    assert not Edition.objects.exists()
    assert not any("Julián" in f"{each.reason}{each.outcome}" for each in Event.objects.all())


def text(world, interview):
    transcript = versions.current(Recording.objects.of(interview).get())
    row = transcript.segments.first()
    corrections.correct(
        interview, transcript, row.cue_id, "Buenas.", seen=row.text, by=world.other_moderator.agent, at=LATER
    )


def redaction(world, interview):
    redactions.mark(interview, 0, 2_000, reason="asked", by=world.moderator.agent, at=LATER)


def mention(world, interview):
    decisions.reopen(Mention.objects.accepted().first())


def description(world, interview):
    interview.warnings = "Se habla de la cárcel."
    interview.save()


def consent(world, interview):
    agreements.add(
        interview, [agreements.Line(Use.DOWNLOAD, Audience.PUBLIC, denied=True)], kind=Agreement.Kind.RECORDING,
        signed_on=date(2024, 1, 1), by=world.archivist, at=LATER, attribution="pseudonym",
    )  # fmt: skip


def chapter(world, interview):
    chapters.begin(interview, 4_000, parts={"title": "La imprenta"}, by=world.moderator.agent, at=LATER)


def caption(world, interview):
    photographs.describe(
        Photograph.objects.get(),
        caption="En la imprenta",
        credit="",
        of_narrator=True,
        by=world.moderator.agent,
        at=LATER,
    )


SHOWN = {
    text: "other words: Buenas.",
    redaction: "other words: left out",
    mention: "other mentions",
    description: "Before you listen",
    consent: "What everybody may do with it",
    chapter: "Chapters",
    caption: "Photographs",
}


def test_any_change_after_the_signature_voids_it_and_is_named(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    worlds.redact_the_secret(world, interview)
    worlds.accept_everything(world, interview)
    path = tmp_path / "picture"
    Image.new("RGB", (300, 200), "gray").save(path, "PNG")
    photographs.add(interview, path, caption="", credit="", by=world.interviewer.agent, at=NOON)
    worlds.sign(world, interview)
    archivist = at_the_desk_of(world.archivist)
    assert of("publish", interview) in archivist.get(of("sign", interview)).content.decode()

    for change, shown in SHOWN.items():
        with transaction.atomic():
            change(world, interview)
            archivist.post(of("publish", interview))
            page = " ".join(archivist.get(of("sign", interview)).content.decode().split())

            assert Interview.objects.get().state == State.APPROVED, change
            assert not Edition.objects.exists(), change
            assert "Something changed since: the signature no longer holds." in page, change
            assert shown in page.replace("</b>", ""), change
            assert of("publish", interview) not in page, change
            transaction.set_rollback(True)
        interview.refresh_from_db()


def test_what_stands_against_signing_is_shown_by_what_it_is_about(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    remarks.leave(interview, "¿Se oye bien?", by=world.moderator.agent, at=NOON)

    groups = at_the_desk_of(world.moderator).get(of("sign", interview)).context["groups"]

    said = {str(group.title): [check.sentence for check in group.checks] for group in groups}
    assert said["Remarks"] == ["One remark is open."]
    assert said["For everybody to follow"] == []


def test_after_the_publication_a_page_says_what_went_in(world, at_the_desk_of, tmp_path):
    interview = worlds.approved(world, tmp_path)
    archivist = at_the_desk_of(world.archivist)

    answer = archivist.post(of("publish", interview), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == of("edition", interview)
    assert "Edition 1 is public" in page
    assert "1 passage is left out" in page
    assert Edition.objects.get().manifest_sha256 in page
    assert reverse("reading_room:testimony", args=[interview.public_id]) in page
    assert reverse("reading_room:transcript", args=[interview.public_id, "tei"]) in page
    assert at_the_desk_of(world.archivist).get(of("withdraw", interview)).context["tombstone"]


def test_before_a_withdrawal_it_is_said_what_goes_and_what_will_be_said(world, at_the_desk_of, tmp_path):
    interview = worlds.published(world, tmp_path)
    archivist = at_the_desk_of(world.archivist)

    page = archivist.get(of("withdraw", interview)).content.decode()
    assert "Edition 1, public since" in page
    assert "will say that it was withdrawn" in page

    interview.agreements.update(tombstone=False)
    page = archivist.get(of("withdraw", interview)).content.decode()
    assert "will say nothing, as if it had never been" in page


def test_who_signs_many_at_once_is_pointed_out_to_the_second_hand(world, at_the_desk_of, tmp_path):
    interview = worlds.approved(world, tmp_path)
    for number in range(3):
        other = worlds.draft(world)
        signatures.sign(other, "0" * 64, by=world.moderator.agent, at=NOON + number * MINUTE)
    signatures.sign(worlds.draft(world), "0" * 64, by=world.moderator.agent, at=NOON + 11 * MINUTE)

    page = at_the_desk_of(world.archivist).get(of("sign", interview)).content.decode()

    assert "The same person signed 3 other interviews within ten minutes: look closely." in page
