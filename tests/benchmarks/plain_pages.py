"""A plain Django page: so many queries, and a template that lists what they found until it is so long."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from oralhistory.editions.models import Edition

ROWS = 20
TEMPLATE = Engine().from_string(
    "<!doctype html><html lang=es><head><title>{{ title }}</title></head><body><main><ul>"
    "{% for each in rows %}<li><a href='/testimonies/{{ each.pk }}/'>{{ each.title }}</a> {{ each.held_on|default:'—' }}"
    "<p>{{ each.summary|truncatewords:30 }} {{ each.collection }}, {{ each.place }} · {{ each.number }}</p></li>{% endfor %}"
    "</ul></main></body></html>"
)


def drawn(queries: int, lines: int) -> str:
    found = [list(Edition.objects.all()[at * ROWS : (at + 1) * ROWS]) for at in range(queries)]
    rows = [each for group in found for each in group]
    shown = [rows[at % len(rows)] for at in range(lines)]
    return TEMPLATE.render(Context({"title": "Testimonios", "rows": shown}))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(drawn(int(request.GET["queries"]), int(request.GET["lines"])))


urlpatterns = [path("plain/", page)]
