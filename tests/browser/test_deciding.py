"""Mentions decided by keys alone, in a real browser."""

import pytest

from oralhistory.mentions.models import Mention
from tests import world as worlds
from tests.browser.conftest import sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def interview(tmp_path):
    return worlds.in_review(worlds.build(), tmp_path)


@pytest.fixture
def page(web_address, new_context, interview):
    context = new_context()
    moderator = interview.assignments.get(user__name__endswith="-moderator").user
    sign_in(context, web_address, moderator)
    page = context.new_page()
    page.goto(f"{web_address}/en/workroom/interviews/{interview.public_id}/transcript/")
    page.locator("editor-player .wave svg").wait_for(state="attached")
    return page


def states():
    return list(Mention.objects.order_by("segment__index", "start").values_list("state", flat=True))


def test_mentions_are_gone_through_by_keys_and_a_slip_is_taken_back(page):
    first, second = Mention.objects.order_by("segment__index", "start")

    page.keyboard.press("n")
    page.locator(f"#mention[data-chosen='{first.pk}']").wait_for()
    page.keyboard.press("a")
    page.locator(f"#mention[data-chosen='{second.pk}']").wait_for()
    assert states() == ["accepted", "suggested"]
    page.keyboard.press("u")
    page.locator(f"#mention[data-chosen='{first.pk}'] .decision").wait_for()
    assert states() == ["suggested", "suggested"]

    page.keyboard.press("n")
    page.locator(f"#mention[data-chosen='{second.pk}']").wait_for()
    page.keyboard.press("r")  # the reasons unfold, and have numbers now
    page.keyboard.press("3")
    wait_until(lambda: "rejected" in states(), "one is refused")
    assert Mention.objects.get(state="rejected").why == "misheard"


def test_words_are_selected_and_marked_as_an_organization(page):
    cue = page.locator(".cue").last
    text = cue.inner_text()
    cue.evaluate(
        """(element) => {
             const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
             const node = walker.nextNode();
             getSelection().setBaseAndExtent(node, 0, node, 4);
             document.dispatchEvent(new PointerEvent("pointerup"));
           }"""
    )
    page.get_by_text("Mark an organization that was not found").click()
    page.locator("#marking .quoted").wait_for()
    page.locator("#marked").fill("copesal-mx")
    page.get_by_role("button", name="Mark", exact=True).click()

    page.locator("#mention").get_by_text("Marked by hand").wait_for()
    made = Mention.objects.get(kind="by hand")
    assert text.startswith(made.surface)


def test_a_key_that_is_faster_than_the_panel_is_meant_for_what_comes(page):
    first, second = Mention.objects.order_by("segment__index", "start")
    page.keyboard.press("n")
    page.locator(f"#mention[data-chosen='{first.pk}']").wait_for()

    page.evaluate(
        """(pk) => {
             document.querySelector(`a.mention[data-mention="${pk}"]`).click();
             document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
           }""",
        second.pk,
    )

    page.locator(f"a.mention.accepted[data-mention='{second.pk}']").wait_for()
    assert states() == ["suggested", "accepted"]
