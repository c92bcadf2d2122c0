"""From a word that somebody said to its place in the editor."""

import pytest

from oralhistory.recordings.models import Recording
from oralhistory.review import findable
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_moment_that_was_found_is_the_one_that_the_editor_stands_at(web_address, new_context, tmp_path):
    world = worlds.build()
    interview = worlds.in_review(world, tmp_path)
    findable.refresh(interview.public_id)
    cue = versions.current(Recording.objects.of(interview).get()).segments.get(index=3).cue_id
    context = new_context()
    sign_in(context, web_address, world.moderator)
    page = context.new_page()
    page.goto(f"{web_address}/workroom/interviews/")

    page.get_by_role("searchbox", name="Buscar en las transcripciones").fill("llenabamos")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="en la transcripción").click()

    page.locator(f"#s-{cue}.is-current").wait_for()
