import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.transcripts import sounds

CLIP = str(sounds.DATA / "librivox_es.flac")


def transcribe(*arguments):
    out, err = StringIO(), StringIO()
    call_command("transcribe", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_is_what_was_promised_and_progress_goes_elsewhere():
    out, err = transcribe(CLIP, "--engine", "fake", "--format", "json")

    written = json.loads(out)
    assert list(written) == ["engine", "model", "language", "duration_ms", "segments"]
    assert (written["engine"], written["language"], written["duration_ms"]) == ("fake", "es", 7664)
    assert list(written["segments"][0]) == ["start_ms", "end_ms", "text", "speaker", "flags", "words"]
    assert list(written["segments"][0]["words"][0]) == ["start_ms", "end_ms", "text", "probability"]
    assert "100 %" in err


def test_webvtt_says_that_a_machine_made_it():
    out, _ = transcribe(CLIP, "--engine", "fake", "--format", "vtt")

    assert out.startswith("WEBVTT\n\nNOTE\nMachine-made, unchecked: fake")
    assert "00:00:00.000 --> " in out


def test_text_is_the_default():
    out, _ = transcribe(CLIP, "--engine", "fake")

    assert out.strip()
    assert "-->" not in out


def test_names_are_written_where_something_sounds_like_them_and_only_if_asked(tmp_path):
    listed = tmp_path / "names.txt"
    listed.write_text("Sindikato\n\nMIR\n", encoding="utf-8")

    plain, _ = transcribe(CLIP, "--engine", "fake")
    named, _ = transcribe(CLIP, "--engine", "fake", "--names", str(listed))

    assert "sindicato" in plain
    assert named == plain.replace("sindicato", "Sindikato")


@pytest.mark.whisper
def test_speech_is_transcribed():
    out, _ = transcribe(CLIP, "--language", "es")

    assert "dominio público" in out


@pytest.mark.whisper
def test_silence_is_an_empty_transcript_and_no_failure(tmp_path):
    path = sounds.write(tmp_path / "silence.flac", sounds.silence(20))

    out, _ = transcribe(str(path), "--format", "json")

    assert json.loads(out)["segments"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.mp3"], "There is no file"),
        ([__file__], "not a recording"),
        ([CLIP, "--engine", "whisper-9000"], "There is no engine “whisper-9000”"),
        ([CLIP, "--model", "./nowhere"], "There is no model.bin"),
        ([CLIP, "--names", "nowhere.txt"], "cannot be read as a list of names"),
        ([CLIP, "--language", "xx"], "knows no language “xx”"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        transcribe(*arguments)
