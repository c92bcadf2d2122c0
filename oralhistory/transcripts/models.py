"""Transcripts and how they came about: jobs, chunks, windows, versions, segments."""

from django.db import models
from django.db.models import F, Q

from oralhistory.accounts.models import User
from oralhistory.interviews.models import Interview
from oralhistory.jobs.models import Job
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording, Rendition


class TranscriptionJob(models.Model):
    """One asking for a transcript: of which sound, by which engine, how. A re-run copies the spec."""

    class State(models.TextChoices):
        PLANNING = "planning"
        RUNNING = "running"
        JOINED = "joined"
        FAILED = "failed"
        CANCELLED = "cancelled"

    code = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="transcription_jobs")
    spec = models.JSONField()
    spec_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNING)
    generation = models.PositiveIntegerField()
    requested_by_agent = models.CharField(max_length=40)
    requested_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rendition", "generation"], name="one_generation_each")
        ]

    @property
    def subject(self) -> str:
        return f"transcription:{self.code}"


class Chunk(models.Model):
    """What one worker is given: some five minutes. Chunks tile the recording exactly. Its lease is its job's."""

    transcription = models.ForeignKey(TranscriptionJob, models.CASCADE, related_name="chunks")
    job = models.OneToOneField(Job, models.PROTECT, null=True)
    index = models.PositiveIntegerField()
    start_sample = models.PositiveBigIntegerField()
    end_sample = models.PositiveBigIntegerField()
    cache_key = models.CharField(
        max_length=64
    )  # what decided its text: sound, range, engine, weights, options

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcription", "index"], name="chunks_are_numbered"),
            models.CheckConstraint(condition=Q(end_sample__gt=F("start_sample")), name="chunk_has_length"),
        ]
        indexes = [models.Index(fields=["cache_key"])]


class Window(models.Model):
    """What the engine decodes at once (≤ 28 s), as planned and as heard."""

    chunk = models.ForeignKey(Chunk, models.CASCADE, related_name="windows")
    index = models.PositiveIntegerField()
    start_sample = models.PositiveBigIntegerField()
    end_sample = models.PositiveBigIntegerField()
    speech_samples = models.PositiveBigIntegerField()
    heard = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)
    result = models.JSONField(default=dict)  # engines.base.WindowResult

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["chunk", "index"], name="windows_are_numbered")]


class SecondReading(models.Model):
    """A window heard once more by an engine that was told names which its text sounds near.

    Of it only names are taken: what was heard first stays in the window, beside what is written now.
    """

    window = models.OneToOneField(Window, models.CASCADE, related_name="second_reading")
    glossary_sha256 = models.CharField(max_length=64)  # that the names are from: mentions/glossary.py
    names = models.JSONField(default=list)
    prompt = models.TextField()  # what the engine was told
    heard = models.BooleanField(default=False)
    result = models.JSONField(default=dict)  # engines.base.WindowResult
    taken = models.JSONField(default=list)  # renaming.Renamed, over the words of the window's own result


class Voices(models.Model):
    """Who has the word when in a recording, as a machine tells its voices apart: letters, no names.

    A person says on the bench who a letter is. What the sound of a voice is like is not kept.
    """

    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="voices")
    recipe = models.CharField(max_length=20)  # what told them apart: voices/telling.py
    turns = models.JSONField()  # [start_ms, end_ms, letter] each, in order: voices/turns.py
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendition", "recipe"], name="told_apart_once")]


class VoicesSoFar(models.Model):
    """What was heard of the voices in some of a recording: there until they are told apart, and then gone."""

    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="voices_so_far")
    recipe = models.CharField(max_length=20)
    part = models.PositiveIntegerField()
    heard = models.BinaryField()  # voices/hearing.py

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rendition", "recipe", "part"], name="voices_heard_once")
        ]


class Transcript(models.Model):
    """A version of a recording's text. A machine's version never changes; people work on a version of their own."""

    class Kind(models.TextChoices):
        MACHINE = "machine"
        WORKING = "working"
        IMPORTED = "imported"

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="transcripts")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    # The version that this one took the place of, when a machine had heard the recording again: once each.
    merged_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="merged_into")
    transcription = models.OneToOneField(TranscriptionJob, models.PROTECT, null=True)
    made_by = models.JSONField(
        default=dict
    )  # engine, model, weights, languages, prompt: where the words come from
    text_sha256 = models.CharField(max_length=64)  # of the text as it was made
    audited = models.BooleanField(default=False)  # false: machine-made, unchecked
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "version"], name="versions_are_numbered")]

    @property
    def is_untimed(self) -> bool:
        """Whether it was brought without times: those of its segments are guessed from their length."""
        return bool(self.made_by.get("untimed"))


class Segment(models.Model):
    """The smallest timed piece of a transcript."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    cue_id = models.CharField(max_length=8)  # the same in every later version and edition
    start_ms = models.PositiveIntegerField()  # from the beginning of the recording
    end_ms = models.PositiveIntegerField()
    text = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    speaker = models.CharField(max_length=60, blank=True)
    voice = models.CharField(max_length=1, blank=True)  # a letter of Voices; empty: not known
    # A person named the voice, and not this segment's speaker: who says so of the segment itself is not overruled.
    speaker_from_voice = models.BooleanField(default=False)
    # A person decided on it: no machine's take its place.
    text_by_hand = models.BooleanField(default=False)
    speaker_by_hand = models.BooleanField(default=False)
    flags = models.JSONField(default=list)
    # [start_ms, end_ms, text, probability] each: words.py. One column, since no query asks for a word by itself.
    words = models.JSONField(default=list)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "index"], name="segments_are_numbered"),
            models.UniqueConstraint(fields=["transcript", "cue_id"], name="cue_ids_are_unique"),
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="segment_has_length"),
        ]


class Correction(models.Model):
    """What a person changed in a segment, and what it said before. Only ever added."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="corrections")
    before = models.TextField()
    after = models.TextField()
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()


class Edit(models.Model):
    """One thing that a person did to the segments of a version, and how they stood before and after. Only ever added."""

    class Kind(models.TextChoices):
        TEXT = "text"
        SPLIT = "split"
        MERGE = "merge"
        INSERT = "insert"
        DELETE = "delete"
        BOUNDARY = "boundary"
        SPEAKER = "speaker"
        UNDO = "undo"

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()  # 1, 2, 3 … in its version
    # Made where the edit is made, so that one that is sent twice is done once.
    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    cues = models.JSONField()  # that were touched, also those that are gone
    before = models.JSONField()  # {"segments": [reshaping.State], and what hung on them}
    after = models.JSONField()
    undoes = models.ForeignKey("self", models.CASCADE, null=True, related_name="undone_by")
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="edits_are_numbered")]


class Presence(models.Model):
    """Where somebody is working in a recording's text: told to the others who have it open, and soon out of date."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    cue_id = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "user"], name="in_one_place_of_a_text")]


class OtherReadingQuerySet(models.QuerySet["OtherReading"]):
    def of(self, interview: Interview) -> "OtherReadingQuerySet":
        return self.filter(segment__transcript__recording__session__interview=interview)

    def undecided(self) -> "OtherReadingQuerySet":
        """Nobody has compared the two, in versions that count."""
        return self.filter(state=OtherReading.State.OPEN, segment__transcript__merged_into=None)


class OtherReading(models.Model):
    """What a machine heard anew in a segment that stayed as it was, since people had worked on it."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        KEPT = "kept"
        ALIKE = "alike"  # nothing to decide: it says what ours says, or what was heard and decided before

    segment = models.OneToOneField(Segment, models.CASCADE, related_name="other_reading")
    text = models.TextField(blank=True)  # empty: nothing is heard there now
    state = models.CharField(max_length=5, choices=State)
    decided_by_agent = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = OtherReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["taken", "kept"]) | Q(decided_at__isnull=False),
                name="a_choice_of_readings_has_a_time",
            )
        ]


class Translation(models.Model):
    """A recording's text in another language, made by hand beside the original, line by line."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=8)
    translator = models.CharField(max_length=120, blank=True)  # as the edition names them; empty: not named
    begun_at = models.DateTimeField()
    # Said by a person: from then on editions carry what is translated and still fits its original.
    ready_at = models.DateTimeField(null=True)
    ready_by_agent = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "language"], name="translated_once")]


class TranslatedLine(models.Model):
    """What a segment says in another language, and what it said when that was written."""

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="lines")
    cue_id = models.CharField(max_length=8)
    text = models.TextField()
    original = models.TextField()  # as it stood: a word put right since makes the line one to be looked at
    by_agent = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["translation", "cue_id"], name="a_line_is_translated_once")
        ]
