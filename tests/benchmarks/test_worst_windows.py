"""The page of the worst windows: each error in its window, and nothing that is fetched from elsewhere."""

import re

import pytest

from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.joining import HeardWindow
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import spread
from tests.benchmarks import worst_windows
from tests.benchmarks.word_errors import Clip, compared
from tests.transcripts import sounds

HEARD = ["Buenas tardes, compañero.", "Trabajé en la gran imprenta.", "La huelga <duró> un mes."]


@pytest.fixture
def clip(tmp_path):
    said = "Buenas tardes, compañera Elena. Trabajé en la imprenta. La huelga duró un mes."
    path = sounds.write(tmp_path / "clip.flac", sounds.tone(6))
    return Clip("clip.flac", path, 6, "es", said, script=False)


def windows():
    size = 2 * SAMPLE_RATE
    return [
        HeardWindow(
            at * size,
            (at + 1) * size,
            WindowResult(language="es", text=text, words=tuple(spread(text.split(), 0, 2000, probability=1))),
        )
        for at, text in enumerate(HEARD)
    ]


def test_every_error_stands_in_a_window_and_none_twice(clip):
    judged = worst_windows.judged(clip, windows())

    assert [each.errors for each in judged] == [1, 2, 0]
    assert sum(each.errors for each in judged) == compared(clip, " ".join(HEARD), 0).errors
    assert judged[0].heard == [("buenas", True), ("tardes", True), ("companero", False)]
    assert [word for word, agrees in judged[1].heard if not agrees] == ["gran"]


def test_the_page_shows_both_readings_with_the_sound_and_needs_nothing_from_elsewhere(clip):
    page = worst_windows.page(worst_windows.judged(clip, windows()), most=1, model="base")

    assert "<ins>gran</ins>" in page
    assert "<del>elena</del>" in page
    assert page.count("<section>") == 1
    assert set(re.findall(r'(?:src|href)="(.{14})', page)) == {"data:audio/ogg"}
