"""A translation written beside its original, and what of it everybody reads."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from oralhistory.editions import publishing
from oralhistory.editions.models import EditionSegment
from oralhistory.recordings.models import Recording
from oralhistory.review import checks, corrections, redactions, translating
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Translation
from tests import world as worlds
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db

IN_ENGLISH = [
    "Good afternoon, comrade Elena.",
    "I belonged to the Front.",
    "Ramiro lived in Colima street.",
    "Out of it came Copesal, and we filled the streets.",
]


def address(name, interview, *, language="en"):
    return reverse(f"workroom:{name}", args=[interview.public_id, *([language] if language else [])])


def translated(world, folder, *, ready=True):
    """In review, every line in English."""
    interview = worlds.in_review(world, folder)
    recording = Recording.objects.of(interview).get()
    translation = translating.begin(recording, "en", by=world.moderator.agent, at=NOON)
    translating.take_in(translation, IN_ENGLISH, by=world.moderator.agent, at=NOON)
    translating.name_translator(translation, "Lucy Gray")
    if ready:
        translating.mark(translation, ready=True, by=world.moderator.agent, at=NOON)
    return interview


def beside(interview):
    return [
        entry.get("translations", {}).get("en", "")
        for entry in publishing.preview(interview, at=NOON).segments
    ]


def test_it_is_begun_and_written_line_by_line_and_says_what_is_missing(world, tmp_path, at_the_desk_of):
    interview = worlds.in_review(world, tmp_path)
    browser = at_the_desk_of(world.moderator)
    assert (
        browser.post(address("translations", interview, language=""), {"language": "en"}).status_code == 302
    )
    line = translating.lines(Translation.objects.get())[0]
    form = {"cue": line.segment.cue_id, "seen": "", "text": IN_ENGLISH[0]}

    answer = browser.post(address("translated_line", interview), form, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert IN_ENGLISH[0] in answer.content.decode()
    assert "3 de 4" in answer.content.decode()
    page = browser.get(address("translation", interview)).content.decode()
    assert (
        page.index(worlds.TEXTS[0]) < page.index(f">{IN_ENGLISH[0]}</textarea>") < page.index(worlds.TEXTS[3])
    )
    assert "Traducción: inglés" in page
    overtaken = browser.post(
        address("translated_line", interview), {**form, "text": "Other"}, headers={"HX-Request": "true"}
    )
    assert "Other" in overtaken.content.decode()  # what was typed is not lost
    assert translating.lines(Translation.objects.get())[0].text == IN_ENGLISH[0]


def test_what_changed_in_the_original_since_is_marked_and_left_out_until_somebody_looked(
    world, tmp_path, at_the_desk_of
):
    interview = translated(world, tmp_path)
    cue = translating.lines(Translation.objects.get())[0].segment
    current = versions.current(Recording.objects.of(interview).get())
    corrections.correct(
        interview,
        current,
        cue.cue_id,
        "Buenos días.",
        seen=cue.text,
        by=world.moderator.agent,
        at=NOON + MINUTE,
    )
    browser = at_the_desk_of(world.moderator)

    page = browser.get(address("translation", interview)).content.decode()

    assert page.count("is-changed") == 1
    assert worlds.TEXTS[0] in page  # as it read
    assert beside(interview) == ["", *IN_ENGLISH[1:]]
    assert any("(en)" in check.sentence for check in checks.before_signing(interview, at=NOON))
    form = {"cue": cue.cue_id, "seen": IN_ENGLISH[0], "text": IN_ENGLISH[0]}
    browser.post(address("translated_line", interview), form)
    assert beside(interview) == IN_ENGLISH


def test_r09_a_redacted_passage_loses_its_translation_wholly(world, tmp_path):
    interview = translated(world, tmp_path)
    worlds.redact_the_secret(world, interview)
    redactions.mark(interview, 2000, 2200, reason="x", by=world.moderator.agent, at=NOON)  # a word of another

    assert beside(interview) == [IN_ENGLISH[0], "", "", IN_ENGLISH[3]]


def test_nothing_of_it_is_published_until_it_is_ready(world, tmp_path, at_the_desk_of):
    interview = translated(world, tmp_path, ready=False)
    before = publishing.preview(interview, at=NOON)
    assert "translations" not in {*before.record["making"], *before.segments[0]}
    browser = at_the_desk_of(world.moderator)

    browser.post(address("whole_translation", interview), {"do": "ready"})
    ready = publishing.preview(interview, at=NOON)
    browser.post(address("whole_translation", interview), {"do": "not_ready"})

    assert ready.record["making"]["translations"] == {"en": ["Lucy Gray"]}
    assert ready.sha256 != before.sha256  # what was signed before is signed no more
    assert publishing.preview(interview, at=NOON).sha256 == before.sha256


def test_everybody_reads_it_beside_the_original_and_a_veil_takes_both(world, tmp_path):
    interview = translated(world, tmp_path)
    worlds.publish_from_review(world, interview)
    page = reverse("reading_room:testimony", args=[interview.public_id])
    alone, two = Client().get(page).content.decode(), Client().get(f"{page}?beside=en").content.decode()

    assert IN_ENGLISH[3] not in alone
    assert '?beside=en"' in alone
    assert re.search(rf'lang="en"[^>]*>[^<]*{re.escape(IN_ENGLISH[3])}', two)
    assert "Lucy Gray" in alone
    assert Client().get(f"{page}?beside=xx").content.decode().count('class="beside"') == 0
    assert worlds.signed_in(world.archivist).get(f"{page}?beside=en").content.decode() == two

    publishing.veil(interview, 6000, 8000, by=world.archivist.agent, at=NOON, reason="x")

    assert IN_ENGLISH[3] not in Client().get(f"{page}?beside=en").content.decode()
    assert (
        EditionSegment.objects.filter(translations={}).count() == 0
    )  # the edition itself stays as it was signed


def test_whoever_signs_sees_it(world, tmp_path, at_the_desk_of):
    interview = translated(world, tmp_path)

    page = at_the_desk_of(world.moderator).get(reverse("workroom:sign", args=[interview.public_id]))

    assert IN_ENGLISH[1] in page.content.decode()


def test_a_plain_file_fills_what_is_missing_and_overwrites_nothing(world, tmp_path, at_the_desk_of):
    interview = worlds.in_review(world, tmp_path)
    browser = at_the_desk_of(world.moderator)
    browser.post(address("translations", interview, language=""), {"language": "en"})
    translation = Translation.objects.get()
    first = translating.lines(translation)[0].segment.cue_id
    translating.write(translation, first, "Mine", seen="", by=world.moderator.agent, at=NOON)
    file = SimpleUploadedFile("x.txt", "\n".join(IN_ENGLISH).encode())

    browser.post(address("whole_translation", interview), {"do": "file", "file": file})
    browser.post(
        address("whole_translation", interview), {"do": "file", "file": SimpleUploadedFile("y", b"\xff")}
    )

    assert [line.text for line in translating.lines(translation)] == ["Mine", *IN_ENGLISH[1:]]


def test_it_is_for_those_who_may_read_and_write_the_text(world, tmp_path, at_the_desk_of):
    interview = translated(world, tmp_path)
    form = {
        "cue": translating.lines(Translation.objects.get())[0].segment.cue_id,
        "seen": IN_ENGLISH[0],
        "text": "x",
    }

    for person, read, write in (
        (world.interviewer, 409, 409), (world.other_moderator, 403, 403), (world.archivist, 302, 403), (world.sysadmin, 404, 404),
    ):  # fmt: skip
        browser = at_the_desk_of(person)
        assert browser.get(address("translation", interview)).status_code in (read, 409)
        assert browser.post(address("translated_line", interview), form).status_code in (write, 409)
    assert translating.lines(Translation.objects.get())[0].text == IN_ENGLISH[0]
