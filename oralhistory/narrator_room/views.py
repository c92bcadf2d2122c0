"""The pages of one narrator: few, and each asks anew whether its link still opens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oralhistory.consent import access, links, reasons
from oralhistory.consent.models import NarratorLink
from oralhistory.editions import manifest, publishing, said, sounds
from oralhistory.narrator_room import entering, plain_words, showing, wishes
from oralhistory.narrator_room.forms import ReasonForm, RemarkForm, SecretForm, SpanForm
from oralhistory.recordings import papers as signed_papers
from oralhistory.review import verdicts
from oralhistory.web import media


@require_http_methods(["GET", "HEAD", "POST"])
@entering.private
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the second secret. Says the same to every link that does not open, also to one that never was."""
    at = timezone.now()
    if request.method != "POST":
        if entering.link_in(request, token, at=at):
            return redirect("narrator_room:testimony", token)
        return render(request, "narrator_room/door.html", {"form": SecretForm()})
    form = SecretForm(request.POST)
    if form.is_valid():
        try:
            link = links.open_link(token, form.cleaned_data["secret"], at=at)
        except links.NotOpened:
            form.add_error(
                None,
                _(
                    "This link and these digits do not open anything. Check the digits, or ask the person who gave them to you."
                ),
            )
        else:
            entering.enter(request, link, at=at)
            return redirect("narrator_room:testimony", token)
    return render(request, "narrator_room/door.html", {"form": form}, status=403)


@require_safe
@entering.for_narrator("read_meta")
def testimony(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """All of it on one page: what it says, its sound, its text, what is kept out, what was remarked."""
    return _testimony(
        request, link, token, remark_form=RemarkForm(initial={"moment": request.GET.get("at", "")[:12]})
    )


def _testimony(
    request: HttpRequest, link: NarratorLink, token: str, *, status: int = 200, **forms: Any
) -> HttpResponse:
    at = timezone.now()
    actions = access.allowed_actions(link, link.interview, at=at)
    context = {
        **showing.page(link, actions, at=at),
        "token": token,
        "span_form": SpanForm(),
        "remark_form": RemarkForm(),
        **forms,
    }
    return render(request, "narrator_room/testimony.html", context, status=status)


@require_safe
@entering.for_narrator("play_master")
def sound(request: HttpRequest, link: NarratorLink, token: str, code: str) -> HttpResponseBase:
    rendition = showing.sound_of(link.interview, code)
    if rendition is None:
        return entering.refusal(request, token, status=404)
    # A browser asks for many ranges of one sound: the one at its beginning is the opening.
    if request.headers.get("Range", "bytes=0-").startswith("bytes=0-"):
        reasons.heard(link.interview, code, by=links.agent_of(link), at=timezone.now())
    file = rendition.staff_copy
    return media.answer(
        request,
        storage=file.storage,
        key=file.key,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
    )


@require_POST
@entering.for_narrator("redact")
def keep_out(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """One passage of the text by its button, or a span by its times."""
    cue_id = request.POST.get("cue", "")
    if cue_id:
        span = showing.span_of(link.interview, cue_id)
        if span is None:
            return entering.refusal(request, token, status=404)
    else:
        form = SpanForm(request.POST, length_ms=showing.length_ms(link.interview))
        if not form.is_valid():
            return _testimony(request, link, token, status=422, span_form=form)
        span = form.cleaned_data["start"], form.cleaned_data["end"]
    wishes.keep_out(link, *span, at=timezone.now(), cue_id=cue_id)
    messages.success(request, _("Done. Nobody outside can read or hear that passage."))
    return _back_to(token, f"cue-{cue_id}" if cue_id else "kept-out")


@require_POST
@entering.for_narrator("comment")
def remark(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _testimony(request, link, token, status=422, remark_form=form)
    wishes.say(link, form.cleaned_data["text"], at=timezone.now(), start_ms=form.cleaned_data["moment"])
    messages.success(request, _("Thank you. The team will read it."))
    return _back_to(token, "say")


@require_safe
@entering.for_narrator("read_meta")
def papers(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """What holds now, in sentences: the strictest of what every narrator's papers say."""
    context = {
        "token": token,
        "papers": [
            (each, plain_words.paper(each), wishes.is_own_scan(link, each)) for each in wishes.papers_of(link)
        ],
        "said": said.of(link.interview, at=timezone.now()),
    }
    return render(request, "narrator_room/papers.html", context)


@require_POST
@entering.for_narrator("identity")
def paper(request: HttpRequest, link: NarratorLink, token: str, number: int) -> HttpResponse:
    """A paper that the narrator signed, as a file to be saved. Why is asked, because it says who they are."""
    found = wishes.own_paper(link, number)
    form = ReasonForm(request.POST)
    if found is None or not form.is_valid():
        return entering.refusal(request, token, status=404 if found is None else 422)
    content = signed_papers.read(
        found, form.cleaned_data["reason"], by=links.agent_of(link), at=timezone.now()
    )
    return media.attachment(content, f"{link.interview.public_id}-{number}.pdf")


@require_safe
@entering.for_narrator("preview")
def preview(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """The edition to be, as everybody will see it."""
    try:
        built = publishing.preview(link.interview, at=timezone.now())
    except (manifest.NotReleased, manifest.NotComplete):
        return render(request, "narrator_room/preview.html", {"token": token})
    context = {
        "token": token,
        "record": built.record,
        "segments": built.segments,
        "shown": plain_words.shown(built),
        "manifest": built,
        "sound_ready": built.sound is not None and sounds.find(built) is not None,
        "verdict": verdicts.of(link.interview).get(link.person_id),
    }
    return render(request, "narrator_room/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@entering.for_narrator("consent")
def withdraw(request: HttpRequest, link: NarratorLink, token: str) -> HttpResponse:
    """First what will happen, then it happens."""
    if request.method == "POST":
        wishes.take_everything_back(link, at=timezone.now())
        return redirect("narrator_room:withdraw", token)
    context = {
        "token": token,
        "is_done": wishes.everything_is_back(link),
        "is_public": showing.public_edition(link.interview) is not None,
    }
    return render(request, "narrator_room/withdraw.html", context)


@require_POST
@entering.private
def leave(request: HttpRequest, token: str) -> HttpResponse:
    entering.leave(request)
    messages.success(request, _("The page is closed. To come back you need the link and the digits."))
    return redirect("narrator_room:door", token)


def _back_to(token: str, place: str) -> HttpResponse:
    return redirect(f"{reverse('narrator_room:testimony', args=[token])}#{place}")
