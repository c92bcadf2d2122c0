"""A narrator's own signed paper, as a file to be saved."""

from oralhistory.provenance import events
from oralhistory.recordings import papers
from tests import world as worlds
from tests.clock import NOON
from tests.recordings.test_papers import PDF, kept


def with_scan(world, tmp_path, **changes):
    interview = worlds.draft(world)
    agreement = interview.agreements.get()
    for name, value in changes.items():
        setattr(agreement, name, value)
    agreement.save()
    papers.add(agreement, [kept(tmp_path, PDF)], by=world.archivist.agent, at=NOON)
    return interview, agreement


def test_the_narrator_saves_the_paper_and_says_why(world, narrator_of, tmp_path):
    interview, agreement = with_scan(world, tmp_path)
    narrator = narrator_of(interview)
    assert f"papers/{agreement.pk}/" in narrator.get("papers/").content.decode()

    answer = narrator.post(f"papers/{agreement.pk}/", reason="for my children")

    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    last = list(events.of(interview))[-1]
    assert (last.kind, last.reason) == ("paper read", "for my children")


def test_without_a_reason_it_stays_closed(world, narrator_of, tmp_path):
    interview, agreement = with_scan(world, tmp_path)
    narrator = narrator_of(interview)

    assert narrator.post(f"papers/{agreement.pk}/", reason=" ").status_code == 422
    assert narrator.get(f"papers/{agreement.pk}/").status_code == 405
    assert [each.kind for each in events.of(interview)][-1] != "paper read"


def test_without_the_second_secret_it_stays_closed(world, at_the_door, tmp_path):
    interview, agreement = with_scan(world, tmp_path)

    assert at_the_door(interview).post(f"papers/{agreement.pk}/", reason="x").status_code == 302


def test_a_paper_of_all_narrators_names_the_others_and_stays_closed(world, narrator_of, tmp_path):
    interview, agreement = with_scan(world, tmp_path, person=None)
    narrator = narrator_of(interview)

    assert "papers/" + str(agreement.pk) not in narrator.get("papers/").content.decode()
    assert narrator.post(f"papers/{agreement.pk}/", reason="x").status_code == 404


def test_a_paper_of_another_interview_stays_closed(world, narrator_of, tmp_path):
    _other, agreement = with_scan(world, tmp_path)
    narrator = narrator_of(worlds.draft(world))

    assert narrator.post(f"papers/{agreement.pk}/", reason="x").status_code == 404
