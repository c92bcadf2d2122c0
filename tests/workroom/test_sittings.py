"""Sittings, recordings and better transfers, as an interviewer arranges them."""

import numpy as np
import pytest
from django.urls import reverse

from oralhistory.interviews.models import Interview, Session, State
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE
from oralhistory.pipeline import steps
from oralhistory.provenance.models import Event
from oralhistory.recordings import arranging, renditions, transfers
from oralhistory.recordings.models import Recording, Transfer
from tests import world as worlds
from tests.clock import NOON
from tests.recordings import sounds

RATE = 16_000


@pytest.fixture
def interview(world, tmp_path):
    """Transcribed, with a second recording of three seconds, of which there are only the rows."""
    found = worlds.transcribed(world, tmp_path)
    first = recordings(found)[0]
    second = Recording.objects.create(
        session=first.session, position=1, master=first.master, original_name="second.wav", arrived_at=NOON
    )
    with arranging.rearranging(found, by=MACHINE, at=NOON):
        Recording.objects.filter(pk=second.pk).update(state="ready", duration_ms=3000)
    return found


@pytest.fixture
def browser(world, at_the_desk_of):
    return at_the_desk_of(world.interviewer)


def do(kind):
    steps.STEPS[kind](Job.objects.filter(kind=kind).latest("pk"))


def of(name, interview, *more):
    return reverse(f"workroom:{name}", args=[interview.public_id, *more])


def recordings(interview):
    return list(Recording.objects.of(interview))


def page(browser, interview):
    answer = browser.get(of("sittings", interview))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_where_each_recording_lies_and_what_lies_between(world, interview, browser):
    first, second = recordings(interview)
    assert "0:08 – 0:11" in page(browser, interview)

    answer = browser.post(
        of("sittings", interview), {"recording": second.code, "do": "place", "moment": "1:00"}
    )

    assert answer.headers["Location"] == of("sittings", interview)
    shown = page(browser, interview)
    assert "1:00 – 1:03" in shown
    assert "0:52" in shown  # nobody recorded that
    assert shown.count("<rect") == 2
    assert second.original_name in shown

    browser.post(of("sittings", interview), {"recording": second.code, "do": "place", "moment": "0:05.5"})
    assert "0:05.500" in page(browser, interview)
    browser.post(of("sittings", interview), {"recording": second.code, "do": "follow"})
    assert "0:08 – 0:11" in page(browser, interview)
    assert [each.offset_ms for each in recordings(interview)] == [0, first.duration_ms]


def test_the_day_and_the_place_of_a_sitting_can_be_corrected(world, interview, browser):
    browser.post(of("correct_sitting", interview, 1), {"held_on": "1981-02-28", "place": "Xalapa"})

    sitting = Session.objects.get(interview=interview, number=1)
    assert (sitting.held_on.isoformat(), sitting.place.name) == ("1981-02-28", "Xalapa")
    assert 'value="1981-02-28"' in page(browser, interview)
    assert Event.objects.get(kind="sitting corrected").outcome == "1"

    refused = browser.post(of("correct_sitting", interview, 1), {"held_on": "31 of May", "place": ""})
    assert refused.status_code == 400
    assert 'role="alert"' in refused.content.decode()
    sitting.refresh_from_db()
    assert sitting.held_on.isoformat() == "1981-02-28"

    browser.post(of("correct_sitting", interview, 1), {"held_on": "", "place": ""})
    sitting.refresh_from_db()
    assert (sitting.held_on, sitting.place) == (None, None)


def test_a_sitting_that_there_is_not_is_not_found_and_what_is_signed_stays(world, interview, browser):
    assert browser.post(of("correct_sitting", interview, 7), {"place": "Xalapa"}).status_code == 404

    Interview.objects.filter(pk=interview.pk).update(state=State.IN_REVIEW)
    refused = browser.post(of("correct_sitting", interview, 1), {"place": "Xalapa"})

    assert refused.status_code in (403, 404, 409)
    assert not Session.objects.filter(interview=interview, place__name="Xalapa").exists()


def test_order_and_sittings_are_changed_by_buttons(world, interview, browser):
    first, second = recordings(interview)
    browser.post(of("sittings", interview), {"recording": first.code, "do": "later"})
    assert recordings(interview) == [second, first]
    browser.post(of("sittings", interview), {"recording": first.code, "do": "earlier"})
    assert recordings(interview) == [first, second]

    browser.post(of("new_sitting", interview), {"held_on": "1979-06-01", "place": "Puebla"})
    browser.post(of("sittings", interview), {"recording": first.code, "do": "to", "session": "2"})

    assert recordings(interview) == [second, first]
    sitting = Session.objects.get(interview=interview, number=2)
    assert (sitting.held_on.isoformat(), sitting.place.name) == ("1979-06-01", "Puebla")
    assert "Puebla" in page(browser, interview)


def test_what_is_badly_typed_changes_nothing_and_says_so(world, interview, browser):
    second = recordings(interview)[1]
    for data in (
        {"do": "place", "moment": "soon"}, {"do": "place", "moment": ""}, {"do": "channels", "channels": "middle"},
        {"do": "to", "session": "9"}, {"do": "fly"},
    ):  # fmt: skip
        answer = browser.post(of("sittings", interview), {"recording": second.code, **data})
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()
    assert browser.post(of("sittings", interview), {"recording": "x", "do": "later"}).status_code == 400
    assert recordings(interview)[1].offset_ms == second.offset_ms


def test_channels_are_said_and_a_new_text_is_offered_not_forced(world, interview, browser):
    first = recordings(interview)[0]
    asked = steps.transcribe(first, by=world.interviewer.agent, at=NOON, engine="fake")
    before = renditions.current(first)
    assert before == asked.rendition

    browser.post(of("sittings", interview), {"recording": first.code, "do": "channels", "channels": "left"})
    assert browser.get(of("sound", interview, first.code)).status_code == 409  # nobody hears the old one
    do("decode again")

    first.refresh_from_db()
    assert renditions.current(first) not in (None, before)
    assert of("transcribe", interview) in page(browser, interview)
    heard = b"".join(browser.get(of("sound", interview, first.code)).streaming_content)
    assert heard  # of the current rendition
    assert renditions.current(first).staff_copy.size == len(heard)


def better(tmp_path, interview, shift=2.0):
    """The first recording with two seconds more before it."""
    first = recordings(interview)[0]
    with transfers.stores.open_local(first.master.storage, first.master.key) as path:
        sound = sounds.read(path, RATE)[:, 0]
    before = sounds.noise(shift, RATE, 0.001, seed=5)
    return sounds.write(tmp_path / "better.wav", np.concatenate([before, sound]), RATE)


def test_a_better_transfer_comes_is_heard_beside_the_old_one_and_is_confirmed(
    world, interview, browser, tmp_path
):
    first = recordings(interview)[0]
    with better(tmp_path, interview).open("rb") as file:
        answer = browser.post(of("replace", interview, first.code), {"recording": file})
    assert answer.headers["Location"] == of("sittings", interview)
    found = Transfer.objects.get()
    assert Job.objects.get(kind="compare transfer").subject == found.subject
    do("compare transfer")
    found.refresh_from_db()
    assert found.state == "compared"
    assert abs(found.shift_ms - 2000) <= 20

    assert of("transfer", interview, found.code) in page(browser, interview)
    shown = browser.get(of("transfer", interview, found.code)).content.decode()
    assert shown.count("<audio") == 8
    assert of("transfer_sound", interview, found.code) in shown
    assert browser.get(of("transfer_sound", interview, found.code)).status_code == 200

    browser.post(of("transfer", interview, found.code), {"do": "confirm"})
    do("put transfer in place")

    assert recordings(interview)[0].master == found.master
    again = browser.post(of("transfer", interview, found.code), {"do": "refuse"}, follow=True)
    assert again.status_code == 200  # decided already: said, not done
    found.refresh_from_db()
    assert found.state == "confirmed"


def test_only_those_who_bring_recordings_arrange_them_and_only_on_the_bench(
    world, interview, at_the_desk_of, tmp_path
):
    first = recordings(interview)[0]
    transfer = Transfer.objects.create(recording=first, master=first.master, arrived_at=NOON)
    addresses = {
        "sittings": of("sittings", interview), "new_sitting": of("new_sitting", interview),
        "replace": of("replace", interview, first.code), "transfer": of("transfer", interview, transfer.code),
    }  # fmt: skip

    def answers(user):
        return {name: at_the_desk_of(user).post(address).status_code for name, address in addresses.items()}

    assert set(answers(world.archivist).values()) == {403}
    assert set(answers(world.other_interviewer).values()) == {404}
    assert set(answers(world.sysadmin).values()) == {404}
    assert at_the_desk_of(world.archivist).get(addresses["sittings"]).status_code == 200
    assert at_the_desk_of(world.sysadmin).get(addresses["transfer"]).status_code == 404

    interview.state = State.IN_REVIEW
    interview.save()
    assert set(answers(world.interviewer).values()) == {409}
    sound = of("transfer_sound", interview, transfer.code)
    assert at_the_desk_of(world.interviewer).get(sound).status_code == 409
    assert at_the_desk_of(world.other_moderator).get(sound).status_code == 403


def test_a_recording_of_another_interview_is_not_to_be_had_here(world, interview, browser, tmp_path):
    other = worlds.uploaded(world, tmp_path)
    theirs = recordings(other)[0]

    answer = browser.post(of("sittings", interview), {"recording": theirs.code, "do": "later"})

    assert answer.status_code == 400
    assert browser.post(of("replace", interview, theirs.code)).status_code == 404
