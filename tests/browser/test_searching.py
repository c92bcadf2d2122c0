"""The search box by keys alone."""

import pytest

from tests.reading_room import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_suggestions_are_chosen_by_keys_and_moments_play_in_place(web_address, new_context):
    pages.archive()
    page = new_context().new_page()
    page.goto(f"{web_address}/search/")
    box = page.get_by_role("combobox")

    box.press_sequentially("march")
    page.get_by_role("option").first.wait_for()
    box.press("Escape")
    assert page.get_by_role("option").count() == 0
    box.press_sequentially("a")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option").first.get_attribute("id")
    box.press("Enter")
    page.wait_for_url("**q=marchamos")
    assert page.locator("archive-moment button.hear").count() == 1

    page.get_by_role("combobox").fill("")
    page.get_by_role("combobox").press_sequentially("fml")
    page.get_by_role("option", name="Frente Farabundo").wait_for()
    page.get_by_role("combobox").press("ArrowDown")
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/organizations/fmln-sv/")
