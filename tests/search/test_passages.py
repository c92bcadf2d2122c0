import json

from oralhistory.search import passages
from tests.search.documents import document, segment


def test_six_segments_and_the_next_begins_at_the_sixth():
    cut = passages.cut(document("a", *(f"palabra{n}" for n in range(12))))

    cues = [[piece.cue_id for piece in passages.stored(passage.pieces)] for passage in cut]
    assert cues == [
        [f"cue{n}" for n in range(6)],
        [f"cue{n}" for n in range(5, 11)],
        ["cue10", "cue11"],
    ]
    assert [passage.first_position for passage in cut] == [0, 5, 10]


def test_six_segments_are_one_passage():
    assert len(passages.cut(document("a", *["paz"] * 6))) == 1


def test_a_withheld_span_leaves_a_gap_of_one_hundred_whatever_its_length():
    for hidden in ("Ulises", "una historia muy larga que nadie debe oír"):
        one = segment(hidden, 1, withheld=True, also=("SECRETO",))
        (passage,) = passages.cut(document("a", "antes", one, one, segment("después", 2)))
        assert passage.exact == ("antes", *["§"] * 100, "despues")
        assert hidden not in passage.pieces
        assert "SECRETO" not in passage.pieces


def test_every_word_has_its_time_also_where_a_person_has_edited():
    timed = [(0, 900, "la"), (1000, 1900, "huelga"), (2000, 2900, "henrnal"), (4000, 4900, "duró")]
    (passage,) = passages.cut(document("a", segment("La huelga general no duró", words=timed)))
    (piece,) = passages.stored(passage.pieces)
    assert piece.times[:2] == (0, 1000)
    assert 1000 < piece.times[2] <= piece.times[3] <= 4000
    assert piece.times[4] == 4000


def test_without_word_times_words_lie_evenly_in_their_segment():
    (passage,) = passages.cut(document("a", segment("uno dos tres cuatro", words=[])))
    assert passages.stored(passage.pieces)[0].times == (0, 2000, 4000, 6000)


def test_a_segment_without_end_is_cut_so_that_postgresql_can_hold_it():
    cut = passages.cut(document("a", "no " * 5000))
    assert max(passage.exact.count("no") for passage in cut) <= 255
    assert sum(len(piece["times"]) for piece in json.loads(cut[0].pieces)) == 240


def test_nothing_but_silence_is_no_passage():
    assert passages.cut(document("a", "…", segment("x", 1, withheld=True))) == []
    assert passages.cut(document("a")) == []
