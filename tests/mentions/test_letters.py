import pytest

from oralhistory.mentions import letters
from oralhistory.mentions.reading import Reading


def spellings(text: str) -> set[str]:
    reading = Reading([text])
    return {
        spelling
        for run in letters.runs(reading.words)
        for spelling in run.spellings(0, len(run.options))
        if letters.tells(reading.words[run.first : run.last])
    }


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("del efe eme ele ene,", "FMLN"),
        ("la F. M. L. N. decía", "FMLN"),
        ("la F.M.L.N. decía", "FMLN"),
        ("las F A R llegaron", "FAR"),
        ("la jotacete", "JCT"),
        ("el efe ese eleene", "FSLN"),
        ("la emé yere", "MIR"),
        ("la U-R-N-G", "URNG"),
        ("la ce doble ve pe", "CWP"),
        ("la i griega ce hache", "YCH"),
        ("el eme 1 9", "M19"),
        ("la uve erre", "VR"),
        ("la ve erre", "VR"),
        ("la be pe erre", "BPR"),
    ],
)
def test_letters_said_or_written_apart_are_put_together(text, acronym):
    assert acronym in spellings(text)


@pytest.mark.parametrize(
    "text",
    [
        "de a poco",
        "y o te vas",
        "ese de ahí",
        "a la una",
        "se fue. A ver",
        "uno, dos y tres",
        "te ve de lejos",
    ],
)
def test_common_words_that_are_also_letters_are_left_alone(text):
    assert spellings(text) == set()
