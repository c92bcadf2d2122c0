"""The texts of the site, edited by archivists in every language: what is written, beside it what readers will see."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oralhistory.accounts.models import Role
from oralhistory.web.middleware import StaffRequest
from oralhistory.web.models import TextVersion
from oralhistory.web.site_texts import markup, reading, writing
from oralhistory.workroom import showing
from oralhistory.workroom.doors import for_roles
from oralhistory.workroom.site_forms import FactForm, RestoreForm, TextForm


@for_roles(Role.ARCHIVIST)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    said, texts = reading.overview()
    saved = [each.words.saved for text in texts for each in text if each.words.saved]
    context = {
        "texts": [(reading.PAGES[text[0].page], text) for text in texts],
        "facts": [(name, label, said[name]) for name, label in reading.FACTS.items()],
        "names": showing.agent_names(each.written_by_agent for each in saved),
    }
    return render(request, "workroom/site_texts.html", context)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, page: str, language: str) -> HttpResponse:
    _known(page, language)
    words, facts = reading.current(page, language)
    form = _form(request, page, language, words)
    if not form.is_valid() or "look" in request.POST:
        return _editor(request, page, language, words, facts, form)
    given = form.cleaned_data
    try:
        writing.save(
            page, language, form.words(), seen=given["seen"], up_to_date=given.get("up_to_date", False),
            by=request.agent, at=timezone.now(),
        )  # fmt: skip
    except writing.Overtaken:
        return _editor(request, page, language, words, facts, form, overtaken=True)
    except writing.NothingChanged:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved. Readers see it from now on."))
    return redirect("workroom:site_texts")


def _editor(
    request: StaffRequest,
    page: str,
    language: str,
    words: reading.Words,
    facts: dict[str, str],
    form: Any,
    *,
    overtaken: bool = False,
) -> HttpResponse:
    context = {
        **_named(page, language),
        "form": form,
        "words": words,
        "overtaken": overtaken,
        "drawn": markup.draw(form["source"].value() or "", facts),
        "facts": [(f"[[{name}]]", label) for name, label in reading.FACTS.items()],
        "spanish": reading.current(page, reading.FIRST)[0] if language != reading.FIRST else None,
    }
    return render(request, "workroom/site_text.html", context, status=409 if overtaken else 200)


@for_roles(Role.ARCHIVIST)
@require_POST
def preview(request: StaffRequest, page: str, language: str) -> HttpResponse:
    """What readers would see of what is being written; nothing is kept."""
    _known(page, language)
    _words, facts = reading.current(page, language)
    drawn = markup.draw(request.POST.get("source", "")[:60_000], facts)
    context = {"drawn": drawn, "language": language, "title": request.POST.get("title", "")}
    return render(request, "workroom/components/site_text_drawn.html", context)


@for_roles(Role.ARCHIVIST)
@require_http_methods(["GET", "POST"])
def versions(request: StaffRequest, page: str, language: str) -> HttpResponse:
    """Who saved what when; two of them side by side; an earlier one brought back."""
    _known(page, language)
    if request.method == "POST":
        return _restore(request, page, language)
    rows = writing.versions(page, language)
    newest = rows[0].number if rows else 0
    right = _number(request.GET.get("right", ""), newest)
    left = _number(request.GET.get("left", ""), max(right - 1, 0))
    try:
        lines = writing.beside(*(writing.version(page, language, each) for each in (left, right)))
    except TextVersion.DoesNotExist as unknown:
        raise Http404 from unknown
    context = {
        **_named(page, language), "rows": rows, "newest": newest, "left": left, "right": right, "lines": lines,
        "names": showing.agent_names(each.written_by_agent for each in rows),
        "numbers": [*(each.number for each in rows), 0],
    }  # fmt: skip
    return render(request, "workroom/site_text_versions.html", context)


def _restore(request: StaffRequest, page: str, language: str) -> HttpResponse:
    form = RestoreForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    try:
        writing.restore(
            page, language, given["number"], seen=given["seen"], by=request.agent, at=timezone.now()
        )
    except TextVersion.DoesNotExist as unknown:
        raise Http404 from unknown
    except writing.Overtaken:
        messages.error(request, _("Somebody else has saved this text meanwhile. Look at it again."))
    except writing.NothingChanged:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Brought back. Readers see it from now on."))
    return redirect("workroom:site_text_versions", page, language)


def _form(request: StaffRequest, page: str, language: str, words: reading.Words) -> Any:
    data = request.POST if request.method == "POST" else None
    initial = {"title": words.title, "source": words.source, "seen": words.number}
    if page in reading.FACTS:
        return FactForm(data, initial=initial)
    return TextForm(data, initial=initial, language=language)


def _known(page: str, language: str) -> None:
    """Raises Http404. What is said once for all languages is kept with the Spanish texts."""
    languages = (reading.FIRST,) if page in reading.FACTS else reading.LANGUAGES
    if (page not in reading.PAGES and page not in reading.FACTS) or language not in languages:
        raise Http404


def _named(page: str, language: str) -> dict[str, Any]:
    return {
        "page": page,
        "language": language,
        "label": reading.PAGES.get(page) or reading.FACTS[page],
        "is_fact": page in reading.FACTS,
    }


def _number(asked: str, otherwise: int) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else otherwise
