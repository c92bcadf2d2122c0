"""The scan of a signed paper: one file among the masters, sealed under the key of the identity vault.

It names the narrator, as the vault does; so whoever takes the disks alone cannot read it. Pictures become the pages
of a PDF of our own; a PDF is kept as it came, and no page of ours ever draws it.
"""

import hashlib
import io
import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.models import Agreement
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.lib.agents import Agent
from oralhistory.people import vault
from oralhistory.provenance import events
from oralhistory.recordings import pictures

MEDIA_TYPE = "application/pdf"
SUFFIX = ".sealed"
MOST_BYTES = 20 << 20  # of all its files together: it is sealed as one piece in memory
MOST_PAGES = 40
READ = "paper read"
_PER_INCH = 300
_RECIPE = "sealed with the identity key; SHA-256 of the PDF: "
_PDF = re.compile(rb"%PDF-[12]\.\d")

_NONE = _("There is no file.")
_TOO_LARGE = _("The scan is too large. Please bring it with at most 20 MB.")
_TOO_MANY = _("There are too many pages. Please bring at most {most}.")
_MIXED = _("Please bring either one PDF, or pictures of the pages.")
_CUT = _("The PDF cannot be kept: it is damaged or was cut off.")
_UNKNOWN = _("This is not a scan of a kind that we take: PDF, JPEG, PNG, TIFF, WebP, HEIC.")


class NotAPaper(Exception):
    """The files are no scan that we take. `sentence` says so to the person who brought them."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class AlreadyKept(Exception):
    """This agreement has its scan: papers are added, never exchanged."""


def add(agreement: Agreement, sources: Sequence[Path], *, by: Agent, at: datetime) -> MediaFile:
    """Keep the scan of an agreement: one PDF, or pictures of its pages in order. Raises NotAPaper, AlreadyKept."""
    content = as_pdf(sources)
    sha256 = hashlib.sha256(content).hexdigest()
    stored = stores.store("masters", io.BytesIO(vault.seal_bytes(content)), suffix=SUFFIX)
    with transaction.atomic():
        file = MediaFile.objects.create(
            storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PAPER, key=stored.key, sha256=stored.sha256,
            size=stored.size, media_type=MEDIA_TYPE, recipe=_RECIPE + sha256, created_at=at,
        )  # fmt: skip
        if not Agreement.objects.filter(pk=agreement.pk, scan=None).update(scan=file):
            raise AlreadyKept
        agreement.scan = file
        events.record("paper kept", agreement.interview, at=at, agent=by, outcome=f"{file.code} {sha256}")
    return file


def sha256_of(file: MediaFile) -> str:
    """Of the paper itself, as it can be computed again from the PDF; `file.sha256` is of what lies in the storage."""
    return file.recipe.removeprefix(_RECIPE)


def read(agreement: Agreement, reason: str, *, by: Agent, at: datetime) -> bytes:
    """The PDF, and an event that says who opened it and why. Whether `by` may is access.decide's question.

    Raises vault.CannotBeOpened, FileNotFoundError.
    """
    file = agreement.scan
    if file is None:
        raise FileNotFoundError("this agreement has no scan")
    with stores.open_local(file.storage, file.key) as path:
        content = vault.open_bytes(path.read_bytes())
    events.record(READ, agreement.interview, at=at, agent=by, outcome=file.code, reason=reason)
    return content


def as_pdf(sources: Sequence[Path]) -> bytes:
    """One PDF as it came, or pictures redrawn as the pages of one, without metadata of theirs. Raises NotAPaper."""
    if not sources:
        raise NotAPaper(_NONE)
    if sum(source.stat().st_size for source in sources) > MOST_BYTES:
        raise NotAPaper(_TOO_LARGE)
    are_pdf = [_is_pdf(source) for source in sources]
    if are_pdf == [True]:
        content = sources[0].read_bytes()
        if b"%%EOF" not in content[-1024:]:
            raise NotAPaper(_CUT)
        return content
    if any(are_pdf):
        raise NotAPaper(_MIXED)
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        return _bound(sources, Path(folder, "paper.pdf"))


def _is_pdf(source: Path) -> bool:
    with source.open("rb") as stream:
        return bool(_PDF.match(stream.read(8)))


def _bound(sources: Sequence[Path], out: Path) -> bytes:
    count = 0
    for source in sources:
        try:
            for page in pictures.pages(source, at_most=MOST_PAGES):
                count += 1
                if count > MOST_PAGES:
                    raise NotAPaper(format_lazy(_TOO_MANY, most=MOST_PAGES))
                page.save(out, "PDF", append=count > 1, resolution=_PER_INCH, quality=82)
        except pictures.NotAPicture as refusal:
            raise NotAPaper(_UNKNOWN if refusal.is_of_another_kind else refusal.sentence) from refusal
    return out.read_bytes()
