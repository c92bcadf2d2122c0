"""The pages on which a narrator decides: the name, what is allowed, the edition to be, other words; and what happened."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oralhistory.consent import agreements, grants, sentences
from oralhistory.consent.models import NarratorLink
from oralhistory.editions import manifest, publishing, said, sounds
from oralhistory.narrator_room import choices, entering, happened, showing
from oralhistory.narrator_room.forms import CorrectionForm, NameForm
from oralhistory.review import suggestions
from oralhistory.transcripts.models import Segment
from oralhistory.web import media


@require_http_methods(["GET", "HEAD", "POST"])
@entering.for_narrator("consent")
def name(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """How to be named: less at once, more with a new paper."""
    at = timezone.now()
    terms = grants.in_force(link.interview, at=at)
    allowed = terms.attributions.get(link.person_id, "code")
    shown = manifest.shown_name(link.person, terms)
    form = NameForm(request.POST or None, allowed=allowed, shown=shown, person=link.person)
    if form.is_valid():
        given = form.cleaned_data
        try:
            choices.choose_name(link, given["attribution"], given["name"], at=at)
        except choices.NeedsAPaper:
            choices.wish_for_more(link, at=at)
            said_ = _(
                "That shows more of you than your papers allow. The team is told, and brings you a new paper."
            )
            messages.warning(request, said_)
        else:
            messages.success(request, _("Done. From now on you are shown so."))
        return redirect("narrator_room:name", token)
    context = {"token": token, "form": form, "shown_as": shown, "allowed": _allowed(allowed)}
    return render(request, "narrator_room/name.html", context, status=422 if form.is_bound else 200)


def _allowed(attribution: str) -> str:
    return sentences.named(_("The narrator"), attribution, "").partition(";")[0].rstrip(".") + "."


@require_http_methods(["GET", "HEAD", "POST"])
@entering.for_narrator("consent")
def less(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """Take uses back one by one: first what it says now and what it would say, then it is done."""
    at, interview = timezone.now(), link.interview
    terms = grants.in_force(interview, at=at)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = [use for use in choices.uses_to_take_back(terms) if use in asked.getlist("use")]
    if request.method == "POST":
        try:
            choices.allow_less(link, chosen, at=at)
        except agreements.NothingNarrowed:
            return redirect("narrator_room:less", token)
        messages.success(request, _("Done. It is allowed no longer, from this moment on."))
        return redirect("narrator_room:papers", token)
    before, after = said.of(interview, at=at), []
    if chosen:
        wish = agreements.rehearsed(interview, choices.lines(terms, chosen), person=link.person)
        after = said.of(interview, at=at, beside=wish)
    context = {
        "token": token, "chosen": chosen, "is_public": showing.public_edition(interview) is not None,
        "uses": [(use, sentences.USES[use]) for use in choices.uses_to_take_back(terms)],
        "before": [each for each in before if each not in after],
        "after": [each for each in after if each not in before],
    }  # fmt: skip
    return render(request, "narrator_room/less.html", context)


@require_POST
@entering.for_narrator("preview")
def verdict(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """To agree to the edition to be, or to refuse it."""
    agrees = request.POST.get("say") == "yes"
    seen = request.POST.get("manifest", "")
    try:
        choices.say_of_edition(link, seen, agrees=agrees, at=timezone.now())
    except (choices.ChangedMeanwhile, manifest.NotReleased, manifest.NotComplete):
        messages.warning(
            request, _("Something has changed since you opened this page. Look at it again, please.")
        )
    else:
        thanks = _("Thank you. The team knows that you agree.")
        refused = _(
            "Thank you. It is not published like this. Tell the team what should be otherwise, if you like."
        )
        messages.success(request, thanks if agrees else refused)
    return redirect("narrator_room:preview", token)


@require_safe
@entering.for_narrator("preview")
def preview_sound(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponseBase:
    """The sound of the edition to be, without what is kept out."""
    try:
        ready = sounds.find(publishing.preview(link.interview, at=timezone.now()))
    except (manifest.NotReleased, manifest.NotComplete):
        ready = None
    if ready is None:
        return entering.refusal(request, token, status=404)
    return media.answer(
        request,
        storage="masters",
        key=ready.key,
        size=ready.size,
        sha256=ready.sha256,
        media_type="audio/mp4",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@entering.for_narrator("comment")
def correct(request: HttpRequest, link: NarratorLink, token: str, cue: str) -> HttpResponse:
    """Other words for a passage, as they were said."""
    passage = showing.passage_of(link.interview, cue)
    if passage is None:
        return entering.refusal(request, token, status=404)
    form = CorrectionForm(request.POST or None, initial={"text": passage.segment.text})
    if form.is_valid():
        try:
            choices.suggest(link, cue, form.cleaned_data["text"], at=timezone.now())
        except suggestions.NothingSuggested:
            form.add_error("text", _("These are the words that stand there. Change what is wrong."))
        except Segment.DoesNotExist:
            return entering.refusal(request, token, status=404)
        else:
            messages.success(request, _("Thank you. The team will compare it with the recording."))
            return redirect(f"{reverse('narrator_room:testimony', args=[token])}#cue-{cue}")
    context = {"token": token, "passage": passage, "form": form}
    return render(request, "narrator_room/correct.html", context, status=422 if form.is_bound else 200)


@require_safe
@entering.for_narrator("audit")
def history(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    return render(request, "narrator_room/history.html", {"token": token, "days": happened.to(link)})
