import pytest

from oralhistory.transcripts import suspicion
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.words import Word, spread


def reasons(text, *, seconds=20.0, speech=15.0, logprob=-0.2, compression=1.5, probability=0.9, missed=0.0):
    words = tuple(
        Word(word.start_ms, word.end_ms, word.text, probability) for word in spread(text.split(), 0, 20_000)
    )
    result = WindowResult(text=text, words=words, avg_logprob=logprob, compression_ratio=compression)
    return suspicion.reasons(result, seconds=seconds, speech_seconds=speech, missed_seconds=missed)


USUAL = "En el setenta y tres fue el golpe en Chile y ese día lloré porque empezaron a llegar los compañeros"


def test_usual_speech_is_not_suspicious():
    assert reasons(USUAL) == ()


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        ({"text": USUAL, "logprob": -1.2}, "low_probability"),
        ({"text": USUAL, "compression": 2.5}, "repetitive"),
        ({"text": "y entonces fuimos " * 5}, "repetitive"),
        ({"text": "no no no no no"}, "repetitive"),
        ({"text": USUAL, "seconds": 2.0}, "too_fast"),
        ({"text": "Sí."}, "sparse"),
        ({"text": ""}, "sparse"),
        ({"text": USUAL, "missed": 2.5}, "left_out"),
        ({"text": f"{USUAL} ¡Subtítulos realizados por la comunidad de Amara.org!"}, "phantom"),
        ({"text": USUAL, "probability": 0.1}, "improbable"),
    ],
)
def test_what_looks_wrong_is_named(heard, reason):
    assert reason in reasons(**heard)


def test_people_do_say_a_thing_three_times():
    assert not suspicion.is_looping("no no no dijo que no".split())  # noqa: SIM905


def test_nothing_heard_where_nobody_speaks_is_right():
    assert reasons("", speech=0.5) == ()
