"""A narrator's way in, on a desk and on a telephone."""

import pytest
from django.conf import global_settings
from django.utils import timezone

from oralhistory.consent import links
from oralhistory.interviews.models import Participation
from oralhistory.review.models import Suggestion, Verdict
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


def test_a_narrator_cuts_corrects_is_named_less_agrees_and_takes_one_use_back(
    web_address, new_context, settings, tmp_path
):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # those of the server
    world = worlds.build()
    interview = worlds.revising(world, tmp_path)
    narrator = Participation.objects.get(interview=interview, role=Participation.Role.NARRATOR).person
    token, secret = links.make(interview, narrator, by=world.interviewer, at=timezone.now())
    public = f"{web_address}/testimonies/{interview.public_id}/"
    page = new_context(is_mobile=True, has_touch=True).new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{web_address}/en/narrator/{token}/")
    page.fill("[name=secret]", secret)
    page.press("[name=secret]", "Enter")

    page.locator(".passage", has_text="milité").get_by_role("button", name="Keep this passage out").tap()
    page.get_by_text("Nobody outside can read or hear that passage.").wait_for()
    page.locator(".passage", has_text="llenábamos").get_by_role("link", name="Correct it").tap()
    page.get_by_label("What you said").fill("De ahí nació el Copesal y llenábamos las plazas.")
    page.get_by_role("button", name="Send").tap()
    page.get_by_text("The team will compare it with the recording.").wait_for()
    page.get_by_role("link", name="How I am named").tap()
    page.get_by_label("Without a name").check()
    page.get_by_role("button", name="Show me so").tap()
    page.get_by_text("You are shown without a name.").wait_for()
    page.goto(f"{web_address}/en/narrator/{token}/preview/")
    page.get_by_role("button", name="Yes, I agree").tap()
    page.get_by_text("The team knows that you agree.").wait_for()
    page.goto(f"{web_address}/en/narrator/{token}/less/")
    page.get_by_label("download it").check()
    page.get_by_role("button", name="See what would change").tap()
    page.get_by_role("heading", name="What will hold then").wait_for()
    page.get_by_role("button", name="Yes, allow it no longer").tap()
    page.get_by_text("It is allowed no longer").wait_for()

    page.goto(public)
    said = page.inner_text("body")
    assert "calles" in said
    assert not any(word in said for word in ("Elena", "milité", "plazas"))
    assert page.request.get(f"{public}transcript.txt").status == 404
    assert (Suggestion.objects.count(), Verdict.objects.get().agrees) == (1, True)
