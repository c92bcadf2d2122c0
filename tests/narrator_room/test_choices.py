"""What a narrator decides by their link: the name, what is allowed, the edition to be, other words."""

import pytest
from django.utils import translation

from oralhistory.consent import agreements, grants, links
from oralhistory.consent.models import Agreement, Grant, Use
from oralhistory.editions import publishing
from oralhistory.editions.models import Edition
from oralhistory.interviews.models import State
from oralhistory.narrator_room import happened
from oralhistory.notices import desk
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.review import checks, suggestions, verdicts
from oralhistory.review.models import Suggestion, Verdict
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import MINUTE, NOON


def page(narrator, name, **headers):
    return " ".join(narrator.get(name, **headers).content.decode().split())


# The name.


def test_to_be_named_less_is_done_at_once_also_in_what_is_public(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))
    assert Edition.objects.public().get().narrators == ["Elena"]

    answer = narrator.post("name/", attribution="code", name="")

    assert answer["Location"] == narrator.address("name/")
    edition = Edition.objects.public().get()
    assert (edition.narrators, edition.title) == ([], "Testimonio")
    assert "You are shown without a name." in page(narrator, "name/")
    terms = grants.in_force(narrator.interview, at=NOON)
    assert terms.attributions == {narrator.person.pk: "code"}
    assert events.verify() > 0
    assert "Elena" not in " ".join(Event.objects.values_list("outcome", flat=True))


def test_another_pseudonym_takes_the_old_one_down(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))

    narrator.post("name/", attribution="pseudonym", name="Luz")

    narrator.person.refresh_from_db()
    assert narrator.person.shown_name == "Luz"
    assert Edition.objects.public().get().narrators == []  # the new one comes with a next edition
    assert not Agreement.objects.filter(kind="narrowing").exists()


@pytest.mark.parametrize("wider", ["initials", "first_name", "real_name"])
def test_to_be_named_more_fully_takes_a_paper_and_the_team_is_told(world, carry, narrator_of, wider):
    narrator = narrator_of(carry(State.PUBLISHED))

    answer = narrator.client.post(
        narrator.address("name/"), {"attribution": wider, "name": "Ramira"}, follow=True
    )

    assert "brings you a new paper" in answer.content.decode()
    narrator.person.refresh_from_db()
    assert narrator.person.shown_name == "Elena"
    assert [notice.text for notice in desk.unread(world.moderator)] == [
        "The narrator wants to be named more fully: that takes a new paper."
    ]


def test_the_page_says_what_takes_a_paper(carry, narrator_of):
    said = page(narrator_of(carry(State.IN_REVIEW)), "name/")

    assert "With my full name (with a new paper)" in said
    assert "Without a name (with a new paper)" not in said
    assert "The narrator may be shown under a pseudonym." in said
    assert "A pseudonym does not hide a voice." in said


def test_a_name_is_asked_for_where_one_is_to_be_shown(carry, narrator_of):
    assert (
        narrator_of(carry(State.IN_REVIEW)).post("name/", attribution="pseudonym", name="").status_code == 422
    )


# What is allowed.


def test_before_a_use_is_taken_back_the_page_says_what_holds_and_what_will(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))

    said = page(narrator, "less/?use=audio")

    before, after = said.split("What will hold then")
    assert "Anyone may read the text, hear the voice," in before
    assert "Nobody outside the archive may hear the voice" in after
    assert "Use.AUDIO" not in said
    assert not Agreement.objects.filter(kind="narrowing").exists()


def test_a_use_is_taken_back_at_once_and_the_rest_stays(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))

    answer = narrator.post("less/", use=["audio", "download"])

    assert answer["Location"] == narrator.address("papers/")
    assert narrator.client.get(f"/testimonies/{narrator.interview.public_id}/sound").status_code == 404
    uses = Edition.objects.public().get().uses
    assert "text" in uses
    assert not {"audio", "download"} & set(uses)
    assert "Nobody outside the archive may hear the voice" in page(narrator, "papers/")
    row = Agreement.objects.get(kind="narrowing")
    assert (row.person, row.narrowed_by_agent) == (narrator.person, f"narrator:{narrator.person.code}")


def test_what_is_for_the_archive_alone_can_be_taken_from_it(carry, narrator_of):
    narrator = narrator_of(carry(State.IN_REVIEW))

    narrator.post("less/", use=["transcribe_local"])

    terms = grants.in_force(narrator.interview, at=NOON)
    assert terms.audiences[Use.TRANSCRIBE_LOCAL] == "nobody"


@pytest.mark.parametrize("uses", [[], ["preserve"], ["nonsense"], ["ai_training"]])
def test_what_cannot_be_taken_back_here_changes_nothing(carry, narrator_of, uses):
    narrator = narrator_of(carry(State.PUBLISHED))

    narrator.post("less/", use=uses)

    assert not Agreement.objects.filter(kind="narrowing").exists()


def test_withdrawing_everything_leaves_what_was_narrowed_narrowed(carry, narrator_of, world):
    narrator = narrator_of(carry(State.PUBLISHED))
    narrator.post("less/", use=["quote"])
    narrator.post("withdraw/")

    agreements.add(
        narrator.interview, agreements.OPEN_TO_ALL, kind=Agreement.Kind.RECORDING, signed_on=NOON.date(),
        by=world.archivist, at=NOON + MINUTE,
    )  # fmt: skip

    assert not grants.in_force(narrator.interview, at=NOON + MINUTE).allows(Use.QUOTE)


# The edition to be.


def seen(narrator):
    return publishing.preview(narrator.interview, at=NOON).sha256


def test_a_refusal_keeps_it_from_being_published_until_the_narrator_agrees(world, carry, narrator_of):
    narrator = narrator_of(carry(State.APPROVED))

    narrator.post("verdict/", say="no", manifest=seen(narrator))

    with pytest.raises(verdicts.NotAgreed):
        publishing.publish(narrator.interview, by=world.archivist, at=NOON)
    assert "you said: not like this" in page(narrator, "preview/")
    said = [check.sentence for check in checks.before_signing(narrator.interview, at=NOON)]
    assert any("refuses" in sentence for sentence in said)

    narrator.post("verdict/", say="yes", manifest=seen(narrator))
    assert publishing.publish(narrator.interview, by=world.archivist, at=NOON) is not None
    kinds = Event.objects.filter(kind__startswith="narrator ", agent__startswith="narrator:").exclude(
        kind="narrator link opened"
    )
    assert list(kinds.values_list("kind", flat=True)) == ["narrator refused", "narrator agreed"]


def test_silence_keeps_nothing_back_unless_the_paper_asks_for_it(world, carry, narrator_of):
    narrator = narrator_of(carry(State.APPROVED))
    Agreement.objects.update(heard_first=True)

    with pytest.raises(verdicts.NotAgreed):
        publishing.publish(narrator.interview, by=world.archivist, at=NOON)

    narrator.post("verdict/", say="yes", manifest=seen(narrator))
    assert publishing.publish(narrator.interview, by=world.archivist, at=NOON) is not None


def test_an_answer_to_what_has_changed_meanwhile_is_asked_for_again(carry, narrator_of):
    narrator = narrator_of(carry(State.APPROVED))

    answer = narrator.client.post(
        narrator.address("verdict/"), {"say": "yes", "manifest": "0" * 64}, follow=True
    )

    assert "Something has changed" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_agreeing_to_an_earlier_state_is_not_agreeing_to_this_one(world, carry, narrator_of):
    narrator = narrator_of(carry(State.APPROVED))
    Agreement.objects.update(heard_first=True)
    verdicts.give(
        narrator.interview, narrator.person, "0" * 64, agrees=True, by=links.agent_of(narrator.link), at=NOON
    )

    with pytest.raises(verdicts.NotAgreed):
        publishing.publish(narrator.interview, by=world.archivist, at=NOON)


def test_the_sound_of_the_edition_to_be_is_heard_without_what_is_kept_out(carry, narrator_of):
    narrator = narrator_of(carry(State.APPROVED))

    answer = narrator.get("preview/sound/")

    assert answer.status_code == 200
    assert answer.getvalue()
    assert "preview/sound/" in page(narrator, "preview/")


# Other words.


def cue(index):
    return Segment.objects.get(transcript__kind="machine", index=index).cue_id


def test_a_suggested_correction_waits_beside_the_text_and_is_taken_with_one_click(world, carry, narrator_of):
    narrator = narrator_of(carry(State.IN_REVIEW))

    answer = narrator.post(f"correct/{cue(3)}/", text="De ahí nació el Copesal.")

    assert answer["Location"] == narrator.address(f"testimony/#cue-{cue(3)}")
    row = Suggestion.objects.get()
    assert (row.before, row.text, row.start_ms) == (worlds.TEXTS[3], "De ahí nació el Copesal.", 6000)
    assert "the team will compare it" in page(narrator, "testimony/")
    assert "nació" not in " ".join(Segment.objects.values_list("text", flat=True))

    suggestions.take(row, by=world.moderator.agent, at=NOON)
    assert Segment.objects.filter(text="De ahí nació el Copesal.").exists()
    assert "taken into the text" in page(narrator, "testimony/")
    with pytest.raises(suggestions.AlreadySettled):
        suggestions.leave(row, by=world.moderator.agent, at=NOON)


def test_the_same_words_and_no_words_are_no_correction(carry, narrator_of):
    narrator = narrator_of(carry(State.IN_REVIEW))

    for text in (worlds.TEXTS[3], f"  {worlds.TEXTS[3]} ", " "):
        assert narrator.post(f"correct/{cue(3)}/", text=text).status_code == 422
    assert narrator.get("correct/nothing/").status_code == 404
    assert not Suggestion.objects.exists()


# What happened.


def test_the_page_says_who_has_done_what_and_names_nobody(world, carry, narrator_of):
    interview = carry(State.PUBLISHED)
    events.record("text corrected", interview, at=NOON, agent=world.moderator.agent)
    events.record("text corrected", interview, at=NOON, agent=world.moderator.agent)
    narrator = narrator_of(interview)

    said = page(narrator, "history/")

    for sentence in (
        "The interviewer recorded a paper.", "A moderator corrected the text.", "2 times",
        "A moderator checked it and signed.", "An archivist made it public.", "You opened this private page.",
        "The interviewer sent it to be checked.",
    ):  # fmt: skip
        assert sentence in said
    assert worlds.CANARY not in said


def test_whatever_happens_is_said_somehow(carry, narrator_of):
    narrator = narrator_of(carry(State.DRAFT))
    events.record("something new", narrator.interview, at=NOON, agent=links.agent_of(narrator.link))

    with translation.override("es"):
        days = happened.to(narrator.link)

    assert ("Con su enlace, alguien trabajó en él.", 1) in [said for day in days for said in day.said]


@pytest.mark.parametrize("events_made", [1, 3])
def test_the_history_costs_the_same_queries_however_long_it_is(
    world, carry, narrator_of, django_assert_num_queries, events_made
):
    narrator = narrator_of(carry(State.PUBLISHED))
    for user in (world.moderator, world.other_moderator, world.sysadmin)[:events_made]:
        events.record("text corrected", narrator.interview, at=NOON, agent=user.agent)
    narrator.get("history/")

    with django_assert_num_queries(6):
        narrator.get("history/")


@pytest.mark.parametrize("language", ["", "en/", "pt/"])
def test_every_page_speaks_every_language_and_shows_no_code(carry, narrator_of, language):
    narrator = narrator_of(carry(State.APPROVED))
    Grant.objects.filter(use=Use.AUDIO).update(condition="hasta que muera")

    for name in (
        "testimony/",
        "papers/",
        "name/",
        "less/",
        "less/?use=text",
        "preview/",
        "history/",
        f"correct/{cue(1)}/",
    ):
        answer = narrator.client.get(narrator.address(name).replace("/en/", f"/{language}"))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "Use." not in text
        assert "search_in_text" not in text.replace('value="search_in_text"', "").replace(
            "use-search_in_text", ""
        )
