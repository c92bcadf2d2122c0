"""How an edition is drawn."""

import pytest

from oralhistory.editions.models import EditionSegment
from oralhistory.web import drawing, vocabularies
from oralhistory.web.templatetags import archive


def segment(index, text, **fields):
    plain = {"cue_id": f"cue{index}", "language": "es", "speaker": "Elena", "withheld": False}
    return EditionSegment(
        index=index, start_ms=index * 1000, end_ms=index * 1000 + 900, text=text, **(plain | fields)
    )


def draw(*segments, chapters=()):
    return drawing.blocks(segments, mentions={}, chapters=chapters, records={}, language="es")


def test_a_turn_is_a_run_of_one_speaker():
    turns = draw(
        segment(0, "Uno."), segment(1, "Dos."), segment(2, "¿Y?", speaker="", asks=True), segment(3, "Tres.")
    )
    assert [(turn.speaker, turn.asks, len(turn.paragraphs[0].cues)) for turn in turns] == [
        ("Elena", False, 2), ("", True, 1), ("Elena", False, 1),
    ]  # fmt: skip


def test_another_language_is_a_paragraph_of_its_own():
    [turn] = draw(segment(0, "Uno."), segment(1, "One.", language="en"), segment(2, "Dos."))
    assert [(each.language, each.is_other_language) for each in turn.paragraphs] == [
        ("es", False), ("en", True), ("es", False),
    ]  # fmt: skip


def test_a_long_turn_is_broken_after_a_full_stop():
    [turn] = draw(*(segment(index, "palabra " * 30 + "." * (index % 2)) for index in range(20)))
    assert len(turn.paragraphs) > 3
    assert all(each.cues[-1].pieces[-1].text.endswith(".") for each in turn.paragraphs)


def test_a_chapter_stands_before_the_first_words_of_it():
    drawn = draw(segment(0, "Uno."), segment(1, "Dos."), chapters=[{"start_ms": 1000, "title": "Segundo"}])
    assert [block.kind for block in drawn] == ["turn", "chapter", "turn"]


def test_words_are_found_where_they_stand():
    words = [[0, 100, " La"], [100, 300, "FMLN,"], [300, 400, "gone"], [400, 500, "sí."]]
    assert drawing.word_times(segment(0, "La FMLN, 𝄞 sí.", words=words)) == [0, 0, 3, 100, 12, 400]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("1979", "1979"),
        ("2024-03", "marzo de 2024"),
        ("2024-03-12", "12 de marzo de 2024"),
        ("hacia 1979", "hacia 1979"),
    ],
)
def test_a_day_is_as_precise_as_it_was_given(given, shown):
    assert vocabularies.day(given) == shown


@pytest.mark.parametrize(("ms", "shown"), [(138_000, "2:18"), (3_723_000, "1:02:03")])
def test_a_time_code_is_as_people_say_it(ms, shown):
    assert archive.timecode(ms) == shown
