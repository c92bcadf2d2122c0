"""The scan of a signed paper: one PDF, sealed; for nobody who has the disks alone."""

import hashlib
import re

import pytest
from django.core.files.storage import storages
from PIL import Image

from oralhistory.files.models import MediaFile
from oralhistory.people import vault
from oralhistory.provenance import events
from oralhistory.recordings import papers
from tests import world as worlds
from tests.clock import NOON

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def kept(tmp_path, content, name="a"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def picture(tmp_path, name, kind="PNG", size=(300, 400), **options):
    Image.new("RGB", size, "beige").save(tmp_path / name, kind, **options)
    return tmp_path / name


def refused(*sources):
    with pytest.raises(papers.NotAPaper) as refusal:
        papers.as_pdf(sources)
    return str(refusal.value.sentence)


def pages(pdf):
    """As the last word in the file says: every page was added behind the one before."""
    return int(re.findall(rb"/Count (\d+)", pdf)[-1])


def test_a_pdf_is_kept_as_it_came(tmp_path):
    assert papers.as_pdf([kept(tmp_path, PDF)]) == PDF


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF"])
def test_pictures_of_every_kind_become_pages_without_what_the_camera_wrote(tmp_path, kind):
    exif = Image.Exif()
    exif[0x010E] = "cnry-name"
    sources = [picture(tmp_path, f"page{number}", kind, exif=exif.tobytes()) for number in (1, 2, 3)]
    assert b"cnry" in sources[0].read_bytes()

    made = papers.as_pdf(sources)

    assert made.startswith(b"%PDF-")
    assert pages(made) == 3
    assert b"cnry" not in made


def test_every_page_of_a_scan_is_a_page(tmp_path):
    frames = [Image.new("L", (200, 300), 10 * number) for number in range(4)]
    frames[0].save(tmp_path / "scan.tif", "TIFF", save_all=True, append_images=frames[1:])

    assert pages(papers.as_pdf([tmp_path / "scan.tif", picture(tmp_path, "last")])) == 5


def test_a_page_is_no_larger_than_it_need_be(tmp_path):
    made = papers.as_pdf([picture(tmp_path, "large", size=(7016, 1000))])

    assert b"/Width 3508" in made
    assert b"/Height 500" in made


@pytest.mark.parametrize(
    "content",
    [
        b"", b"%PDF-1.7\n cut off", b"\n" + PDF, b"<html>" + PDF, b"GIF89a" + bytes(100), b"PK\x03\x04" + bytes(100),
        b"<svg onload='alert(1)'>", b"MZ" + bytes(100), b"%!PS-Adobe-3.0\n%%EOF", b"\x89PNG\r\n\x1a\n",
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused(tmp_path, content):
    assert refused(kept(tmp_path, content))


def test_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(papers, "MOST_PAGES", 3)
    frames = [Image.new("1", (8, 8)) for _number in range(4)]
    frames[0].save(tmp_path / "scan.tif", "TIFF", save_all=True, append_images=frames[1:])
    page = picture(tmp_path, "page")

    assert "at most 3" in refused(tmp_path / "scan.tif")
    assert "at most 3" in refused(page, page, page, page)
    monkeypatch.setattr(papers, "MOST_BYTES", 10)
    assert "too large" in refused(page)


def test_a_pdf_beside_other_files_is_refused(tmp_path):
    assert "either one PDF" in refused(kept(tmp_path, PDF), picture(tmp_path, "page"))
    assert "either one PDF" in refused(kept(tmp_path, PDF, "a"), kept(tmp_path, PDF, "b"))
    assert refused() == "There is no file."


@pytest.mark.django_db
def test_an_agreement_keeps_its_scan_sealed_and_once(tmp_path):
    world = worlds.build()
    agreement = worlds.draft(world).agreements.get()

    file = papers.add(agreement, [kept(tmp_path, PDF)], by=world.archivist.agent, at=NOON)

    agreement.refresh_from_db()
    assert agreement.scan == file
    assert (file.storage, file.use) == (MediaFile.Storage.MASTERS, MediaFile.Use.PAPER)
    assert papers.sha256_of(file) == hashlib.sha256(PDF).hexdigest()
    with storages["masters"].open(file.key) as stream:
        stored = stream.read()
    assert hashlib.sha256(stored).hexdigest() == file.sha256
    assert b"PDF" not in stored
    with pytest.raises(papers.AlreadyKept):
        papers.add(agreement, [kept(tmp_path, PDF + b"%%EOF", "b")], by=world.archivist.agent, at=NOON)
    agreement.refresh_from_db()
    assert agreement.scan == file


@pytest.mark.django_db
def test_every_reading_is_an_event_and_needs_the_key(tmp_path, settings):
    world = worlds.build()
    agreement = worlds.draft(world).agreements.get()
    file = papers.add(agreement, [kept(tmp_path, PDF)], by=world.archivist.agent, at=NOON)

    assert papers.read(agreement, "to show it", by=world.archivist.agent, at=NOON) == PDF
    last = list(events.of(agreement.interview))[-1]
    assert (last.kind, last.outcome, last.reason) == ("paper read", file.code, "to show it")
    settings.IDENTITY_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItISE="
    with pytest.raises(vault.CannotBeOpened):
        papers.read(agreement, "to show it", by=world.archivist.agent, at=NOON)
