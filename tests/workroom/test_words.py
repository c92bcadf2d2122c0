"""Codes and reasons in the words of whoever reads them."""

import pytest
from django.urls import reverse
from django.utils import translation

from oralhistory.mentions.evidence import Evidence
from oralhistory.mentions.models import Mention
from oralhistory.pipeline import steps
from oralhistory.workroom import words
from tests import world as worlds


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def of(name, interview):
    """The Spanish page, whatever the language of the page before."""
    with translation.override("es"):
        return reverse(f"workroom:{name}", args=[interview.public_id])


def in_spanish(evidence: Evidence) -> str:
    with translation.override("es"):
        return words.reason(evidence.template, evidence.parameters)


def test_a_reason_is_english_by_itself_and_translated_where_it_is_shown():
    spelled = {"name": "FMLN", "heard": "efe eme ele ene", "letters": "F·M·L·N"}
    evidence = Evidence("acronym of %(name)s: %(heard)s → %(letters)s", 3.2, spelled)

    assert evidence.reason == "acronym of FMLN: efe eme ele ene → F·M·L·N"
    assert in_spanish(evidence) == "sigla de FMLN: efe eme ele ene → F·M·L·N"


def test_a_reason_names_countries_and_leaves_out_years_that_nobody_knows():
    country = Evidence("interview's country %(country)s", 1.1, {"country": "SV"})
    years = {"founded": 1969, "dissolved": None}
    time = Evidence("no year that is spoken of is in its time (%(founded)s–%(dissolved)s)", -0.9, years)

    assert in_spanish(country) == "país de la entrevista: El Salvador"
    assert in_spanish(time) == "ningún año que se menciona cae en su época (1969–)"


@pytest.mark.parametrize(
    ("kind", "code", "shown"),
    [
        ("state change", "submit: in_review", "En revisión (enviada a revisión)"),
        ("chapter written", "138000", "2:18"),
        ("published", f"edition 2: {'a1' * 32}", "Edición 2 · a1a1a1a1"),
        ("embargo set", "2040-01-01T12:00:00+00:00", "Cerrada hasta el 1 de enero de 2040."),
        ("embargo set", "no day", "Cerrada hasta que una persona la abra."),
        ("refused file taken all the same", f"abc: {'a1' * 32}", "abc, anunciado como a1a1a1a1…"),
        ("text corrected", "c0012", "c0012"),
    ],
)
def test_what_an_event_came_to_is_said_in_words_where_there_are_any(kind, code, shown):
    with translation.override("es"):
        assert words.outcome(kind, code) == shown


def test_every_step_of_the_work_has_a_name():
    assert set(steps.STEPS) - set(words.JOBS) == set()


def test_the_bench_shows_the_reasons_of_a_mention_in_spanish(bench, interview):
    mention = Mention.objects.filter(organization__slug="fmln-sv").first()
    assert mention.evidence

    page = bench.get(of("mention", interview), {"mention": mention.pk}).content.decode()

    assert "nombre: Frente Farabundo Martí" in page
    assert "país de la entrevista: El Salvador" in page


def test_the_events_say_states_in_words(world, at_the_desk_of, interview):
    page = at_the_desk_of(world.archivist).get(of("events", interview)).content.decode()

    assert "Transcrita (por la máquina)" in page
