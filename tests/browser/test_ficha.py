"""The ficha and its chapters at the keyboard: saved while one writes, whatever the line does."""

import pytest

from oralhistory.interviews.models import Interview
from tests import world as worlds
from tests.browser.conftest import sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def test_what_is_written_while_the_line_is_lost_is_kept_and_saved_when_it_is_back(
    web_address, browser, world
):
    interview = worlds.draft(world)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, web_address, world.interviewer)
    page = context.new_page()
    address = f"{web_address}/en/workroom/interviews/{interview.public_id}/description/"
    page.goto(address)
    state = page.locator(".saved-state")

    page.locator("[name=reasons]").fill("Por la memoria.")
    page.locator("[name=reasons]").blur()
    page.locator(".saved-state[data-state=saved]").wait_for()
    assert state.inner_text().startswith("Saved ")
    assert page.locator("#lacks a[href$='part-reasons']").count() == 0
    context.set_offline(True)
    page.locator("[name=summary]").fill("Tradujo, imprimió y calló.")
    page.locator("[name=summary]").blur()
    page.locator(".saved-state[data-state=away]").wait_for()
    assert "kept in this browser" in state.inner_text()
    page.close()  # the lid
    assert Interview.objects.get().summary == "Tradujo e imprimió."

    context.set_offline(False)
    Interview.objects.update(title="De otra mano")
    page = context.new_page()
    page.goto(address)
    wait_until(lambda: Interview.objects.get().summary == "Tradujo, imprimió y calló.", "it is saved")
    Interview.objects.update(title="De otra mano, otra vez")
    page.locator("[name=title]").fill("Mío")
    page.locator("[name=title]").blur()
    page.locator("#part-title .theirs").get_by_text("De otra mano, otra vez").wait_for()
    page.locator("#part-title").get_by_role("button", name="Keep mine").click()
    wait_until(lambda: Interview.objects.get().title == "Mío", "mine is kept")
    context.close()


def test_a_chapter_is_made_at_the_play_head_by_key_and_moved_by_hand(
    web_address, new_context, world, tmp_path
):
    interview = worlds.transcribed(world, tmp_path)
    context = new_context()
    sign_in(context, web_address, world.interviewer)
    page = context.new_page()
    page.goto(f"{web_address}/en/workroom/interviews/{interview.public_id}/chapters/")
    page.locator(".handles i").first.wait_for()

    page.evaluate("document.querySelector('archive-player').seek(3500)")
    page.keyboard.press("b")
    page.locator(".chapter-row[data-new]").wait_for()
    page.keyboard.type("La imprenta")  # its title has the focus
    page.keyboard.press("Tab")
    wait_until(lambda: interview.chapters.filter(start_ms=3500, title="La imprenta").exists(), "it is there")

    page.locator(".handles i").last.hover()  # which waits until the page has come to rest
    page.mouse.down()
    box = page.locator(".wave").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 8, steps=4)
    page.mouse.up()
    wait_until(lambda: interview.chapters.filter(start_ms__range=(5800, 6200)).exists(), "it is moved")
