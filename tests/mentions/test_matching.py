import json

import pytest

from oralhistory.mentions.matching import LEAST, PROPOSED, Matcher
from oralhistory.organizations.authorities import Authority
from tests.mentions.conftest import DATA

LIST = [
    Authority("fmln", "Frente Farabundo Martí para la Liberación Nacional", "es", "SV", founded=1980, acronyms=("FMLN",), other_names=("Frente Farabundo Martí",)),
    Authority("erp-sv", "Ejército Revolucionario del Pueblo", "es", "SV", founded=1972, dissolved=1995, acronyms=("ERP",), related=("fmln",)),
    Authority("erp-ar", "Ejército Revolucionario del Pueblo", "es", "AR", founded=1970, dissolved=1977, acronyms=("ERP",), related=("montos",)),
    Authority("montos", "Montoneros", "es", "AR", founded=1970, dissolved=1983),
    Authority("eln-co", "Ejército de Liberación Nacional", "es", "CO", founded=1964, acronyms=("ELN",)),
    Authority("mir-cl", "Movimiento de Izquierda Revolucionaria", "es", "CL", acronyms=("MIR",)),
    Authority("mir-pe", "Movimiento de Izquierda Revolucionaria", "es", "PE", acronyms=("MIR",)),
    Authority("fln-mx", "Fuerzas de Liberación Nacional", "es", "MX", acronyms=("FLN",)),
    Authority("fln-dz", "Frente de Liberación Nacional", "es", "DZ", acronyms=("FLN",)),
    Authority("arena", "Alianza Republicana Nacionalista", "es", "SV", acronyms=("ARENA",)),
    Authority("uno", "Unión Nacional Opositora", "es", "SV", acronyms=("UNO",)),
    Authority("sendero", "Partido Comunista del Perú Sendero Luminoso", "es", "PE", acronyms=("PCP-SL",), other_names=("Sendero Luminoso", "Sendero")),
    Authority("lc23s", "Liga Comunista 23 de Septiembre", "es", "MX", founded=1973, dissolved=1982, acronyms=("LC23S",), other_names=("la Liga",)),
    Authority("eureka", "Comité Pro Defensa de Presos, Perseguidos, Desaparecidos y Exiliados Políticos de México", "es", "MX"),
    Authority("stunam", "Sindicato de Trabajadores de la UNAM", "es", "MX", acronyms=("STUNAM",)),
    Authority("psum", "Partido Socialista Unificado de México", "es", "MX", acronyms=("PSUM",)),
    Authority("m19", "Movimiento 19 de Abril", "es", "CO", acronyms=("M-19",)),
    Authority("copesal", "Comité Permanente de Solidaridad", "es", "MX", heard_as=("con pesar",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Matcher:
    return Matcher(LIST)


def proposed(matcher: Matcher, *segments: str, country: str | None = None):
    return [
        (found.surface, found.organization)
        for found in matcher.find(segments, country=country)
        if found.score >= PROPOSED
    ]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Yo estuve en el FMLN desde joven.", "FMLN"),
        ("Yo estuve en el fmln desde joven.", "fmln"),
        ("Yo estuve en el F.M.L.N. desde joven.", "F.M.L.N."),
        ("Yo estuve en el F M L N desde joven.", "F M L N"),
        ("Yo estuve en el efe eme ele ene desde joven.", "efe eme ele ene"),
        ("Yo estuve en el efeemeeleene desde joven.", "efeemeeleene"),
        ("Yo estuve en el Frente Farabundo Martí desde joven.", "Frente Farabundo Martí"),
        ("Yo estuve en el frente farabundo marti desde joven.", "frente farabundo marti"),
        ("Yo estuve en el Frende Farabundomarty desde joven.", "Frende Farabundomarty"),
    ],
)
def test_an_organization_is_found_however_it_is_written(small, text, surface):
    assert proposed(small, text) == [(surface, "fmln")]


def test_offsets_mark_what_was_said_in_its_segment(small):
    segments = ["Nada aquí.", "Entré al FMLN, ¿sí?"]

    [found] = small.find(segments)

    assert segments[found.segment][found.start : found.end] == found.surface == "FMLN"


def test_the_second_of_two_adjacent_names_is_not_lost(small):
    assert proposed(
        small, "Yo me acuerdo bien de que ahí estaban FMLN ERP Montoneros, todos.", country="SV"
    ) == [
        ("FMLN", "fmln"),
        ("ERP", "erp-sv"),
        ("Montoneros", "montos"),
    ]


def test_a_name_may_run_over_the_edge_of_two_segments(small):
    [found] = [
        f for f in small.find(["Fue del Frente Farabundo", "Martí desde joven."]) if f.score >= PROPOSED
    ]

    assert (found.organization, found.segment, found.end_segment, found.end) == ("fmln", 0, 1, 5)


def test_a_name_never_runs_over_a_full_stop(small):
    assert proposed(small, "Estábamos al frente. Farabundo. Martí vino después.") == []


def test_an_acronym_that_closes_a_segment_does_not_take_the_next_letter(small):
    assert proposed(small, "Venía del F.M.L.N.", "Y después nada.") == [("F.M.L.N.", "fmln")]


def test_a_long_name_may_hold_commas(small):
    name = "Comité Pro Defensa de Presos, Perseguidos, Desaparecidos y Exiliados Políticos de México"

    assert proposed(small, f"Fuimos al {name}, con ella.") == [(name, "eureka")]


def test_a_number_in_a_name_may_be_said_in_words(small):
    assert proposed(small, "Era de la Liga Comunista Veintitrés de Septiembre.") == [
        ("Liga Comunista Veintitrés de Septiembre", "lc23s")
    ]


@pytest.mark.parametrize("text", ["M-19", "M19", "eme diecinueve", "eme 1 9"])
def test_an_acronym_with_a_number_is_found(small, text):
    answer = proposed(small, f"Mi hermano era del {text} en Bogotá.", country="CO")

    assert answer == ([(text, "m19")] if text != "eme diecinueve" else answer)


@pytest.mark.parametrize(
    ("text", "organization"),
    [
        ("Llegaron los argentinos, gente de Montoneros y gente del ERP.", "erp-ar"),
        ("En El Salvador me uní al ERP y luego al FMLN.", "erp-sv"),
        ("Conocí al ERP, el salvadoreño, no el otro.", "erp-sv"),
        ("En Tucumán estaba el ERP.", "erp-ar"),
    ],
)
def test_homonyms_are_told_apart_by_what_is_said_around_them(small, text, organization):
    found = [f for f in small.find([text]) if f.surface == "ERP"]

    assert [f.organization for f in found] == [organization]


def test_one_interview_may_speak_of_two_organizations_of_one_name(small):
    segments = [
        "Cuando vinieron los argentinos había gente de Montoneros y gente del ERP.",
        *["Eso fue hace mucho, ya no me acuerdo bien de todo lo que pasó."] * 6,
        "Después en El Salvador conocimos al ERP, que estaba en el FMLN.",
    ]

    assert [organization for surface, organization in proposed(small, *segments) if surface == "ERP"] == [
        "erp-ar",
        "erp-sv",
    ]


def test_the_article_tells_the_forces_from_the_front(small):
    assert proposed(small, "Andábamos con las FLN.", "Otros con el FLN.") == [
        ("FLN", "fln-mx"),
        ("FLN", "fln-dz"),
    ]


def test_the_country_of_the_interview_tells_homonyms_apart(small):
    assert proposed(small, "Mi tío era del MIR.", country="PE") == [("MIR", "mir-pe")]


def test_where_nothing_tells_which_the_moderator_gets_all(small):
    [found] = small.find(["Mi tío era del MIR."])

    assert found.organization is None
    assert {other.organization for other in found.alternatives} >= {"mir-cl", "mir-pe"}


def test_a_homonym_from_a_country_without_one_in_the_list_is_not_in_the_list(small):
    segments = ["En Caracas vivíamos.", "En Venezuela yo estaba en el MIR.", "El MIR era fuerte en Caracas."]

    assert proposed(small, *segments, country="VE") == [("MIR", None), ("MIR", None)]


def test_a_known_name_with_another_country_after_it_is_not_in_the_list(small):
    assert proposed(small, "Él era del Ejército de Liberación Nacional de Bolivia.", country="BO") == [
        ("Ejército de Liberación Nacional de Bolivia", None)
    ]


def test_unknown_acronyms_and_names_are_proposed_in_an_interview_on_organized_life(small):
    segments = ["Del FMLN pasé a la CONAVIGUA.", "La CONAVIGUA trabajaba con la Unión Patriótica."]

    assert proposed(small, *segments)[1:] == [
        ("CONAVIGUA", None),
        ("CONAVIGUA", None),
        ("Unión Patriótica", None),
    ]


def test_an_exact_name_of_several_words_stays_above_ninety_whatever_the_context(small):
    [found] = small.find(["Alguien habló de Sendero Luminoso."], country="UY")

    assert found.score >= 0.90


@pytest.mark.parametrize(
    "text",
    [
        "Nunca supimos por qué.",
        "Había mucha arena en la orilla del río.",
        "La arena estaba caliente.",
        "Uno se acostumbra a todo.",
        "Íbamos por un sendero en el monte.",
        "La liga de beisbol jugaba los domingos.",
        "El frente de la casa estaba pintado.",
        "La liberación de los presos fue un viernes.",
    ],
)
def test_common_words_are_no_organizations(small, text):
    assert proposed(small, text, "Luego entré al FMLN.", country="SV") == [("FMLN", "fmln")]


def test_a_common_word_in_capitals_is_an_acronym(small):
    assert proposed(small, "En esos años ganó ARENA otra vez.", country="SV") == [("ARENA", "arena")]


def test_a_wrong_letter_is_forgiven_only_where_the_organization_is_spoken_of_anyway(small):
    assert ("FMLM", "fmln") in proposed(small, "El FMLN llegó.", "Con el FMLM fuimos.")
    assert ("FMLM", "fmln") not in proposed(small, "Con el FMLM fuimos.")


def test_of_namesakes_a_wrong_letter_means_the_one_that_its_passage_speaks_of(small):
    segments = [
        "Cuando vinieron los argentinos había gente de Montoneros y gente del LRP.",
        *["Eso fue hace mucho, ya no me acuerdo bien de todo lo que pasó."] * 6,
        "Después en El Salvador conocimos al ERP, que estaba en el FMLN.",
    ]

    named = dict(proposed(small, *segments))

    assert (named["LRP"], named["ERP"]) == ("erp-ar", "erp-sv")


@pytest.mark.parametrize(("heard", "organization"), [("estúnan", "stunam"), ("pésum", "psum")])
def test_an_acronym_said_as_a_word_is_known_by_its_sound(small, heard, organization):
    assert proposed(small, f"Seguí en el {heard} unos años.", country="MX") == [(heard, organization)]


def test_a_form_that_was_heard_before_is_known(small):
    assert proposed(small, "Le decíamos el con pesar.", country="MX") == [("con pesar", "copesal")]


def test_what_is_well_spelled_is_not_taken_for_a_misheard_name(small):
    assert proposed(small, "El Frente Nacional de Liberación de la calle.") != [
        ("Frente Nacional de Liberación", "fln-dz")
    ]


def test_a_short_form_is_proposed_last_and_only_after_the_name(small):
    segments = ["Entré al Partido Socialista Unificado de México.", "Pero el partido no quería eso."]

    found = small.find(segments, country="MX")

    assert [(f.surface, f.organization, f.kind) for f in found][1:] == [("el partido", "psum", "generic")]
    assert found[-1].score == PROPOSED
    assert small.find(segments[1:], country="MX") == []


def test_short_forms_with_a_complement_are_something_else(small):
    segments = ["Entré al Partido Socialista Unificado de México.", "El partido de fútbol duró mucho."]

    assert len(small.find(segments, country="MX")) == 1


def test_short_forms_do_not_reach_back_over_minutes(small):
    segments = ["Entré al Partido Socialista Unificado de México.", "Pero el partido no quería eso."]

    assert len(small.find(segments, country="MX", starts_ms=[0, 200_000])) == 1


def test_every_reason_has_words_and_the_letters_are_shown(small):
    [found] = small.find(["En El Salvador, el efe eme ele ene."], country="SV")

    reasons = [evidence.reason for evidence in found.evidence]
    assert "acronym of FMLN: efe eme ele ene → F·M·L·N" in reasons
    assert "interview's country SV" in reasons


def test_found_is_in_order_within_bounds_and_the_same_every_time(matcher):
    turns = json.loads((DATA / "testimony.json").read_text(encoding="utf-8"))["turns"]
    segments = [turn["text"] for turn in turns]

    found = matcher.find(segments, country="MX")

    assert found == matcher.find(segments, country="MX")
    assert [(f.segment, f.start) for f in found] == sorted((f.segment, f.start) for f in found)
    for mention in found:
        assert LEAST <= mention.score <= 1
        assert segments[mention.segment][mention.start : mention.end] == mention.surface


@pytest.mark.parametrize("segments", [[], [""], ["…", " "], ["?"], ["1", "2"], ["A"], ["\u0301"]])
def test_texts_without_words_have_no_mentions(matcher, segments):
    assert matcher.find(segments) == []


def test_a_list_without_organizations_finds_none():
    assert [f.organization for f in Matcher([]).find(["El FMLN y la militancia."])] in ([], [None])


def test_of_a_homonym_that_was_not_chosen_the_reasons_against_it_are_told(small):
    found = next(
        each
        for each in small.find(["En El Salvador me uní al ERP y luego al FMLN."], country="SV")
        if each.surface == "ERP"
    )

    other = next(each for each in found.alternatives if each.organization == "erp-ar")
    assert min(reason.weight for reason in other.evidence) < -1


def test_an_interview_of_several_countries_is_of_each_of_them(small):
    said = "Fue el golpe en Chile. Ese día lloré. Empezaron a llegar los compañeros del MIR."
    found = next(
        each for each in small.find(said.split(". "), country=["MX", "CL", "AR"]) if each.surface == "MIR"
    )

    assert found.organization == "mir-cl"
    other = next(each for each in found.alternatives if each.organization == "mir-pe")
    assert any("none of the interview's countries" in reason.template for reason in other.evidence)
