"""Whether what was typed is well formed. What it means is for the rule modules."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import Role, User
from oralhistory.consent.agreements import Line
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.interviews import assigning, describing
from oralhistory.interviews.models import Collection, Interview, Participation, Session
from oralhistory.review.models import Redaction
from oralhistory.workroom.consent_forms import ZONES, LiftField, offer_narrators
from oralhistory.workroom.fields import ATTRIBUTIONS, Choices, Day, Moment, countries, languages, main_first


class DescriptionForm(forms.Form):
    """What is said of an interview as a whole."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("As the public will see it: a name or a pseudonym, or what it is about."),
    )
    main_language = forms.ChoiceField(label=_("Language mostly spoken"), choices=languages, initial="es")
    other_languages = forms.MultipleChoiceField(
        label=_("Also spoken"), choices=languages, required=False, widget=forms.CheckboxSelectMultiple
    )
    main_country = forms.ChoiceField(
        label=_("Country mostly told of"),
        choices=lambda: [("", "—"), *countries()],
        required=False,
        help_text=_("It tells organizations of the same name apart."),
    )
    other_countries = forms.MultipleChoiceField(
        label=_("Also told of"), choices=countries, required=False, widget=forms.CheckboxSelectMultiple
    )
    summary = forms.CharField(label=_("Summary"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    pull_quote = forms.CharField(
        label=_("A sentence that stays"),
        max_length=300,
        required=False,
        help_text=_("In the narrator’s own words; shown under the title."),
    )
    warnings = forms.CharField(
        label=_("What a listener should know before"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    notes = forms.CharField(
        label=_("Notes for the team"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Never published."),
    )

    def description(self) -> describing.Description:
        given = self.cleaned_data
        return describing.Description(
            title=given["title"],
            languages=main_first(given["main_language"], given["other_languages"]),
            countries=main_first(given["main_country"], given["other_countries"]),
            **{name: given[name] for name in ("summary", "pull_quote", "warnings", "notes")},
        )


class NewInterviewForm(DescriptionForm):
    """A new interview: its collection, narrator and first sitting, and its sound if it is at hand."""

    collection = forms.ModelChoiceField(
        label=_("Collection"),
        queryset=Collection.objects.order_by("title"),
        to_field_name="slug",
        required=False,
        empty_label=_("A new one:"),
    )
    new_collection = forms.CharField(label=_("Title of the new collection"), max_length=200, required=False)
    narrator = forms.CharField(
        label=_("Narrator, as they want to be shown"),
        max_length=120,
        required=False,
        help_text=_("Real names and addresses do not belong here."),
    )
    attribution = forms.ChoiceField(
        label=_("How the narrator is shown"), choices=ATTRIBUTIONS, initial="pseudonym"
    )
    held_on = Day(label=_("Day of the sitting"), required=False)
    place = forms.CharField(label=_("Place of the sitting"), max_length=120, required=False)
    recording = forms.FileField(
        label=_("Recording"),
        required=False,
        help_text=_("Sound or video, as it came from the recorder. It can also be added later."),
    )

    field_order = ["title", "collection", "new_collection", "narrator", "attribution", "held_on", "place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        collections = cast(Any, self.fields["collection"])
        collections.label_from_instance = lambda each: each.title

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("collection") and not (given.get("new_collection") or "").strip():
            self.add_error("new_collection", _("Choose a collection, or give the new one a title."))
        if given.get("attribution") not in (None, "code") and not (given.get("narrator") or "").strip():
            self.add_error("narrator", _("Write the name to be shown, or choose not to name the narrator."))
        return given

    def of_collection(self) -> Collection:
        chosen: Collection | None = self.cleaned_data["collection"]
        return chosen or describing.collection(self.cleaned_data["new_collection"])

    def of_narrator(self) -> describing.Narrator:
        return describing.Narrator(self.cleaned_data["narrator"], self.cleaned_data["attribution"])

    def of_sitting(self) -> describing.Sitting:
        given = self.cleaned_data
        return describing.Sitting(given["held_on"], given["place"], given["main_country"])


class UploadForm(forms.Form):
    recording = forms.FileField(
        label=_("Recording"),
        help_text=_("Sound or video, as it came from the recorder: it is kept unchanged."),
    )
    sitting = forms.ChoiceField(label=_("Sitting"), required=False)

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = {
            str(each.number): each for each in Session.objects.filter(interview=interview).order_by("number")
        }
        field = cast(Any, self.fields["sitting"])
        field.choices = [*((number, number) for number in self.sessions), ("new", _("A new one"))]

    def session(self) -> Session | None:
        return self.sessions.get(self.cleaned_data["sitting"])

    @property
    def of_new_sitting(self) -> bool:
        return bool(self.cleaned_data["sitting"] == "new")


class AssignmentForm(forms.Form):
    user = forms.ModelChoiceField(label=_("Moderator"), queryset=User.objects.none(), to_field_name="code")
    do = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("give", _("Give it to them")),
            ("conflict", _("Keep it from them: conflict of interest")),
            ("end", _("Take it back")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(Any, self.fields["user"])
        field.queryset = (
            User.objects.filter(
                is_active=True, roles__role__in=[Role.MODERATOR, Role.ARCHIVIST, Role.INTERVIEWER]
            )
            .distinct()
            .order_by("name")
        )
        field.initial = next(iter(assigning.moderators()), None)


class RemarkForm(forms.Form):
    text = forms.CharField(label=_("A remark for the others"), widget=forms.Textarea(attrs={"rows": 2}))
    start = Moment(label=_("At"), required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))


class MayHaveReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EmbargoForm(ReasonForm):
    until = Day(
        label=_("Closed until"),
        required=False,
        help_text=_("Without a day it stays closed until a person opens it."),
    )
    zone = forms.ChoiceField(label=_("Days as they are counted in"), choices=ZONES, required=False)
    opens_by_itself = forms.BooleanField(
        label=_("The narrator asked that it opens by itself on that day"), required=False
    )

    field_order = ["until", "zone", "opens_by_itself", "reason"]


class VeilForm(ReasonForm):
    start = Moment(label=_("From"))
    end = Moment(label=_("To"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if None not in (given.get("start"), given.get("end")) and given["end"] <= given["start"]:
            self.add_error("end", _("The end lies after the beginning."))
        return given


KINDS: Choices = [
    (Redaction.Kind.CUT, _("Cut")),
    (Redaction.Kind.ROLE_WORD, _("Say what the person was: [neighbor]")),
    (Redaction.Kind.PSEUDONYM, _("Put another name")),
]


class RedactionForm(VeilForm):
    """A span of the interview's time line. `cue` says where it was marked."""

    kind = forms.ChoiceField(label=_("How"), choices=KINDS, initial=Redaction.Kind.CUT)
    replacement = forms.CharField(label=_("Said in its place"), max_length=120, required=False)
    cue = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    field_order = ["start", "end", "kind", "replacement", "reason", "cue"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("kind") != Redaction.Kind.CUT and not given.get("replacement"):
            self.add_error("replacement", _("Write what is to be said in its place."))
        return given


class TextForm(forms.Form):
    """A segment's new text, with the text that was on the page (`seen`)."""

    recording = forms.CharField(max_length=12)
    cue = forms.CharField(max_length=8)
    seen = forms.CharField(strip=False, required=False)  # a line to be typed is empty
    text = forms.CharField()
    speaker = forms.CharField(required=False, max_length=60)
    onward = forms.BooleanField(required=False)


class ApproveForm(forms.Form):
    manifest = forms.CharField(min_length=64, max_length=64)


AGREEMENT_KINDS: Choices = [
    (Agreement.Kind.RECORDING, _("Recording agreement, after hearing or reading the result")),
    (Agreement.Kind.PARTICIPATION, _("Participation agreement, before recording")),
    (Agreement.Kind.HEIRS, _("Agreement of the heirs")),
    (Agreement.Kind.ARCHIVE_RULE, _("The archive’s own rule for a tape without papers")),
]
ARCHIVE_USES: Choices = [
    (Use.PRESERVE, _("The archive may keep the recording")),
    (Use.TRANSCRIBE_LOCAL, _("A machine of the archive may write down what is said")),
]
PUBLIC_USES: Choices = [
    (Use.TEXT, _("Anybody may read the text")),
    (Use.AUDIO, _("Anybody may listen to the sound")),
    (Use.STILL, _("Anybody may see the photographs")),
    (Use.VIDEO, _("Anybody may see the video, where it was filmed")),
    (Use.SUMMARY, _("Anybody may read the summary and the chapters")),
    (Use.SEARCH_IN_TEXT, _("The text may be searched")),
    (Use.QUOTE, _("It may be quoted")),
    (Use.DOWNLOAD, _("It may be downloaded")),
    (Use.EMBED, _("Others may show it on their pages")),
    (Use.HARVEST, _("Libraries may collect its description")),
    (Use.SEARCH_ENGINES, _("Search engines may find it")),
    (Use.TEACHING, _("It may be used in teaching")),
]
OTHER_USES: Choices = [
    (Use.EXHIBITION, _("It may be shown in exhibitions")),
    (Use.RESEARCH_COMPUTING, _("It may be studied by computers, for research")),
    (Use.TRANSCRIBE_REMOTE, _("A machine outside the archive may write down what is said")),
    (Use.AI_TRAINING, _("It may be used to train artificial intelligence")),
    (Use.RECONTACT, _("The archive may come back with questions")),
]
_TEAM = {Use.PRESERVE, Use.TRANSCRIBE_LOCAL, Use.TRANSCRIBE_REMOTE, Use.RECONTACT}


class AgreementForm(forms.Form):
    """A paper in plain sentences. What is not ticked is not allowed."""

    kind = forms.ChoiceField(label=_("Which paper"), choices=AGREEMENT_KINDS)
    signed_on = Day(label=_("Day of the signature"))
    person = forms.ModelChoiceField(
        label=_("Signed by"),
        queryset=Participation.objects.none(),
        required=False,
        empty_label=_("All narrators"),
    )
    archive = forms.MultipleChoiceField(
        label=_("For the archive"), choices=ARCHIVE_USES, required=False, widget=forms.CheckboxSelectMultiple
    )
    open_to_all = forms.BooleanField(label=_("Open to all: everything in the list below"), required=False)
    public = forms.MultipleChoiceField(
        label=_("For everybody"), choices=PUBLIC_USES, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.MultipleChoiceField(
        label=_("Only if it was asked for by name"),
        choices=OTHER_USES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    closed_from = Moment(label=_("A passage that stays closed: from"), required=False)
    closed_to = Moment(label=_("to"), required=False)
    attribution = forms.ChoiceField(
        label=_("The narrator may be shown at most"),
        choices=ATTRIBUTIONS,
        initial="pseudonym",
        help_text=_("A pseudonym does not hide a voice."),
    )
    tombstone = forms.BooleanField(
        label=_("Should it be withdrawn one day, the archive may say so"), required=False, initial=True
    )
    heard_first = forms.BooleanField(
        label=_("The narrator wants to agree to each edition before it is published"), required=False
    )
    lifts = LiftField(
        label=_("What it takes back of earlier narrowings"),
        queryset=Agreement.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("How and in whose presence it was given"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the events. No names."),
    )

    def __init__(self, data: Any = None, *, interview: Interview) -> None:
        super().__init__(data, initial={"archive": [Use.PRESERVE, Use.TRANSCRIBE_LOCAL]})
        offer_narrators(self, interview)
        narrowings = Agreement.objects.filter(
            interview=interview, kind=Agreement.Kind.NARROWING, withdrawal=None
        )
        cast(Any, self.fields["lifts"]).queryset = narrowings.prefetch_related("grants")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, end = given.get("closed_from"), given.get("closed_to")
        if (start is None) != (end is None) or (start is not None and end is not None and end <= start):
            self.add_error("closed_to", _("A passage needs a beginning and an end after it."))
        return given

    def lines(self) -> list[Line]:
        given = self.cleaned_data
        public = [use for use, _sentence in PUBLIC_USES] if given["open_to_all"] else given["public"]
        lines = [
            Line(use, Audience.ARCHIVE_TEAM if use in _TEAM else Audience.PUBLIC)
            for use in (*given["archive"], *public, *given["others"])
        ]
        if given["closed_from"] is not None:
            lines += [
                Line(use, denied=True, start_ms=given["closed_from"], end_ms=given["closed_to"])
                for use in (Use.TEXT, Use.AUDIO, Use.VIDEO)
            ]
        return lines


class WithdrawalForm(MayHaveReasonForm):
    agreement = forms.ModelChoiceField(queryset=Agreement.objects.none())

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(Any, self.fields["agreement"])
        papers = Agreement.objects.exclude(kind=Agreement.Kind.NARROWING)
        field.queryset = papers.filter(interview=interview, withdrawal=None)


ROLES: Choices = [
    (Role.INTERVIEWER, _("Interviewer: brings interviews in")),
    (Role.MODERATOR, _("Moderator: reviews, redacts, approves")),
    (Role.ARCHIVIST, _("Archivist: publishes, keeps papers and organizations")),
    (Role.SYSADMIN, _("System administrator: accounts and machines, never content")),
]


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=ROLES, widget=forms.CheckboxSelectMultiple)
