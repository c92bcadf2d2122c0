"""The room itself: its door, its desk, what is for some roles only."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from oralhistory.accounts.models import Role, User
from oralhistory.consent import access, lists
from oralhistory.interviews.models import Interview
from oralhistory.organizations.models import Organization
from tests import world as worlds
from tests.clock import NOON

PAGES = (
    "interview", "record", "description", "chapters", "remarks", "progress", "transcribe", "agreements", "embargo",
    "transcript", "differences", "machine_text", "redact", "redactions", "people_named",
    "sign", "send_back",
)  # fmt: skip
ROLES_ONLY = {
    "new_interview": {"interviewer"},
    "organizations": {"interviewer", "moderator", "archivist"},
    "organization_suggest": {"interviewer", "moderator", "archivist"},
    "organization_new": {"archivist"},
    "organization_doubles": {"archivist"},
    "organization_import": {"archivist"},
    "people": {"archivist", "sysadmin"},
    "health": {"sysadmin"},
}


@pytest.mark.parametrize("name", ROLES_ONLY)
@pytest.mark.parametrize("who", ["interviewer", "moderator", "archivist", "sysadmin"])
def test_pages_about_no_interview_are_for_some_roles(world, at_the_desk_of, name, who):
    answer = at_the_desk_of(getattr(world, who)).get(reverse(f"workroom:{name}"))

    assert answer.status_code == (200 if who in ROLES_ONLY[name] else 403)


def test_nobody_enters_without_logging_in(client, db):
    answer = client.get(reverse("workroom:desk"))

    assert answer.headers["Location"] == f"{reverse('account_login')}?next={reverse('workroom:desk')}"


def test_no_byte_of_a_strangers_form_is_taken(world, settings, tmp_path):
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies[settings.CSRF_COOKIE_NAME] = token = "n" * 32
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "is not there")
    form = {"csrfmiddlewaretoken": token, "recording": SimpleUploadedFile("a.wav", b"RIFF")}

    answer = stranger.post(reverse("workroom:new_interview"), form)

    assert answer.headers["Location"] == reverse("account_login")


def test_every_page_is_kept_by_no_cache(world, at_the_desk_of):
    answer = at_the_desk_of(world.archivist).get(reverse("workroom:desk"))

    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_may_be_known_is_listed_and_nothing_else(world, tmp_path):
    for carry in worlds.CARRY.values():
        carry(world, tmp_path)
    for name in (
        "interviewer",
        "other_interviewer",
        "moderator",
        "other_moderator",
        "conflicted",
        "archivist",
        "sysadmin",
    ):
        user = getattr(world, name)
        known = {
            each.pk
            for each in Interview.objects.all()
            if access.decide(user, "exists", each, at=NOON).allowed
        }
        assert set(lists.visible_to(user).values_list("pk", flat=True)) == known, name


def test_what_waits_for_somebody_is_what_they_can_move_on(world, tmp_path):
    worlds.transcribed(world, tmp_path)
    worlds.in_review(world, tmp_path)
    approved = worlds.approved(world, tmp_path)
    worlds.published(world, tmp_path)

    waiting = {
        name: [each.action for each in lists.waiting_for(getattr(world, name), at=NOON)]
        for name in ("interviewer", "moderator", "other_moderator", "archivist", "sysadmin")
    }

    assert waiting == {
        "interviewer": ["submit"], "moderator": ["approve"], "other_moderator": [], "archivist": ["publish"], "sysadmin": [],
    }  # fmt: skip
    assert lists.waiting_for(world.archivist, at=NOON)[0].interview == approved


def test_the_machines_page_says_nothing_of_what_is_told(world, at_the_desk_of, tmp_path):
    worlds.transcribed(world, tmp_path)

    page = at_the_desk_of(world.sysadmin).get(reverse("workroom:health")).content.decode()

    assert "Elena" not in page
    assert worlds.CANARY not in page.replace(world.sysadmin.name, "")


def test_an_invitation_is_a_link_that_sets_a_password_once(world, at_the_desk_of, client):
    data = {"name": "Inés", "email": "ines@example.org", "roles": ["moderator"]}
    answer = at_the_desk_of(world.archivist).post(reverse("workroom:people"), data)
    address = answer.context["address"]

    form = client.get(address, follow=True)
    passwords = dict.fromkeys(("password1", "password2"), "una-clave-bien-larga")
    client.post(form.redirect_chain[-1][0], passwords)

    invited = User.objects.get(email="ines@example.org")
    assert invited.check_password("una-clave-bien-larga")
    assert [held.role for held in invited.roles.all()] == [Role.MODERATOR]


def test_no_link_is_made_for_an_account_that_is_in_use(world, at_the_desk_of):
    answer = at_the_desk_of(world.sysadmin).post(
        reverse("workroom:invitation_link"), {"user": world.archivist.code}
    )

    assert answer.context["address"] == ""


def test_an_archivist_closes_an_organization_to_the_public(world, at_the_desk_of):
    browser = at_the_desk_of(world.archivist)
    browser.post(
        reverse("workroom:organization_publication"), {"organization": "fmln-sv", "publication": "internal"}
    )

    assert Organization.objects.get(slug="fmln-sv").publication == "internal"
    assert browser.get(reverse("reading_room:organization", args=["fmln-sv"])).status_code == 404


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_every_page_of_an_interview_is_drawn_in_three_languages(world, at_the_desk_of, tmp_path, language):
    interview = worlds.in_review(world, tmp_path)
    browser = at_the_desk_of(world.moderator)
    with override("es"):  # whose addresses have no prefix
        paths = [reverse(f"workroom:{name}", args=[interview.public_id]) for name in PAGES]
    for path in paths:
        assert browser.get(language + path).status_code == 200, path
