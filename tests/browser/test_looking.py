"""Walking through what should be looked at first, by keys."""

import pytest

from tests import world as worlds
from tests.browser.conftest import sign_in
from tests.workroom import gaps_left

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "document.activeElement.closest('[data-look]')?.querySelector('.at').textContent"


def test_o_goes_on_and_capital_o_goes_back(web_address, new_context, tmp_path):
    world = worlds.build()
    interview = gaps_left.interview_with_gaps(world, tmp_path)
    context = new_context()
    sign_in(context, web_address, world.moderator)
    page = context.new_page()
    page.goto(f"{web_address}/workroom/interviews/{interview.public_id}/transcript/")
    page.locator("editor-player .wave svg").wait_for(state="attached")

    walked = []
    for key in ("o", "o", "o", "o", "o", "O", "O"):
        page.keyboard.press(key)
        walked.append(page.evaluate(HERE))

    assert walked == ["0:02", "0:03", "0:04", "0:08", "0:30", "0:08", "0:04"]
