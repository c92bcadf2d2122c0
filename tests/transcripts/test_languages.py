from oralhistory.transcripts import languages

SPANISH = {"es": 0.97, "pt": 0.01, "en": 0.01}
ENGLISH = {"es": 0.001, "pt": 0.0, "en": 0.95}
UNSURE = {"es": 0.3, "pt": 0.1, "en": 0.5}
LATIN = {"la": 0.95, "es": 0.02}


def test_strong_evidence_switches_the_language_and_weak_does_not():
    heard = [SPANISH, UNSURE, SPANISH, ENGLISH, SPANISH]

    assert languages.smoothed(heard, ("es", "en", "pt")) == ["es", "es", "es", "en", "es"]


def test_an_interview_in_english_is_heard_in_english_whatever_was_expected():
    assert languages.smoothed([ENGLISH, UNSURE, ENGLISH], ("es", "en", "pt")) == ["en", "en", "en"]


def test_a_language_that_is_not_the_interviews_is_never_chosen():
    assert languages.smoothed([LATIN], ("es", "en")) == ["es"]
    assert languages.smoothed([ENGLISH, ENGLISH], ("es",)) == ["es", "es"]


def test_little_evidence_for_a_language_and_much_for_strangers_is_no_evidence():
    heard = languages.masked({"en": 0.03, "nn": 0.9}, ("es", "en", "pt"))

    assert heard["en"] < 0.5
    assert abs(sum(heard.values()) - 1) < 1e-9


def test_no_windows_have_no_languages():
    assert languages.smoothed([], ("es", "en")) == []


def test_a_window_may_hold_two_languages_or_a_foreign_one():
    assert languages.is_mixed([SPANISH, SPANISH, ENGLISH], "es", ("es", "en", "pt"))
    assert languages.is_mixed([SPANISH], "pt", ("es", "en", "pt"))
    assert not languages.is_mixed([SPANISH, UNSURE, LATIN], "es", ("es", "pt"))
    assert languages.is_foreign(LATIN, ("es", "en"))
    assert not languages.is_foreign({"gl": 0.6, "es": 0.3}, ("es", "en"))


def test_whisper_knows_portuguese_and_no_quechua():
    assert languages.known("pt")
    assert not languages.known("qu")
