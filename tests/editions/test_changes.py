"""What a next edition changes in what is public, and what changed since a signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from oralhistory.consent import agreements
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.editions import changes, manifest, publishing, signed
from oralhistory.interviews import chapters
from oralhistory.mentions import decisions
from oralhistory.mentions.models import Mention
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, redactions
from oralhistory.review.models import Redaction, Signature
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db
LATER = NOON + MINUTE


@pytest.fixture
def world():
    return worlds.build()


@contextmanager
def tried() -> Iterator[None]:
    """Something that is done, looked at, and undone: an edition takes longer to make than to change."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def since_last(interview):
    return changes.since_last(interview, publishing.preview(interview, at=LATER + timedelta(hours=1)))


def correct(world, interview, index, text):
    transcript = versions.current(Recording.objects.of(interview).get())
    row = transcript.segments.all()[index]
    corrections.correct(
        interview, transcript, row.cue_id, text, seen=row.text, by=world.moderator.agent, at=LATER
    )
    return row.cue_id


def test_a_first_edition_is_compared_with_nothing(world, tmp_path):
    assert since_last(worlds.in_review(world, tmp_path)) is None


def test_what_changes_in_what_is_public_is_told_the_gravest_first(world, tmp_path):
    interview = worlds.revising(world, tmp_path)
    moderator = world.moderator.agent

    assert since_last(interview).nothing
    assert since_last(interview).number == 1

    with tried():  # what was kept out is given back, beside a correction
        correct(world, interview, 0, "Buenas tardes, Elena.")
        redactions.lift(Redaction.objects.get(), by=moderator, at=LATER)
        found = since_last(interview)
        assert [(each.what, each.before, each.after) for each in found.passages] == [
            ("opened", "", worlds.SECRET),
            ("changed", "Buenas tardes, compañera Elena.", "Buenas tardes, Elena."),
        ]
        assert found.sound == "recut"

    with tried():  # some words are kept out: no correction
        redactions.mark(interview, 6_000, 6_400, reason="asked", by=moderator, at=LATER)
        found = since_last(interview)
        assert [(each.what, each.start_ms, each.after[:3]) for each in found.passages] == [
            ("closed", 6_000, "[…]")
        ]
        assert found.opened == []

    with tried():  # what a veil hides is not public
        publishing.veil(interview, 6_000, 8_000, by=world.archivist.agent, at=LATER, reason="asked")
        assert since_last(interview).passages == []
        redactions.lift(Redaction.objects.latest("pk"), by=moderator, at=LATER)
        assert [each.what for each in since_last(interview).passages] == ["opened"]


def test_description_mentions_and_uses_are_compared(world, tmp_path):
    interview = worlds.revising(world, tmp_path)
    chapters.begin(interview, 4_000, parts={"title": "La imprenta"}, by=world.moderator.agent, at=LATER)
    mention = Mention.objects.accepted().filter(organization__slug="copesal-mx").get()
    decisions.reopen(mention)
    agreements.add(
        interview, [agreements.Line(Use.QUOTE, Audience.PUBLIC, denied=True)], kind=Agreement.Kind.RECORDING,
        signed_on=NOON.date(), by=world.archivist, at=LATER, attribution="pseudonym",
    )  # fmt: skip

    found = since_last(interview)

    assert [each.name for each in found.fields] == ["pull_quote", "chapters"]
    assert [(each.organization, each.start_ms) for each in found.mentions_removed] == [("copesal-mx", 6_000)]
    assert (found.mentions_added, found.uses_gained, found.uses_lost) == ([], [], ["quote"])
    assert found.sound == "same"


def test_a_signature_keeps_what_was_signed_part_by_part_and_no_word_of_it(world, tmp_path):
    interview = worlds.approved(world, tmp_path)
    signature = Signature.objects.get()
    assert signed.since(signature.parts, manifest.build(interview, at=LATER)) == signed.Since([], [], False)
    assert "Frente" not in str(signature.parts)
    assert "Elena" not in str(signature.parts)

    cue = correct(world, interview, 3, "De ahí salió el Copesal.")
    redactions.mark(interview, 0, 2_000, reason="asked", by=world.moderator.agent, at=LATER)

    found = signed.since(signature.parts, publishing.preview(interview, at=LATER))
    assert [(each.start_ms, each.what, each.withheld) for each in found.passages] == [
        (0, "text", True),
        (6_000, "text", False),
    ]
    assert found.passages[1].cue_id == cue
    assert found.sound
    assert found.fields == []
