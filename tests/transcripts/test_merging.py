from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from oralhistory.transcripts.merging import merge
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread

TOKENS = st.sampled_from(["uno", "dos", "tres,", "cuatro.", "¿Cinco?", "—"])


def said(start_ms, end_ms, text, cue="", **more):
    words = tuple(spread(text.split(), start_ms, end_ms, probability=0.5))
    return TimedSegment(start_ms, end_ms, text, words=words, cue_id=cue, **more)


@st.composite
def versions(draw):
    """Segments that a machine may make: in order, each as long as its words."""
    made, at = [], draw(st.integers(0, 3_000))
    for _ in range(draw(st.integers(0, 7))):
        tokens = draw(st.lists(TOKENS, min_size=1, max_size=5))
        end = at + draw(st.integers(len(tokens), 4_000))
        made.append(said(at, end, " ".join(tokens)))
        at = end + draw(st.sampled_from([0, 0, 40, 900, 3_000]))
    return made


def named(segments):
    return [replace(each, cue_id=f"cue{index}") for index, each in enumerate(segments)]


@st.composite
def edited(draw, base):
    """What people made of it: some segments with other words in the same time."""
    ours = []
    for each in base:
        tokens = draw(st.none() | st.lists(TOKENS, min_size=1, max_size=4))
        if tokens and " ".join(tokens) != each.text:
            words = tuple(spread(tokens, each.start_ms, each.end_ms))
            each = replace(each, text=" ".join(tokens), words=words)
        ours.append(each)
    return ours


def segment(start_ms, text):
    """Of words that last a millisecond."""
    tokens = text.split()
    end_ms = start_ms + len(tokens)
    return TimedSegment(start_ms, end_ms, text, words=tuple(spread(tokens, start_ms, end_ms)))


def words_of(merged):
    return [word.text for each in merged for word in each.segment.words]


@settings(deadline=None)
@given(st.data(), versions().map(named), versions(), st.booleans())
def test_what_people_wrote_stays_and_everything_is_in_order(data, base, theirs, lasting):
    ours = data.draw(edited(base))
    held = data.draw(st.sets(st.sampled_from([each.cue_id for each in base]))) if base else set()

    merged = merge(base, ours, theirs, held=held, lasting=lasting)

    at = 0
    for each in merged:
        assert at <= each.segment.start_ms < each.segment.end_ms
        at = each.segment.end_ms
        inside = each.segment.start_ms
        for word in each.segment.words:
            assert inside <= word.start_ms <= word.end_ms <= each.segment.end_ms
            inside = word.end_ms
    cues = [each.segment.cue_id for each in merged if each.segment.cue_id]
    assert len(cues) == len(set(cues))
    by_cue = {each.segment.cue_id: each for each in merged}
    for before, after in zip(base, ours, strict=True):
        if before.text != after.text or before.cue_id in held:
            assert by_cue[after.cue_id].segment == after
    if lasting:
        assert {each.cue_id for each in ours} <= set(cues)


def test_a_passage_keeps_its_address_where_there_are_more_words_than_milliseconds():
    base = named([segment(0, "uno"), segment(1, "dos"), segment(2, "uno")])

    merged = merge(base, base, [segment(0, "uno uno dos")], lasting=True)

    assert [each.segment.cue_id for each in merged] == ["cue0", "cue1", "cue2"]


@settings(deadline=None)
@given(versions().map(named), versions())
def test_where_nobody_changed_anything_the_new_words_are_taken(base, theirs):
    merged = merge(base, base, theirs)

    assert words_of(merged) == [word.text for each in theirs for word in each.words]
    assert not any(each.heard is not None for each in merged)


@settings(deadline=None)
@given(st.data(), versions().map(named))
def test_a_machine_that_hears_the_same_again_changes_nothing(data, base):
    ours = data.draw(edited(base))

    merged = merge(base, ours, [replace(each, cue_id="") for each in base])

    assert [each.segment for each in merged] == ours
    assert [each.heard for each in merged] == [
        None if before == after else before.text for before, after in zip(base, ours, strict=True)
    ]


@settings(deadline=None)
@given(st.data(), versions().map(named), versions())
def test_of_the_new_words_none_is_lost(data, base, theirs):
    ours = data.draw(edited(base))

    merged = merge(base, ours, theirs)

    told = [
        token
        for each in merged
        for token in (each.segment.text if each.heard is None else each.heard).split()
    ]
    assert told == [word.text for each in theirs for word in each.words]


OLD = named(
    [
        said(0, 2_000, "Venían del eje P,"),
        said(2_000, 5_000, "de la orpa y de"),
        said(5_100, 7_000, "la ruta."),
    ]
)


def test_a_new_segment_keeps_the_cue_of_the_one_in_whose_time_it_lies():
    merged = merge(
        OLD,
        OLD,
        [
            said(20, 2_100, "Venían del EGP,"),
            said(2_150, 5_050, "de la ORPA y de"),
            said(5_080, 6_990, "la URNG."),
        ],
    )

    assert [(each.segment.cue_id, each.segment.text) for each in merged] == [
        ("cue0", "Venían del EGP,"), ("cue1", "de la ORPA y de"), ("cue2", "la URNG."),
    ]  # fmt: skip


def test_a_new_segment_in_the_time_of_several_leaves_each_its_cue_and_its_words():
    merged = merge(OLD, OLD, [said(0, 7_000, "Venían del EGP, de la ORPA y de la URNG.")])

    assert [(each.segment.cue_id, each.segment.text) for each in merged] == [
        ("cue0", "Venían del EGP,"), ("cue1", "de la ORPA y de"), ("cue2", "la URNG."),
    ]  # fmt: skip


def test_of_several_new_segments_in_the_time_of_one_the_longest_keeps_its_cue():
    merged = merge(OLD[:1], OLD[:1], [said(0, 500, "Sí."), said(600, 2_000, "Venían del EGP,")])

    assert [(each.segment.cue_id, each.of) for each in merged] == [("", "cue0"), ("cue0", "cue0")]


def test_what_was_heard_where_there_was_nothing_is_a_new_segment():
    merged = merge(OLD, OLD, [*OLD, said(9_000, 9_500, "Gracias.")])

    assert [(each.segment.cue_id, each.of, each.segment.text) for each in merged[3:]] == [
        ("", "", "Gracias.")
    ]


def test_next_to_a_corrected_segment_a_new_one_is_not_cut_in_two():
    ours = [OLD[0], said(2_000, 5_000, "de la ORPA y de", "cue1"), OLD[2]]

    merged = merge(
        OLD, ours, [said(0, 2_000, "Venían del EGP,"), said(2_050, 6_900, "de la orpa y de la URNG.")]
    )

    assert [(each.segment.text, each.heard) for each in merged] == [
        ("Venían del EGP,", None), ("de la ORPA y de", "de la orpa y de"), ("la ruta.", "la URNG."),
    ]  # fmt: skip


def test_a_new_word_that_reaches_into_what_people_wrote_gives_way():
    ours = [OLD[0], said(2_000, 5_000, "de la ORPA y de", "cue1"), OLD[2]]

    first, *_others = merge(
        OLD, ours, [said(0, 2_300, "Venían del EGP,"), said(2_300, 5_000, "de la orpa y de"), OLD[2]]
    )

    assert first.segment.text == "Venían del EGP,"
    assert first.segment.end_ms == 2_000


def test_a_speaker_that_a_person_gave_stays_with_new_words():
    ours = [replace(OLD[0], speaker="narrator"), *OLD[1:]]

    merged = merge(
        OLD, ours, [said(0, 2_000, "Venían del EGP,", speaker="interviewer"), *OLD[1:]], voiced={"cue0"}
    )

    assert (merged[0].segment.text, merged[0].segment.speaker) == ("Venían del EGP,", "narrator")


def test_where_nothing_is_heard_anymore_a_segment_goes_unless_the_world_knows_it():
    assert [each.segment.cue_id for each in merge(OLD, OLD, OLD[1:])] == ["cue1", "cue2"]

    first = merge(OLD, OLD, OLD[1:], lasting=True)[0]
    assert (first.segment, first.heard) == (OLD[0], "")
