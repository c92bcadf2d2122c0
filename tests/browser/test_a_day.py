"""A day of the archive, from the recorder to the page that everybody reads, and back: six people, each with a browser.

The engine is the one that hears no speech, because what people do with a text is what is looked at: an interview comes in,
two moderators work on it, a narrator keeps a passage out after it was signed, it is signed again, published and taken down.
"""

import re

import pytest

from oralhistory.interviews.models import Interview
from oralhistory.mentions.models import Mention
from oralhistory.pipeline import sample
from oralhistory.review.models import Redaction, Signature
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.browser.conftest import log_in, wait_until, work
from tests.browser.test_main_job import Person, decide_on_people, give_a_password, public_exits
from tests.pipeline.working import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT_OUT = "llenábamos las calles"  # what the narrator keeps out after all
REDACTED = "calle Colima"
VTT = "WEBVTT\n\n" + "\n\n".join(
    f"00:0{2 * index}.000 --> 00:0{2 * index + 2}.000\n<v {'Inés' if index == 0 else 'Elena'}>{text}"
    for index, text in enumerate(worlds.TEXTS)
)


@pytest.fixture
def day(web_address, new_context, settings, tmp_path):
    """Everybody who works here, by what they are; and the public."""
    settings.ASR_ENGINE = "fake"
    sample.accounts()
    worlds.organizations(worlds.ORGANIZATIONS, publish=True)
    give_a_password("entrevista@example.org", settings)
    accounts = {"first": "modera1", "second": "modera2", "archivist": "archivo1"}
    people = {
        name: Person(new_context, web_address, f"{each}@example.org") for name, each in accounts.items()
    }
    return {
        **people,
        "interviewer": Person(new_context, web_address),
        "narrator": Person(new_context, web_address),
        "public": Person(new_context, web_address),
    }


def test_a_day(day, tmp_path):
    path = comes_in(day["interviewer"], tmp_path)
    is_given(day["archivist"])
    is_reviewed(day["first"], path)
    is_signed(day["second"], path)
    link, secret = is_invited(day["archivist"], path)
    keeps_a_passage_out(day["narrator"], link, secret)

    day["archivist"].open(f"{path}sign/")
    assert "the signature no longer holds" in day["archivist"].text()
    assert not day["archivist"].page.get_by_role("button", name="Publish", exact=True).count()
    goes_back(day["archivist"], path)
    is_signed(day["second"], path)
    assert Signature.objects.filter(voided_at=None).count() == 1
    is_published(day["archivist"], path)

    exits = is_read(day["public"])
    is_taken_down(day["archivist"], path)
    for exit_path in exits:
        assert day["public"].open(exit_path) == 410, exit_path
    day["public"].open("/en/search/?q=FMLN")
    assert not day["public"].page.query_selector("archive-moment")


def comes_in(interviewer, folder):
    """Described, with its paper, its sound and its text; then sent to review. Returns its address."""
    page = interviewer.page
    interviewer.open("/en/workroom/")
    log_in(page, "entrevista@example.org", sample.PASSWORD)
    page.wait_for_url("**/workroom/**")
    interviewer.open("/en/workroom/interviews/new/")
    page.fill("[name=title]", "Elena")
    page.fill("[name=new_collection]", "Solidaridad")
    page.fill("[name=narrator]", "Elena")
    page.select_option("[name=main_language]", "es")
    page.select_option("[name=main_country]", "MX")
    page.locator("main form .actions button.primary").click()
    page.wait_for_url(re.compile(r"/interviews/[a-z0-9]{12}/"))
    path = re.search(r"/en/workroom/interviews/[a-z0-9]{12}/", page.url).group()
    interviewer.open(f"{path}agreements/")
    page.fill("[name=signed_on]", "2024-03-12")
    page.check("[name=open_to_all]")
    page.fill("[name=reason]", "On paper, in presence of the interviewer")
    interviewer.click("Record it")
    interviewer.open(f"{path}recordings/")
    page.set_input_files("[name=recording]", worlds.sound(folder))
    interviewer.click("Send")
    work("take in")
    page.locator(".arrival[data-state=kept]").wait_for()
    work_off()
    text = folder / "testimony.vtt"
    text.write_text(VTT)
    interviewer.open(f"{path}bring-transcript/")
    page.set_input_files("[name=transcript]", text)
    interviewer.click("Read it")
    interviewer.click("Keep it")
    wait_until(lambda: Interview.objects.get().state == "transcribed")
    work_off()
    interviewer.open(f"{path}submit/")
    interviewer.click("Send to review")
    wait_until(lambda: Interview.objects.get().state == "in_review")
    return path


def is_given(archivist):
    """To both moderators, from the queue."""
    for name in ("Mario Moderador", "Marta Moderadora"):
        archivist.open("/en/workroom/queue/")
        archivist.page.get_by_label("Choose Elena", exact=True).check()
        option = archivist.page.locator("#assign-user option", has_text=name).get_attribute("value")
        archivist.page.select_option("#assign-user", option)
        archivist.click("Give")
        archivist.page.get_by_text(f"1 interview was given to {name}.").wait_for()


def is_reviewed(moderator, path):
    """The first moderator decides, redacts and corrects; and is told that somebody else signs."""
    page = moderator.page
    for mention in Mention.objects.undecided():
        moderator.open(f"{path}transcript/?mention={mention.pk}")
        page.wait_for_selector(f'#mention[data-chosen="{mention.pk}"]')
        page.keyboard.press("a")
        page.wait_for_selector(f'a.mention.accepted[data-mention="{mention.pk}"]')
    moderator.open(f"{path}transcript/")
    page.fill("#redaction [name=start]", "0:04")
    page.fill("#redaction [name=end]", "0:06")
    page.fill("#redaction [name=reason]", "It says where somebody lives")
    page.locator("#redaction button.primary").click()
    page.get_by_role("button", name="Keep it so").click()
    wait_until(Redaction.objects.exists)
    moderator.open(f"{path}transcript/")
    page.locator(".cue", has_text="Buenas tardes").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Buenas tardes, Elena.")
    page.keyboard.press("Escape")
    wait_until(Segment.objects.filter(text="Buenas tardes, Elena.").exists, "it is saved")
    decide_on_people(moderator, path)
    moderator.open(f"{path}sign/")
    assert "You corrected this text last, so someone else signs." in moderator.text()


def is_signed(moderator, path):
    moderator.open(f"{path}sign/")
    assert REDACTED not in moderator.text()
    moderator.page.fill("[name=unheard_reason]", "All of it was heard on another device")
    moderator.click("I have read and heard it: sign")
    wait_until(lambda: Interview.objects.get().state == "approved")
    work_off()


def is_invited(archivist, path):
    """The narrator's link, and the secret that is told in person."""
    archivist.open(f"{path}agreements/")
    form = archivist.page.locator("form[action*='agreements/links/']")
    form.locator("[name=reason]").fill("To hear it before it is published")
    form.get_by_role("button", name="Make it").click()
    codes = archivist.page.locator("#made code")
    return codes.nth(0).inner_text(), codes.nth(1).inner_text()


def keeps_a_passage_out(narrator, link, secret):
    page = narrator.page
    page.goto(link.replace("/narrator/", "/en/narrator/") if "/en/" not in link else link)
    page.fill("[name=secret]", secret)
    page.press("[name=secret]", "Enter")
    page.wait_for_url("**/testimony/")
    passage = page.locator(".passage", has_text=KEPT_OUT)
    passage.get_by_role("button", name=re.compile("Keep this passage out")).click()
    page.locator(".passage.kept-out", has_text=KEPT_OUT).wait_for()


def goes_back(archivist, path):
    archivist.open(f"{path}send-back/")
    archivist.page.fill("[name=reason]", "The narrator has kept a passage out: look at it again.")
    archivist.click("Send back")
    wait_until(lambda: Interview.objects.get().state == "in_review")


def is_published(archivist, path):
    archivist.open(f"{path}sign/")
    archivist.page.get_by_role("button", name="Publish", exact=True).click()
    archivist.page.get_by_role("heading", name="Edition 1 is public").wait_for()
    assert "2 passages are left out" in archivist.text()


def is_read(public):
    """The page without what is kept out, and every file of it. Returns their addresses."""
    testimony = f"/en/testimonies/{Interview.objects.get().public_id}/"
    exits = public_exits(testimony)
    for exit_path in exits:
        assert public.open(exit_path) == 200, exit_path
        for words in (REDACTED, KEPT_OUT):
            assert words not in public.page.content(), exit_path
    public.open(testimony)
    assert "Frente Farabundo Martí" in public.text()
    assert "Buenas tardes, Elena." in public.text()
    return exits


def is_taken_down(archivist, path):
    archivist.open(f"{path}withdraw/")
    assert "will say that it was withdrawn" in archivist.text()
    archivist.click("Take it down now")
    wait_until(lambda: Interview.objects.get().state == "withdrawn")
