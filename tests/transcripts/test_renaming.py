"""What of a second reading is taken: names that were told and heard, and nothing else."""

from dataclasses import dataclass

import pytest

from oralhistory.transcripts import renaming
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.renaming import Renamed
from oralhistory.transcripts.words import folded, spread, text_of


@dataclass
class Told:
    """Names that sound like what is in the table, and like nothing else."""

    names: tuple[str, ...]
    like: dict[str, str]  # as heard: as written

    def places(self, words):
        rows = [[folded(word) for word in name.split()] for name in self.names]
        said = [folded(word) for word in words]
        return [
            (at, at + len(row)) for at in range(len(said)) for row in rows if said[at : at + len(row)] == row
        ]

    def is_joining(self, word):
        return word in ("de", "del", "el", "la")

    def is_heard(self, heard, written):
        one, other = (" ".join(map(folded, words)) for words in (heard, written))
        return 0.9 if self.like.get(one) == other else 0.0


def reading(text, **options):
    words = tuple(spread(text.split(), 0, 10_000, probability=0.7))
    return WindowResult(**{"text": text, "words": words, "avg_logprob": -0.2, "pass_number": 1, **options})


def renamed(first, second, names=("MIR",), like=None, **options):
    one, other = reading(first), reading(second, **options)
    like = {"de lemeiere": "del mir"} if like is None else like
    found = renaming.taken(one, other, Told(names, like))
    return renaming.applied(one, found).text


def test_a_name_takes_the_place_of_what_sounds_like_it_with_its_article():
    assert renamed("unos de Lemeiere, otros no", "unos del MIR otros no") == "unos del MIR, otros no"


def test_everything_else_stays_as_it_was_heard_first():
    first = "Ese día llore, unos de Lemeiere, yo le di mi cuarto"
    second = "Ese día, lloré unos del MIR. Yo les di mil cuartos"

    assert renamed(first, second) == "Ese día llore, unos del MIR, yo le di mi cuarto"


def test_of_a_name_only_the_words_that_differ_are_replaced():
    one, other = reading("las Fuesas Populares, sí"), reading("las Fuerzas Populares, sí")
    names = Told(("Fuerzas Populares",), {"fuesas populares": "fuerzas populares"})

    (found,) = renaming.taken(one, other, names)

    assert (found.first, found.last, text_of(found.words)) == (1, 2, "Fuerzas")


def test_words_that_were_heard_as_two_become_one_in_their_time():
    one, other = reading("el periódico o posición de mano"), reading("el periódico Oposición de mano")
    names = Told(("Oposición",), {"o posicion": "oposicion"})

    after = renaming.applied(one, renaming.taken(one, other, names))

    assert after.text == "el periódico Oposición de mano"
    assert (after.words[2].start_ms, after.words[3].start_ms) >= (
        one.words[2].start_ms,
        one.words[4].start_ms,
    )
    assert after.words[2].end_ms <= one.words[3].end_ms


def test_punctuation_within_a_name_is_the_names_and_at_its_ends_that_of_what_was_heard():
    name = "Comité de Presos, Perseguidos y Exiliados"
    names = Told(
        (name,), {"comite de prezos que seguidos y exiliados": "comite de presos perseguidos y exiliados"}
    )
    one = reading("(Comité de Prezos, que seguidos y Exiliados), dijo")
    other = reading("Comité de Presos, Perseguidos y Exiliados. Dijo")

    assert renaming.applied(one, renaming.taken(one, other, names)).text == f"({name}), dijo"


@pytest.mark.parametrize(
    "second",
    [
        "unos de Lemeiere, otros no MIR, MIR, MIR.",  # the prompt's echo
        "MIR. unos de Lemeiere, otros no",
        "unos del ERP, otros no",  # a name that was not told
        "unos de Lemeiere, del MIR otros no",
    ],
)
def test_what_has_nothing_to_stand_for_is_not_taken(second):
    assert renamed("unos de Lemeiere, otros no", second) == "unos de Lemeiere, otros no"


def test_what_does_not_sound_like_it_is_not_taken():
    assert (
        renamed("unos de Lemeiere, otros no", "unos del MIR, otros no", like={})
        == "unos de Lemeiere, otros no"
    )


@pytest.mark.parametrize(("logprob", "is_taken"), [(-0.1, True), (-0.29, True), (-0.31, False)])
def test_a_reading_that_the_engine_believes_less_is_not_taken(logprob, is_taken):
    text = renamed("unos de Lemeiere, otros no", "unos del MIR, otros no", avg_logprob=logprob)

    assert ("MIR" in text) == is_taken


@pytest.mark.parametrize("flag", renaming.UNTRUSTED)
def test_nor_is_one_that_looks_wrong(flag):
    assert "MIR" not in renamed("unos de Lemeiere", "unos del MIR", flags=(flag,))


def test_nor_words_that_it_hardly_believes():
    words = tuple(spread(["unos", "del", "MIR"], 0, 10_000, probability=0.01))

    assert "MIR" not in renamed("unos de Lemeiere", "unos del MIR", words=words)


def test_what_was_taken_survives_the_way_to_json_and_back():
    one, other = reading("unos de Lemeiere, otros"), reading("unos del MIR, otros")
    found = renaming.taken(one, other, Told(("MIR",), {"de lemeiere": "del mir"}))

    assert [Renamed.from_row(each.as_row()) for each in found] == found != []


def test_an_engine_is_told_names_in_a_sentence_of_its_language():
    assert renaming.prompt_of(["MIR", "ERP"], "es") == "Se habla de MIR, ERP."
    assert renaming.prompt_of(["MIR"], "pt") == "Fala-se de MIR."
    assert renaming.prompt_of(["MIR"], "qu") == "MIR."
