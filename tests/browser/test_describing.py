"""The form of an authority record at the keyboard: rows added in place, and a record chosen by its name."""

import pytest

from oralhistory.organizations import descriptions
from oralhistory.organizations.models import Organization
from tests import world as worlds
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_rows_are_added_without_reload_and_a_record_is_chosen_from_what_is_offered(web_address, new_context):
    world = worlds.build()
    context = new_context()
    sign_in(context, web_address, world.archivist)
    page = context.new_page()
    page.goto(f"{web_address}/workroom/organizations/record/fmln-sv/edit/")
    page.evaluate("window.stays = true")

    for number, name in ((2, "el Farabundo"), (3, "los Farabundos")):
        page.locator(f"[name=names-{number}-text]").fill(name)
        page.locator("button[name=more][value=names]").press("Enter")
    assert page.evaluate("document.activeElement.name") == "names-4-text"
    page.locator("[name=ties-0-kind]").select_option("ally")
    page.locator("[name=ties-0-other]").press_sequentially("copesal")
    offered = page.locator("#records option")
    offered.wait_for(state="attached")
    page.locator("[name=ties-0-other]").fill(offered.get_attribute("value"))
    assert page.evaluate("window.stays")
    page.locator("[name=record-history]").press("Enter")  # a line, no more
    page.locator("[name=record-why]").press("Enter")
    page.wait_for_url("**/record/fmln-sv/")

    (record,) = descriptions.describe(Organization.objects.filter(slug="fmln-sv"))
    assert record.of_kind("other") == ("el Farabundo", "los Farabundos")
    assert record.tied("ally") == ("copesal-mx",)
