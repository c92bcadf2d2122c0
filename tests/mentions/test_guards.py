"""What the matcher must not do, whatever else it learns."""

import pytest

from oralhistory.lib.agents import MACHINE
from oralhistory.lib.folding import fold
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.bands import PROPOSED
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.mentions.spans import Span, longest
from tests import world as worlds
from tests.clock import NOON


def proposed(matcher, *segments, country=None):
    found = matcher.find(segments, country=country)
    return [(each.surface, each.organization) for each in found if each.score >= PROPOSED]


@pytest.mark.parametrize(
    ("small", "capital", "organization", "country"),
    [
        ("Se me metió arena en los zapatos.", "Ganó ARENA otra vez.", "arena-sv", "SV"),
        ("Saltamos el muro de la escuela.", "Los del MURO nos golpearon.", "muro-mx", "MX"),
        ("Las comadres se juntaban a coser.", "Las de COMADRES buscaban a sus hijos.", "comadres-sv", "SV"),
    ],
)
def test_forms_that_are_common_words_need_capitals(matcher, small, capital, organization, country):
    talk = "Éramos militantes y andábamos en la clandestinidad, con los compañeros del sindicato."

    assert proposed(matcher, talk, small, country=country) == []
    assert [found for _, found in proposed(matcher, talk, capital, country=country)] == [organization]


def test_or_evidence_that_the_organization_is_spoken_of(matcher):
    said = "Mi tío votaba por la Alianza Republicana Nacionalista."

    assert ("arena", "arena-sv") in proposed(matcher, said, "Después ganó la arena y se acabó.", country="SV")
    assert proposed(matcher, said, "Había mucha arena en la playa.", country="SV") == [
        ("Alianza Republicana Nacionalista", "arena-sv")
    ]


def test_exact_beats_fuzzy_on_the_same_words():
    exact = Span(3, 6, "name", (1,))
    alike = Span(2, 7, "name by sound", (2,), similarity=0.99)

    assert longest([alike, exact]) == [exact]


@pytest.mark.parametrize(
    "text",
    [
        "La resistencia de los materiales me gustaba.",
        "No escasea la inteligencia, sino la constancia.",
        "Se sitúan a ambos lados del camino.",
        "Era un acto intencional.",
    ],
)
def test_what_is_well_spelled_is_nothing_misheard(matcher, text):
    assert proposed(matcher, "Yo era militante del FMLN, compañero.", text) == [("FMLN", "fmln-sv")]


@pytest.mark.parametrize(
    "text",
    [
        "Me lo contó J. P. Sergen, el ingeniero.",
        "¡NO MÁS DE CINCO ARTÍCULOS!",
        "Las PCs no son inteligentes.",
        "El radio solo agarraba la XEW en la noche.",
        "En el IMSS me dijeron que era silicosis.",
    ],
)
def test_initials_of_persons_shouts_and_things_are_no_organizations(matcher, text):
    assert proposed(matcher, "Yo era militante del FMLN, compañero.", text) == [("FMLN", "fmln-sv")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Yo era de la Alianza Obrera Nacional.", "Alianza Obrera Nacional"),
        ("Los del Partido Comunista Antillano nos ayudaron.", "Partido Comunista Antillano"),
        ("Militaba en la Federación de la Juventud Comunista.", "Federación de la Juventud Comunista"),
        ("Venían del MLN-Z, otra cosa.", "MLN-Z"),
    ],
)
def test_a_name_of_the_list_that_goes_on_is_of_another_organization(matcher, text, name):
    found = proposed(matcher, "Yo era militante del FMLN, compañero.", text)

    assert (name, None) in found
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Yo era del pe ere te ce desde joven.", "pe ere te ce"),
        ("Con la efe a ele ce a la salida nos vimos.", "efe a ele ce"),
        ("La efe a ele ce a recibía dinero.", "efe a ele ce a"),
    ],
)
def test_letters_are_read_to_their_end_and_no_further(matcher, text, letters):
    found = proposed(matcher, "Yo era militante del FMLN, compañero.", text)

    assert [surface for surface, _ in found][1:] == [letters]


# In an archive


@pytest.fixture
def reviewed(db, tmp_path):
    worlds.in_review(worlds.build(), tmp_path)
    return Mention.objects.filter(score__gte=PROPOSED).first()


def test_a_refused_span_is_not_proposed_again(reviewed):
    transcript, place = reviewed.transcript, (reviewed.segment_id, reviewed.start, reviewed.end)
    decisions.reject(reviewed, by=MACHINE, at=NOON)

    suggesting.suggest(transcript)

    states = Mention.objects.filter(segment_id=place[0], start__lt=place[2], end__gt=place[1])
    assert [each.state for each in states] == [Mention.State.REJECTED]


@pytest.mark.parametrize(("times", "stays"), [(2, True), (3, False)])
def test_a_form_that_was_refused_three_times_in_an_interview_is_quiet_there(reviewed, times, stays):
    transcript, surface = reviewed.transcript, reviewed.surface
    NegativeForm.objects.create(
        interview_code=transcript.recording.session.interview.public_id,
        folded=fold(surface),
        organization=reviewed.organization,
        times=times,
    )

    suggesting.suggest(transcript)

    assert Mention.objects.filter(surface=surface, transcript=transcript).exists() is stays


def test_and_is_not_quiet_in_another_interview(reviewed):
    NegativeForm.objects.create(
        interview_code="another",
        folded=fold(reviewed.surface),
        organization=reviewed.organization,
        times=9,
    )

    suggesting.suggest(reviewed.transcript)

    assert Mention.objects.filter(surface=reviewed.surface).exists()
