"""Agreements, narrowings and themes as the staff says them in forms."""

import pytest
from django.urls import reverse

from oralhistory.consent import agreements as rules
from oralhistory.consent import grants
from oralhistory.consent.models import Agreement, Audience, Embargo, Grant, Theme, ThemeLook, ThemeSpan, Use
from oralhistory.editions.models import Edition
from oralhistory.lib import days
from oralhistory.review import checks, consent_checks, suggestions
from oralhistory.review.models import Suggestion
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON

MEXICO = "America/Mexico_City"
PAPER = {"kind": "recording", "signed_on": "2024-01-01", "attribution": "pseudonym", "reason": "On paper"}


def address(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def test_a_paper_says_who_may_what_from_when_to_when_and_under_which_condition(world, at_the_desk_of):
    interview = worlds.draft(world, lines=[])
    given = PAPER | {
        "may0-uses": ["audio"], "may0-who": "researcher_agreement", "may0-until": "2027-07-01", "may0-zone": "America/Tijuana",
        "may1-uses": ["video"], "may1-condition": "después de mi muerte",
        "not0-uses": ["text", "audio"], "not0-part": "span", "not0-start": "12:40", "not0-end": "13:05",
        "not0-until": "2027-07-01", "not0-zone": MEXICO,
        "not1-uses": ["text"], "not1-part": "theme", "not1-theme": "family", "heard_first": "on",
    }  # fmt: skip

    answer = at_the_desk_of(world.archivist).post(address("agreements", interview), given)

    assert answer.status_code == 302
    paper = Agreement.objects.latest("pk")
    assert paper.heard_first
    rows = paper.grants.order_by("pk").values_list(
        "use", "audience", "denied", "part", "start_ms", "theme", "valid_until", "zone", "condition"
    )
    july = days.opens(NOON.date().replace(2027, 7, 1), MEXICO)
    tijuana = days.ends(NOON.date().replace(2027, 7, 1), "America/Tijuana")
    assert set(rows) == {
        ("audio", "researcher_agreement", False, "whole", None, "", tijuana, "America/Tijuana", ""),
        ("video", "public", False, "whole", None, "", None, "", "después de mi muerte"),
        ("text", "public", True, "span", 760_000, "", july, MEXICO, ""),
        ("audio", "public", True, "span", 760_000, "", july, MEXICO, ""),
        ("text", "public", True, "theme", None, "family", None, "", ""),
    }


def test_the_page_says_it_in_sentences(world, at_the_desk_of):
    interview = worlds.draft(world)
    rules.narrow(
        interview,
        [rules.Line(Use.AUDIO, Audience.READING_ROOM, denied=True)],
        by=world.archivist.agent,
        at=NOON,
    )

    page = at_the_desk_of(world.archivist).get(address("agreements", interview)).content.decode()

    assert "Cualquier persona puede leer el texto" in page
    # The narrowing, what all come to, and what a new paper can take back.
    assert page.count("Nadie fuera del archivo puede oír la voz") == 3
    assert "Restricción, sin carta" in page
    assert "archive_team" not in page.replace('value="archive_team"', "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"not0-uses": ["text"], "not0-part": "span", "not0-start": "1:00", "not0-end": "0:30"},
        {"not0-uses": ["text"], "not0-part": "theme", "not0-theme": ""},
        {"may0-uses": ["text"], "may0-begins": "2027-07-01", "may0-until": "2027-07-01"},
        {"may0-uses": ["nonsense"]},
    ],
)
def test_what_is_said_wrongly_is_not_kept(world, at_the_desk_of, wrong):
    interview = worlds.draft(world, lines=[])

    assert (
        at_the_desk_of(world.archivist).post(address("agreements", interview), PAPER | wrong).status_code
        == 400
    )
    assert Agreement.objects.count() == 1


def test_what_is_narrowed_is_gone_at_the_next_request(world, at_the_desk_of, client, tmp_path):
    interview = worlds.published(world, tmp_path)
    given = {
        "less-uses": ["audio"],
        "less-part": "whole",
        "less-still": "archive_team",
        "narrow-reason": "by telephone",
    }

    answer = at_the_desk_of(world.archivist).post(address("narrowing", interview), given)

    assert answer.status_code == 302
    assert client.get(reverse("reading_room:sound", args=[interview.public_id])).status_code == 404
    assert Edition.objects.public().exists()
    row = Grant.objects.get(agreement__kind="narrowing")
    assert (row.use, row.audience, row.denied) == ("audio", "reading_room", True)


def test_a_narrowing_of_nothing_is_refused(world, at_the_desk_of):
    interview = worlds.draft(world)

    assert at_the_desk_of(world.archivist).post(address("narrowing", interview), {}).status_code == 400
    assert not Agreement.objects.filter(kind="narrowing").exists()


def test_a_new_paper_takes_back_the_narrowing_that_it_names(world, at_the_desk_of):
    interview = worlds.draft(world)
    narrowing = rules.narrow(
        interview, [rules.Line(Use.QUOTE, denied=True)], by=world.archivist.agent, at=NOON
    )
    archivist = at_the_desk_of(world.archivist)
    page = archivist.get(address("agreements", interview)).content.decode()
    assert f'name="lifts" value="{narrowing.pk}"' in page

    archivist.post(address("agreements", interview), PAPER | {"public": ["quote"], "lifts": [narrowing.pk]})

    narrowing.refresh_from_db()
    assert narrowing.withdrawal


def test_a_narrowing_is_not_withdrawn_as_a_paper_is(world, at_the_desk_of):
    interview = worlds.draft(world)
    narrowing = rules.narrow(
        interview, [rules.Line(Use.QUOTE, denied=True)], by=world.archivist.agent, at=NOON
    )

    answer = at_the_desk_of(world.archivist).post(
        address("agreement_withdrawal", interview), {"agreement": narrowing.pk, "reason": ""}
    )

    assert answer.status_code == 400
    assert not hasattr(Agreement.objects.get(pk=narrowing.pk), "withdrawal")


def test_an_embargo_is_set_until_a_day_somewhere(world, at_the_desk_of, tmp_path):
    interview = worlds.approved(world, tmp_path)

    at_the_desk_of(world.archivist).post(
        address("embargo", interview),
        {"until": "2027-07-01", "zone": "America/Tijuana", "reason": "asked", "opens_by_itself": "on"},
    )

    row = Embargo.objects.get()
    assert (row.until.isoformat(), row.zone) == ("2027-07-01T07:00:00+00:00", "America/Tijuana")
    assert row.opens_by_itself


# Themes.


def refuse(world, interview, theme):
    line = rules.Line(Use.TEXT, denied=True, theme=theme)
    rules.narrow(interview, [line], by=world.archivist.agent, at=NOON)


def test_a_refused_theme_is_looked_for_before_anybody_signs(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    refuse(world, interview, Theme.FAMILY)
    moderator = at_the_desk_of(world.moderator)

    with pytest.raises(consent_checks.NotCleared):
        worlds.sign(world, interview)
    assert any(check.blocks for check in checks.before_signing(interview, at=NOON))

    moderator.post(address("mark_theme", interview), {"theme": "family", "start": "0:06", "end": "0:08"})
    moderator.post(address("look_for_theme", interview), {"theme": "family"})
    assert ThemeLook.objects.get().by_agent == str(world.moderator.agent)
    built = worlds.sign(world, interview)
    assert built.state == "approved"
    assert grants.in_force(interview, at=NOON).closed_spans[Use.TEXT] == ((6000, 8000),)


def test_a_mark_is_set_seen_and_taken_away(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    moderator = at_the_desk_of(world.moderator)

    for wrong in (
        {"start": "0:08", "end": "0:06"},
        {"start": "", "end": ""},
        {"start": "0:01", "end": "0:02", "theme": "x"},
    ):
        moderator.post(address("mark_theme", interview), {"theme": "weapons"} | wrong)
    assert not ThemeSpan.objects.exists()

    moderator.post(address("mark_theme", interview), {"theme": "weapons", "start": "0:06", "end": "0:08"})
    mark = ThemeSpan.objects.get()
    for name in ("transcript", "themes"):
        assert "0:06–0:08" in moderator.get(address(name, interview)).content.decode()

    moderator.post(address("unmark_theme", interview), {"mark": mark.pk})
    assert not ThemeSpan.objects.standing().exists()


def test_a_mark_that_a_paper_needs_is_not_taken_away_by_who_set_it(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    refuse(world, interview, Theme.WEAPONS)
    moderator = at_the_desk_of(world.moderator)
    moderator.post(address("mark_theme", interview), {"theme": "weapons", "start": "0:06", "end": "0:08"})

    moderator.post(address("unmark_theme", interview), {"mark": ThemeSpan.objects.get().pk})

    assert ThemeSpan.objects.standing().exists()


@pytest.mark.parametrize("take", [True, False])
def test_what_a_narrator_suggests_is_decided_on_with_one_click(world, at_the_desk_of, tmp_path, take):
    interview = worlds.in_review(world, tmp_path)
    cue = Segment.objects.get(index=3).cue_id
    suggestions.suggest(interview, cue, "De ahí nació.", by=world.archivist.agent, at=NOON)
    moderator = at_the_desk_of(world.moderator)
    assert "De ahí nació." in moderator.get(address("transcript", interview)).content.decode()

    moderator.post(
        address("suggestion", interview),
        {"suggestion": Suggestion.objects.get().pk, "do": "take" if take else "leave"},
    )

    assert Segment.objects.filter(text="De ahí nació.").exists() == take
    assert suggestions.waiting(interview) == []


def test_the_sign_page_says_what_the_agreements_allow(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)

    page = at_the_desk_of(world.moderator).get(address("sign", interview)).content.decode()

    assert "Quien narra puede aparecer con un seudónimo: Elena." in page
