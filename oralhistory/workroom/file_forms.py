"""Forms with which photographs and papers come in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.models import Agreement
from oralhistory.interviews.models import Interview, Photograph


class PhotographWordsForm(forms.Form):
    """What is said of a photograph."""

    caption = forms.CharField(
        label=_("Caption"),
        max_length=300,
        required=False,
        help_text=_("What is to be seen: it is read to those who cannot see it."),
    )
    credit = forms.CharField(label=_("By whom"), max_length=120, required=False)
    of_narrator = forms.BooleanField(label=_("It shows the narrator"), required=False, initial=True)

    @classmethod
    def of(cls, photograph: Photograph) -> "PhotographWordsForm":
        initial = {name: getattr(photograph, name) for name in ("caption", "credit", "of_narrator")}
        return cls(initial=initial, auto_id=f"id_{photograph.pk}_%s")


class PhotographForm(PhotographWordsForm):
    picture = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG, TIFF, WebP or HEIC. What the camera wrote into it is left out."),
    )
    field_order = ["picture", "caption", "credit", "of_narrator"]


class PhotographActionForm(forms.Form):
    """What is to be done with which photograph of the interview."""

    do = forms.ChoiceField(choices=[("describe", ""), ("move up", ""), ("remove", "")])
    photograph = forms.ModelChoiceField(queryset=Photograph.objects.none())

    def __init__(self, data: Any, *, interview: Interview) -> None:
        super().__init__(data)
        self.fields["photograph"].queryset = Photograph.objects.filter(interview=interview)  # type: ignore[attr-defined]


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Cleans to a list of files, in the order in which they were chosen."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Sequence[TemporaryUploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(each, initial) for each in files or [None]]


class ScanForm(forms.Form):
    """The scan of an agreement that has none."""

    agreement = forms.ModelChoiceField(queryset=Agreement.objects.none(), widget=forms.HiddenInput)
    pages = SeveralFilesField(
        label=_("The signed paper"),
        help_text=_(
            "One PDF, or pictures of its pages in their order: JPEG, PNG, TIFF, HEIC. At most 20 MB."
        ),
    )

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = Agreement.objects.exclude(kind=Agreement.Kind.NARROWING).filter(scan=None)
        self.fields["agreement"].queryset = papers.filter(interview=interview)  # type: ignore[attr-defined]
