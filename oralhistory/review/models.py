"""What reviewers do to an interview before it may be seen: people named, redactions, remarks, signatures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oralhistory.interviews.models import Interview
from oralhistory.lib import ids
from oralhistory.people.models import Person
from oralhistory.recordings.models import Recording


class NamedPersonQuerySet(models.QuerySet["NamedPerson"]):
    def undecided(self) -> "NamedPersonQuerySet":
        """Nobody has said what becomes of their names."""
        return self.filter(decision=NamedPerson.Decision.UNDECIDED)

    def in_the_way(self) -> "NamedPersonQuerySet":
        """Undecided, and perhaps somebody who lives and is nobody of the public: nothing is signed with them."""
        kinds = [NamedPerson.Kind.UNKNOWN, NamedPerson.Kind.PRIVATE, NamedPerson.Kind.NARRATOR]
        return self.undecided().filter(kind__in=kinds).exclude(living=NamedPerson.Living.NO)

    def kept_out(self) -> "NamedPersonQuerySet":
        """Their names stand in no edition to come."""
        return self.filter(decision__in=NamedPerson.KEPT_OUT)


class NamedPerson(models.Model):
    """Somebody whose name is said in a testimony, and what becomes of the name: the register of third parties.

    The names stand in the unredacted text anyway; here they are plain too, and nowhere else.
    """

    class Kind(models.TextChoices):
        UNKNOWN = "unknown"
        PRIVATE = "private"
        PUBLIC = "public"
        NARRATOR = "narrator"
        NOBODY = "nobody"  # what looked like a name is none

    class Living(models.TextChoices):
        UNKNOWN = "unknown"
        YES = "yes"
        NO = "no"

    class Decision(models.TextChoices):
        UNDECIDED = "undecided"
        KEEP = "keep"
        ROLE_WORD = "role_word"
        PSEUDONYM = "pseudonym"
        CUT = "cut"

    KEPT_OUT = (Decision.ROLE_WORD, Decision.PSEUDONYM, Decision.CUT)

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="people_named")
    code = models.CharField(max_length=10, unique=True, default=ids.agent_code, editable=False)
    name = models.CharField(max_length=200)  # the fullest way in which it is said
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.UNKNOWN)
    living = models.CharField(max_length=7, choices=Living, default=Living.UNKNOWN)
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.UNDECIDED)
    replacement = models.CharField(max_length=120, blank=True)  # a role word or a pseudonym
    note = models.TextField(blank=True)  # internal
    by_hand = models.BooleanField(default=False)  # a person found them, and no machine
    decided_by_agent = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = NamedPersonQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["role_word", "pseudonym"]) ^ Q(replacement=""),
                name="a_name_is_replaced_by_words",
            ),
            models.CheckConstraint(
                condition=Q(decision="undecided") | Q(decided_at__isnull=False),
                name="a_person_is_decided_on_at_a_time",
            ),
        ]


class Occurrence(models.Model):
    """Where a person is named, on the interview's time line."""

    person = models.ForeignKey(NamedPerson, models.CASCADE, related_name="occurrences")
    cue_id = models.CharField(max_length=8)
    start = models.PositiveIntegerField()  # characters in the segment's text, half-open
    end = models.PositiveIntegerField()
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    spelling = models.CharField(max_length=200)  # as it was heard
    likely = models.BooleanField(default=False)  # near their name: a person says whether it is they
    by_hand = models.BooleanField(default=False)
    # The words were changed in the text. The sound was not: what was decided stays where they were.
    gone = models.BooleanField(default=False)

    class Meta:
        ordering = ["start_ms", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="occurrence_has_characters"),
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="occurrence_has_length"),
        ]


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def standing(self) -> "RedactionQuerySet":
        """Marked and not lifted."""
        return self.filter(lifted_at=None)


class Redaction(models.Model):
    """A span that no edition may carry, in text or sound."""

    class Kind(models.TextChoices):
        CUT = "cut"
        ROLE_WORD = "role_word"
        PSEUDONYM = "pseudonym"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="redactions")
    # Whose name is kept out; the decision about them, and nobody's hand, makes and lifts it.
    person = models.ForeignKey(NamedPerson, models.RESTRICT, null=True, related_name="redactions")
    # On the interview's time line, in milliseconds: segments change, the promise does not.
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    cue_id = models.CharField(max_length=8, blank=True)  # where it was marked in the text, for the editor
    first_word = models.PositiveIntegerField(null=True)
    last_word = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CUT)
    replacement = models.CharField(
        max_length=120, blank=True
    )  # a role word or a pseudonym, shown in its place
    reason = models.TextField()
    marked_by_agent = models.CharField(max_length=40)
    marked_at = models.DateTimeField()
    lifted_by_agent = models.CharField(max_length=40, blank=True)
    lifted_at = models.DateTimeField(null=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering = ["start_ms"]
        constraints = [
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="redaction_has_length"),
            models.CheckConstraint(
                condition=Q(kind="cut", replacement="") | ~Q(kind="cut"), name="a_cut_leaves_nothing"
            ),
        ]


class Remark(models.Model):
    """Something said to the others about a moment, until it is resolved."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="remarks")
    start_ms = models.PositiveBigIntegerField(null=True)
    cue_id = models.CharField(max_length=8, blank=True)  # the passage it is about, where it is about one
    text = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by_agent = models.CharField(max_length=40, blank=True)


class Answer(models.Model):
    """What somebody says to a remark. Only ever added."""

    remark = models.ForeignKey(Remark, models.CASCADE, related_name="answers")
    text = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class FootnoteQuerySet(models.QuerySet["Footnote"]):
    def standing(self) -> "FootnoteQuerySet":
        """Written and not removed."""
        return self.filter(removed_at=None)


class Footnote(models.Model):
    """What readers should know of a passage, or of words in it: it goes into editions. Never rewritten, only removed."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="footnotes")
    cue_id = models.CharField(max_length=8)
    about = models.CharField(max_length=200, blank=True)  # words of the passage; empty: all of it
    text = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    removed_by_agent = models.CharField(max_length=40, blank=True)
    removed_at = models.DateTimeField(null=True)

    objects = FootnoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="footnote_says_something")]


class Signature(models.Model):
    """An approval: who signed which manifest. A manifest that changes is one that nobody signed."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="signatures")
    manifest_sha256 = models.CharField(max_length=64)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    # Why not all of what is published was listened to; empty: all of it was.
    unheard_reason = models.TextField(blank=True)
    # What was signed, part by part, as hashes: so that what changed since can be named, and no word is kept twice.
    parts = models.JSONField(default=dict)


class DoubtSettled(models.Model):
    """A doubtful place of a text, of which somebody said that it is right as it stands: doubts.py."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="doubts_settled")
    kind = models.CharField(max_length=20)
    key = models.CharField(
        max_length=32
    )  # of the place and of what it said: a text that changes is doubted anew
    cue_id = models.CharField(max_length=8, blank=True)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recording", "kind", "key"], name="doubts_are_settled_once")
        ]


class Heard(models.Model):
    """What of a recording somebody has listened to: hearing.py."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="heard")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="heard")
    spans = models.JSONField(
        default=list
    )  # [start_ms, end_ms] each, from the beginning of the recording, in order
    at = models.DateTimeField()  # when something was added last

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "user"], name="heard_is_kept_once")]


class Replacement(models.Model):
    """A find and replace over one or more texts, so that it can be taken back: replacing.py."""

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    find = models.CharField(max_length=200)
    replacement = models.CharField(max_length=200)
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    taken_back_by_agent = models.CharField(max_length=40, blank=True)
    taken_back_at = models.DateTimeField(null=True)


class Replaced(models.Model):
    """A passage in which it replaced something."""

    replacement = models.ForeignKey(Replacement, models.CASCADE, related_name="passages")
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="+")
    cue_id = models.CharField(max_length=8)
    before = models.TextField()
    after = models.TextField()


class Suggestion(models.Model):
    """What a narrator says that they said at a passage, until somebody has taken it or not."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="suggestions")
    start_ms = models.PositiveBigIntegerField()  # where it is said, on the interview's time line
    cue_id = models.CharField(max_length=8)
    before = models.TextField()  # as the narrator read it
    text = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_agent = models.CharField(max_length=40, blank=True)
    taken = models.BooleanField(default=False)


class Verdict(models.Model):
    """A narrator has heard the edition to be, and agrees or refuses. The newest of each counts."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="verdicts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    manifest_sha256 = models.CharField(max_length=64)
    agrees = models.BooleanField()
    at = models.DateTimeField()


class SentBack(models.Model):
    """An interview that went one step back, with the words for those who get it. These may hold names: no event does."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="sent_back")
    came_from = models.CharField(max_length=12)  # the state that it left
    words = models.TextField()
    by_agent = models.CharField(max_length=40)
    by_role = models.CharField(max_length=12)  # as which it was sent back: what those who get it are told
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # when it went on again

    class Meta:
        ordering = ["-at", "-pk"]


class PointToSettle(models.Model):
    """One thing to be put right before an interview goes on, ticked off by whoever did it."""

    sent_back = models.ForeignKey(SentBack, models.CASCADE, related_name="points")
    text = models.CharField(max_length=500)
    answer = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by_agent = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]


class Recusal(models.Model):
    """Why somebody stays away from an interview, in their own words, for archivists. That they do is an assignment."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recusals")
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "user"], name="recused_once")]
