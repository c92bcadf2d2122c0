from oralhistory.search import highlighting, passages
from tests.search.documents import document, segment


def quotation(texts, local, matches):
    (passage,) = passages.cut(document("a", *texts))
    runs = highlighting.quotation(passages.stored(passage.pieces), local, matches)
    return "".join(f"<{text}>" if is_match else text for text, is_match in runs)


def test_matches_are_marked_and_the_segments_own_punctuation_kept():
    assert quotation(["¿Y la huelga? ¡Sí!", "Fue larga."], 2, {2}) == "¿Y la <huelga>? ¡Sí! Fue larga."


def test_a_phrase_is_one_mark_also_over_an_edge():
    assert quotation(["la plaza", "de mayo."], 1, {1, 2, 3}) == "la <plaza de mayo>."


def test_a_long_segment_is_cut_between_words():
    text = quotation([" ".join(f"p{n}" for n in range(40)), " ".join(f"q{n}" for n in range(40))], 30, {30})
    assert text.startswith("… p18 ")
    assert "<p30>" in text
    assert text.endswith(" q20 …")


def test_what_is_withheld_is_shown_to_be():
    hidden = segment("secreto", 1, withheld=True)
    assert quotation(["antes,", hidden, segment("después.", 2)], 0, {0}) == "<antes>, […] después."


def test_another_speakers_answer_is_left_out_unless_it_matches():
    asked = [segment("¿Estuvo preso?", 0, asks=True), segment("Sí, preso.", 1)]
    assert quotation(asked, 1, {1}) == "¿Estuvo <preso>?"
    assert quotation(asked, 1, {1, 3}) == "¿Estuvo <preso>? Sí, <preso>."


def test_text_is_given_as_it_is_and_never_as_markup():
    assert quotation(["<b>paz</b> & amor"], 1, {1}) == "<b><paz></b> & amor"


def test_a_segment_found_by_what_is_not_spoken_may_have_no_words():
    (passage,) = passages.cut(document("a", segment("…", also=("FMLN",))))
    assert highlighting.quotation(passages.stored(passage.pieces), 0, set()) == [("…", False)]
