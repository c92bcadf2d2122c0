"""What a worker leaves on desks when a step has ended that people should know of."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.notices import desk
from oralhistory.review import retranscribing
from oralhistory.transcripts.models import OtherReading, Transcript


def of_another_text(transcript: Transcript, *, at: datetime) -> None:
    """To whoever edits: what a machine heard in a recording that had a text, and that waits for them."""
    interview = transcript.recording.session.interview
    differing = OtherReading.objects.undecided().filter(segment__transcript=transcript).count()
    if differing:
        said = ngettext(
            "A machine has heard a recording again, and in one passage something else: compare and choose.",
            "A machine has heard a recording again, and in %(count)d passages something else: compare and choose.",
            differing,
        ) % {"count": differing}
    elif retranscribing.apart(transcript.recording):
        said = _(
            "A machine has heard a recording whose text was brought along. Its own text is beside that, to be read."
        )
    else:
        return
    at_work = interview.assignments.filter(conflicted=False).select_related("user")
    people = {interview.created_by, *(each.user for each in at_work)}
    desk.leave(sorted(people, key=lambda user: user.pk), interview.code, said, at=at)
