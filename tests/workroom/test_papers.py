"""The scan of an agreement, in the workroom: brought once, read by nobody there."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oralhistory.interviews.models import Interview
from oralhistory.recordings import papers
from tests import world as worlds
from tests.clock import NOON
from tests.recordings.test_papers import PDF, pages
from tests.workroom.test_pictures import picture


def address(interview: Interview) -> str:
    return reverse("workroom:agreement_scan", args=[interview.public_id])


def scan(*files, agreement):
    return {"agreement": agreement.pk, "pages": list(files)}


def pdf(content=PDF):
    return SimpleUploadedFile("Ramiro Pérez.pdf", content)


def test_the_scan_is_kept_and_its_checksum_shown(world, at_the_desk_of):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()
    browser = at_the_desk_of(world.archivist)

    answer = browser.post(address(interview), scan(pdf(), agreement=agreement))

    assert answer.status_code == 302
    agreement.refresh_from_db()
    page = browser.get(reverse("workroom:agreements", args=[interview.public_id])).content.decode()
    assert hashlib.sha256(PDF).hexdigest() in page
    assert "Ramiro" not in page
    assert agreement.scan.key not in page


def test_several_pictures_are_one_paper(world, at_the_desk_of):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()
    files = [picture(400), picture(500)]

    at_the_desk_of(world.interviewer).post(address(interview), scan(*files, agreement=agreement))

    agreement.refresh_from_db()
    content = papers.read(agreement, "test", by=world.archivist.agent, at=NOON)
    assert pages(content) == 2
    assert worlds.CANARY.encode() not in content


@pytest.mark.parametrize("content", [b"not a paper", b"%PDF-1.7 cut off"])
def test_what_is_no_scan_is_refused_in_words(world, at_the_desk_of, content):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()

    answer = at_the_desk_of(world.archivist).post(address(interview), scan(pdf(content), agreement=agreement))

    assert answer.status_code == 400
    assert "PDF" in answer.content.decode().split("<h1", maxsplit=1)[0]  # above the page, as a message
    agreement.refresh_from_db()
    assert agreement.scan is None


def test_a_second_scan_is_refused(world, at_the_desk_of):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()
    browser = at_the_desk_of(world.archivist)
    browser.post(address(interview), scan(pdf(), agreement=agreement))
    agreement.refresh_from_db()
    first = agreement.scan

    assert browser.post(address(interview), scan(picture(300), agreement=agreement)).status_code == 400
    agreement.refresh_from_db()
    assert agreement.scan == first


def test_an_agreement_of_another_interview_is_not_touched(world, at_the_desk_of):
    interview, other = worlds.draft(world), worlds.draft(world)
    agreement = other.agreements.get()

    answer = at_the_desk_of(world.archivist).post(address(interview), scan(pdf(), agreement=agreement))

    assert answer.status_code == 400
    agreement.refresh_from_db()
    assert agreement.scan is None


def test_who_may_not_record_agreements_may_not_bring_papers(world, at_the_desk_of):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()

    for person, status in ((world.other_interviewer, 404), (world.sysadmin, 404), (world.moderator, 404)):
        answer = at_the_desk_of(person).post(address(interview), scan(pdf(), agreement=agreement))
        assert answer.status_code == status
