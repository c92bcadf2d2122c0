import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oralhistory.mentions import documents
from tests.mentions.conftest import DATA

MADE = str(DATA / "organizations_made.csv")


def find(path, *options: str) -> list[dict]:
    out = StringIO()
    call_command("find_mentions", str(path), "--format", "json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_plain_text_is_one_document_with_a_segment_a_line(tmp_path):
    file = tmp_path / "charla.txt"
    file.write_text("Nada.\nEntré al FMLN en El Salvador.\n", encoding="utf-8")

    [document] = find(file)

    assert document["id"] == "charla"
    [mention] = document["mentions"]
    assert set(mention) == {
        "segment", "start", "end", "surface", "organization", "score", "kind", "evidence", "alternatives",
    }  # fmt: skip
    assert (mention["segment"], mention["start"], mention["end"]) == (1, 9, 13)
    assert (mention["surface"], mention["organization"]) == ("FMLN", "fmln-sv")
    assert mention["score"] >= 0.5
    assert all(set(reason) == {"reason", "weight"} for reason in mention["evidence"])


def test_webvtt_has_a_segment_per_cue(tmp_path):
    file = tmp_path / "charla.vtt"
    file.write_text(
        "WEBVTT\n\nNOTE no\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Elena>Nada &amp; más\n\n"
        "00:03.500 --> 00:05.000 align:left\nEntré al\n<b>FMLN</b> ayer\n",
        encoding="utf-8",
    )

    [document] = documents.read(file)
    [found] = find(file)

    assert document.segments == ["Nada & más", "Entré al FMLN ayer"]
    assert document.starts_ms == [1000, 3500]
    assert found["mentions"][0]["organization"] == "fmln-sv"


def test_a_transcript_in_json_gives_its_times(tmp_path):
    file = tmp_path / "charla.json"
    segments = [{"start_ms": 10, "end_ms": 20, "text": "Entré al FMLN.", "speaker": None, "words": []}]
    file.write_text(json.dumps({"engine": "fake", "segments": segments}, indent=1), encoding="utf-8")

    [document] = documents.read(file)

    assert document.starts_ms == [10]
    assert [mention["surface"] for mention in find(file)[0]["mentions"]] == ["FMLN"]


def test_json_lines_give_one_line_per_document_and_gold_is_not_read(tmp_path):
    lines = (DATA / "dev_clean.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    file = tmp_path / "set.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    without = tmp_path / "without.jsonl"
    bare = [{k: v for k, v in json.loads(line).items() if k != "mentions"} for line in lines]
    without.write_text("\n".join(map(json.dumps, bare)), encoding="utf-8")

    answers = find(file, "--organizations", MADE)

    assert [answer["id"] for answer in answers] == [json.loads(line)["id"] for line in lines]
    assert answers == find(without, "--organizations", MADE)


def test_a_name_over_two_segments_ends_with_the_first_and_says_where_it_goes_on(tmp_path):
    file = tmp_path / "charla.txt"
    file.write_text("Fue del Frente Farabundo\nMartí desde joven", encoding="utf-8")

    [mention] = find(file)[0]["mentions"]

    assert (mention["surface"], mention["end"]) == ("Frente Farabundo", 24)
    assert mention["continues"] == {"segment": 1, "end": 5}


def test_text_is_for_reading(tmp_path):
    file = tmp_path / "charla.txt"
    file.write_text("Entré al efe eme ele ene.", encoding="utf-8")
    out = StringIO()

    call_command("find_mentions", str(file), stdout=out)

    assert "«efe eme ele ene»  →  fmln-sv" in out.getvalue()
    assert "F·M·L·N" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"{", "not JSON"),
        (b'{"segments": 3}', "list of segments"),
        (b'{"segments": [3]}', "segment 0 has no text"),
        (b'{"id": "a", "segments": []}\n{"id"\n', "line 2 is not JSON"),
        (b"[1, 2]", "list of segments"),
        (b'{"country": 3, "segments": []}', "country is not text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, content, sentence):
    file = tmp_path / "mal.txt"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        find(file)


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        find(tmp_path / "nada.txt")


def test_a_malformed_list_is_refused_with_line_and_column(tmp_path):
    organizations = tmp_path / "list.csv"
    organizations.write_text("id,preferred_name\n", encoding="utf-8")
    file = tmp_path / "charla.txt"
    file.write_text("Hola.", encoding="utf-8")

    with pytest.raises(CommandError, match="line 1, column language"):
        find(file, "--organizations", str(organizations))


def test_the_evaluation_prints_the_matcher_beside_its_baselines(tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        "\n".join((DATA / "dev_heavy.jsonl").read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8"
    )
    out = StringIO()

    call_command("evaluate_mentions", str(gold), "--organizations", MADE, stdout=out)

    for words in (
        "exact names ",
        "exact names and acronyms",
        "matcher ",
        "calibration",
        "recall, name_noisy",
    ):
        assert words in out.getvalue()


def evaluated(tmp_path, *documents: dict, worst: int = 0) -> str:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(document) for document in documents), encoding="utf-8")
    out = StringIO()
    call_command("evaluate_mentions", str(gold), "--worst", str(worst), stdout=out)
    return out.getvalue()


MISSED = {
    "id": "a",
    "country": "SV",
    "segments": ["Entré al FMLN y al PCX, compañero.", "Era de la Sociedad Amigos del Mar."],
    "mentions": [
        {"segment": 0, "start": 9, "end": 13, "organization": "fpl-sv", "kind": "acronym"},
        {"segment": 1, "start": 10, "end": 33, "organization": None, "kind": "name"},
    ],
}


def test_the_worst_faults_are_shown_with_their_sentence_what_was_found_and_why(tmp_path):
    text = evaluated(tmp_path, MISSED, worst=2)

    misses, false_ones = text.split("  worst misses, ")[1].split("  worst false ones, ")
    assert misses.startswith("2 of 2")
    assert "Era de la «Sociedad Amigos del Mar»" in misses
    assert "expected one not in the list; found nothing" in misses
    assert false_ones.startswith("2 of 2")
    assert "Entré al «FMLN» y al PCX" in false_ones
    assert "expected fpl-sv; found fmln-sv for «FMLN» (0.99, acronym)" in false_ones
    assert "+3.4 acronym of FMLN" in false_ones
    assert "expected no organization; found one not in the list for «PCX»" in false_ones


def test_as_many_as_were_asked_for_and_none_unasked(tmp_path):
    assert "worst misses, 1 of 2" in evaluated(tmp_path, MISSED, worst=1)
    assert "worst" not in evaluated(tmp_path, MISSED)


@pytest.mark.parametrize("none", [[], None])
def test_texts_without_mentions_count_what_is_wrong(tmp_path, none):
    quiet = {"id": "q", "segments": ["Nada de eso, y nada más que decir."]}
    loud = {"id": "l", "segments": ["Entré al FMLN, y ya no dije nada."], "mentions": none}

    assert "wrong per 10,000 words       0.0" in evaluated(tmp_path, quiet)
    assert "wrong per 10,000 words       625.0" in evaluated(tmp_path, quiet, loud)
