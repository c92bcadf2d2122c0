"""Beside the editor: a walk by keys through what is doubtful, and what is played counts as heard."""

import pytest

from oralhistory.recordings.models import Recording
from oralhistory.review.models import DoubtSettled, Heard
from tests import world as worlds
from tests.browser.conftest import sign_in, wait_until
from tests.workroom import gaps_left

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_doubtful_places_are_walked_by_keys_and_what_is_played_counts_as_heard(
    web_address, new_context, tmp_path
):
    world = worlds.build()
    interview = gaps_left.interview_with_gaps(world, tmp_path)
    context = new_context()
    sign_in(context, web_address, world.moderator)
    page = context.new_page()
    page.goto(f"{web_address}/workroom/interviews/{interview.public_id}/transcript/")
    page.locator("doubt-walk .doubt").wait_for()
    walked = []
    for key in ("Alt+n", "Alt+n", "Alt+n", "Alt+p"):
        page.keyboard.press(key)
        walked.append(page.inner_text("doubt-walk [data-clock]"))
    assert walked == ["0:02", "0:02", "0:03", "0:02"]
    page.keyboard.press("Alt+n")
    page.keyboard.press("Alt+r")
    wait_until(DoubtSettled.objects.exists)
    page.locator("doubt-walk [data-left]").get_by_text("6 / 7").wait_for()

    page.evaluate("document.querySelector('editor-player').seek(1000)")
    page.locator("editor-player .play").click()
    wait_until(lambda: page.evaluate("document.querySelector('audio').currentTime") > 2)
    page.evaluate("document.querySelector('editor-player').seek(6000)")
    page.locator("editor-player .play").click()
    wait_until(lambda: Heard.objects.filter(recording=Recording.objects.get()).exists())

    (first, *_more) = Heard.objects.get().spans
    assert 900 <= first[0] <= 1500
    assert 1500 <= first[1] <= 4000  # a player says where it is some four times a second
