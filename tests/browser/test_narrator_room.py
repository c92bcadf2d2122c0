"""A narrator's way in, on a desk and on a telephone."""

import pytest
from django.conf import global_settings
from django.utils import timezone

from oralhistory.consent import links
from oralhistory.interviews.models import Participation
from tests import world as worlds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_narrator_sees_every_page_of_the_room_however_wide_it_is(
    web_address, new_context, settings, tmp_path
):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # those of the server
    world = worlds.build()
    interview = worlds.approved(world, tmp_path)
    narrator = Participation.objects.get(interview=interview, role=Participation.Role.NARRATOR).person
    token, secret = links.make(interview, narrator, by=world.interviewer, at=timezone.now())
    page = new_context().new_page()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{web_address}/en/narrator/{token}/")
        if width == 1280:
            page.fill("[name=secret]", secret)
            page.press("[name=secret]", "Enter")
            page.wait_for_url("**/testimony/")
        for name in ("testimony", "papers", "preview", "withdraw"):
            page.goto(f"{web_address}/en/narrator/{token}/{name}/")
            assert page.is_visible("h1"), (name, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
