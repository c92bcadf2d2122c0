"""Writing in the transcript editor, in a real browser: by keys alone, and with what is cut in the middle of it."""

import pytest

from oralhistory.interviews.models import Assignment
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.browser.conftest import sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EDITOR = "document.querySelector('transcript-editor')"


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    Assignment.objects.create(interview=interview, user=world.other_moderator)
    return interview


@pytest.fixture
def desk(world, web_address, new_context, interview):
    def sit_down(user):
        return Desk(
            new_context(), f"{web_address}/en/workroom/interviews/{interview.public_id}/transcript/", user
        )

    return sit_down


class Desk:
    """Somebody's browser with the editor open."""

    def __init__(self, context, address, user):
        self.context, self.address, self.user = context, address, user
        self.log_in()
        self.open()

    def log_in(self):
        sign_in(self.context, self.address.partition("/en/")[0], self.user)

    def open(self):
        self.page = self.context.new_page()
        self.page.goto(self.address, wait_until="domcontentloaded")
        self.page.wait_for_selector("transcript-editor.is-ready")

    def write(self, place, text):
        self.page.evaluate(f"(place) => {EDITOR}.write({EDITOR}.text.segments[place].cue)", place)
        self.page.keyboard.press("End")
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)


def texts():
    return [row.text for row in versions.current(Recording.objects.get()).segments.all()]


def test_a_passage_is_split_joined_and_taken_back_by_keys(desk, world):
    one = desk(world.moderator)

    one.press("e")
    one.page.evaluate(f"{EDITOR}.writing.field.setSelectionRange(15, 15)")
    one.press("Enter")
    wait_until(lambda: len(texts()) == 5, "it is split")
    assert texts()[:2] == ["Buenas tardes,", "compañera Elena."]
    one.press("Backspace")
    wait_until(lambda: texts() == worlds.TEXTS, "it is joined")
    one.press("Control+z")
    wait_until(lambda: len(texts()) == 5, "the joining is undone")
    one.press("Control+z")
    wait_until(lambda: texts() == worlds.TEXTS, "the splitting is undone")
    one.press("Escape", "?")
    assert one.page.get_by_role("heading", name="Foot pedal").is_visible()


def test_nothing_that_was_written_is_lost_whatever_is_cut(desk, world):
    one = desk(world.moderator)

    one.write(0, " Uno.")
    one.page.close()  # in the middle of writing
    one.open()
    wait_until(lambda: texts()[0].endswith(" Uno."), "it was kept on the device")

    one.context.set_offline(True)
    one.write(1, " Dos.")
    one.press("Escape")
    one.page.locator(".kept[data-state=offline]").wait_for()
    one.page.close()  # and the line is away
    one.context.set_offline(False)
    one.open()
    wait_until(lambda: texts()[1].endswith(" Dos."), "it went when the line was back")

    one.context.clear_cookies()
    one.write(2, " Tres.")
    one.press("Escape")
    one.page.locator(".logged-out").wait_for()
    one.page.evaluate(f"{EDITOR}.openMention(1)")  # what is asked for beside it leads nobody away either
    one.page.wait_for_timeout(500)
    one.log_in()
    one.page.evaluate(f"{EDITOR}.saving.flush()")
    wait_until(lambda: texts()[2].endswith(" Tres."), "it went when somebody had logged in again")


def test_letters_go_where_one_writes_beside_a_passage_that_is_lower_than_was_thought(desk, world):
    """How high it is shows only when it is drawn; it moves what is below, and letters outside of a text are keys."""
    version = versions.current(Recording.objects.get())
    text = ("i " * 15_000).strip()  # letters are narrow
    add_segments(version, ["breve"] * 30 + [text] + ["breve"] * 12)
    one = desk(world.moderator)

    one.write(37, " Aquí.")
    one.press("Escape")

    wait_until(lambda: texts()[37] == "breve Aquí.", "it was written in the passage")


def add_segments(version, texts):
    first, end_ms = version.segments.count(), version.segments.last().end_ms
    Segment.objects.bulk_create(
        Segment(
            transcript=version,
            index=first + place,
            cue_id=ids.cue_id(),
            start_ms=end_ms + 100 * place,
            end_ms=end_ms + 100 * place + 50,
            text=text,
        )
        for place, text in enumerate(texts)
    )


def test_two_who_write_in_one_passage_see_both_and_nothing_is_overwritten(desk, world):
    one, other = desk(world.moderator), desk(world.other_moderator)

    one.context.set_offline(True)
    one.write(3, " Lo mío.")
    one.press("Escape")
    other.write(3, " Lo suyo.")
    other.press("Escape")
    wait_until(lambda: texts()[3].endswith(" Lo suyo."), "the other was faster")
    one.context.set_offline(False)
    one.page.locator(".conflict .theirs").get_by_text("Lo suyo.").wait_for()

    assert "Lo mío." in one.page.locator(".conflict .ours").inner_text()
    one.page.locator(".others").get_by_text(world.other_moderator.name).wait_for()
    one.page.get_by_role("button", name="Put mine").click()
    wait_until(lambda: texts()[3].endswith(" Lo mío."), "a person has chosen")
