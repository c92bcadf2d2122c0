"""Asking for a transcription: with which engine and model of those that this archive has."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oralhistory.pipeline import health


class TranscribeForm(forms.Form):
    recording = forms.CharField(max_length=12)
    do = forms.ChoiceField(
        choices=[(each, each) for each in ("start", "retry", "cancel", "go on", "find times")]
    )
    engine = forms.ChoiceField(
        label=_("Engine"),
        choices=lambda: [(each, each) for each in engines()],
        required=False,
        error_messages={"invalid_choice": _("There is no engine “%(value)s” here. Choose one of the list.")},
    )
    model = forms.ChoiceField(
        label=_("Model"),
        help_text=_("The archive’s own comes first. A larger one hears more and takes longer."),
        choices=lambda: [(each, each) for each in models()],
        required=False,
        error_messages={
            "invalid_choice": _(
                "“%(value)s” is not one of the models that this archive uses. Choose one of the list;"
                " whoever keeps the machines adds others to it (ASR_MODELS)."
            )
        },
    )

    def clean_model(self) -> str:
        """Its name or its folder."""
        return models().get(self.cleaned_data["model"], "")


def engines() -> list[str]:
    """What can be asked for here, the archive's own first. One that hears no speech is for its own tests alone."""
    found = [each.name for each in health.engines() if each.installed and each.name != "fake"]
    return list(dict.fromkeys([settings.ASR_ENGINE, *found]))


def models() -> dict[str, str]:
    """The archive's own first. A folder goes by its last part: where it lies is nobody's business."""
    found: dict[str, str] = {}
    for name in (settings.ASR_MODEL, *settings.ASR_MODELS):
        found.setdefault(Path(name).name, name)
    return found
