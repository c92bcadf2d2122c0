"""What is damaged now, and in which interview: for the people who can do something about it."""

from dataclasses import dataclass

from django.db.models import Q

from oralhistory.consent.models import Agreement
from oralhistory.files import fixity, handling
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.interviews.models import Interview, Photograph
from oralhistory.recordings.models import Recording


@dataclass(frozen=True, slots=True)
class Damage:
    """A copy that is not what it was, as its last check found it."""

    check: FixityCheck
    interview: Interview | None
    replicated: bool  # a second copy is kept of files of this kind, so this one is bad too, or out of reach

    @property
    def file(self) -> MediaFile:
        return self.check.file

    @property
    def storage(self) -> str:
        return handling.storage_of(self.check.file, self.check.copy)

    @property
    def missing(self) -> bool:
        return not self.check.found

    @property
    def irreplaceable(self) -> bool:
        return self.file.storage == MediaFile.Storage.MASTERS and self.file.use in MediaFile.IRREPLACEABLE


def standing() -> list[Damage]:
    """The newest hundred."""
    checks = fixity.damaged().select_related("file").prefetch_related("file__replicas").order_by("-pk")[:100]
    return [Damage(each, interview_of(each.file), bool(each.file.replicas.all())) for each in checks]


def interview_of(file: MediaFile) -> Interview | None:
    """The interview that a file belongs to: it, or what it was made from."""
    here: MediaFile | None = file
    while here is not None:
        if found := _interview_of(here):
            return found
        here = here.parent
    return None


def _interview_of(file: MediaFile) -> Interview | None:
    names = ("listening", "hearing", "staff_copy", "staff_video", "poster")
    of_rendition = Q()
    for name in names:
        of_rendition |= Q(**{f"renditions__{name}": file})
    recording = Recording.objects.filter(Q(master=file) | Q(transfers__master=file) | of_rendition)
    if first := recording.select_related("session__interview").first():
        return first.session.interview
    sizes = Q(small=file) | Q(large=file) | Q(small_webp=file) | Q(large_webp=file)
    if photograph := Photograph.objects.filter(sizes).select_related("interview").first():
        return photograph.interview
    paper = Agreement.objects.filter(scan=file).select_related("interview").first()
    return paper.interview if paper else None
