"""What the editor in the browser asks for, read from JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms

from oralhistory.lib import ids
from oralhistory.review.editing import Wanted
from oralhistory.transcripts.models import Edit
from oralhistory.workroom import reviewing

MOST = 500  # edits in one request
CUE = re.compile(r"[0-9a-z]{1,8}")
_NEW_CUE = re.compile(f"[{ids.ALPHABET}]{{8}}")


class Malformed(Exception):
    """It is not what the editor sends."""


class EditForm(forms.Form):
    """One operation; which fields it needs depends on its kind."""

    code = forms.RegexField(r"^[0-9A-Za-z-]{12,32}$")
    kind = forms.ChoiceField(choices=Edit.Kind.choices)
    cue = forms.CharField(required=False, max_length=8)
    text = forms.CharField(required=False, max_length=100_000)
    place = forms.IntegerField(required=False, min_value=0)
    at_ms = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    edge = forms.ChoiceField(choices=[("start", "start"), ("end", "end")], required=False)
    new_cue = forms.RegexField(_NEW_CUE.pattern, required=False)
    speaker = forms.CharField(required=False, max_length=60)
    undoes = forms.CharField(required=False, max_length=32)


def read(body: bytes) -> tuple[dict[str, Any], list[Wanted], list[str]]:
    """The request, its operations, and the codes of those that cannot be done, say with too long a text.

    Raises Malformed. The others are done: an editor that sends one again and again would keep all behind it waiting.
    """
    try:
        given = json.loads(body)
        asked = given["edits"]
        if not isinstance(asked, list) or len(asked) > MOST:
            raise Malformed
        found = [_wanted(each) for each in asked]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed from error
    wanted = [each for each in found if isinstance(each, Wanted)]
    return given, wanted, [each for each in found if isinstance(each, str)]


def _wanted(given: Mapping[str, Any]) -> Wanted | str:
    """The operation, or the code of one that cannot be done. Raises Malformed where not even that can be read."""
    form = EditForm(given)
    if not form.is_valid():
        if "code" in form.errors:
            raise Malformed
        return str(form.cleaned_data["code"])
    fields = form.cleaned_data
    seen = {str(cue): value for cue, value in dict(given.get("seen") or {}).items()}
    text = str(seen.get(fields["cue"], ""))
    return Wanted(
        code=fields["code"], kind=fields["kind"], cue=fields["cue"], text=fields["text"], seen=seen,
        place=reviewing.narrow(text, fields["place"] or 0), at_ms=fields["at_ms"], edge=fields["edge"] or "start",
        new_cue=fields["new_cue"], cues=[str(cue) for cue in given.get("cues") or []], speaker=fields["speaker"],
        undoes=fields["undoes"],
    )  # fmt: skip
