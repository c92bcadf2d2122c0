"""The page of people named: everybody with the words around them, and one word that decides on all places."""

import pytest
from django.urls import reverse

from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import register
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def desk(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def ramiro():
    return NamedPerson.objects.get(name="Ramiro")


def verdict(person, **given):
    spellings = list(person.occurrences.values_list("spelling", flat=True))
    return {
        "do": "decide", "person": person.code, "kind": "private", "living": "yes", "decision": "cut",
        "shown": spellings, "theirs": spellings, **given,
    }  # fmt: skip


def test_whoever_is_named_is_found_when_the_page_is_opened(desk, interview):
    page = desk.get(of("people_named", interview)).content.decode()

    assert "<mark>Ramiro</mark> cnry7f3a vivía en la calle Colima." in page
    assert f'id="p-{ramiro().code}"' in page


def test_a_decision_is_seen_on_the_page_and_in_the_edition_to_be(desk, interview):
    desk.get(of("people_named", interview))
    desk.post(
        of("people_named", interview), verdict(ramiro(), decision="role_word", replacement="un compañero")
    )

    assert "[un compañero]" in desk.get(of("people_named", interview)).content.decode()
    signing = desk.get(of("sign", interview)).content.decode()
    assert "[un compañero] cnry7f3a vivía" in signing
    assert "Ramiro" not in signing


@pytest.mark.parametrize(
    "given",
    [
        {"decision": "role_word"},
        {"decision": "pseudonym", "replacement": "Ramiro"},
        {"decision": "forget"},
        {"kind": ""},
        {"person": "nobody"},
    ],
)
def test_what_is_no_verdict_is_refused_and_changes_nothing(desk, interview, given):
    desk.get(of("people_named", interview))

    assert desk.post(of("people_named", interview), verdict(ramiro()) | given).status_code == 400
    assert ramiro().decision == "undecided"


def test_the_sign_page_says_how_many_and_leads_to_them(desk, interview):
    page = desk.get(of("sign", interview)).content.decode()

    assert f'<a href="{of("people_named", interview)}">' in page
    desk.post(
        of("approve", interview), {"manifest": desk.get(of("sign", interview)).context["manifest"].sha256}
    )
    interview.refresh_from_db()
    assert interview.state == "in_review"


def test_several_are_said_to_be_no_people_at_once(desk, interview):
    desk.get(of("people_named", interview))
    codes = list(NamedPerson.objects.values_list("code", flat=True))

    desk.post(of("people_named", interview), {"do": "nobody", "person": codes})

    assert set(NamedPerson.objects.values_list("kind", flat=True)) == {"nobody"}
    assert register.in_the_way(interview) == 0


def test_somebody_is_added_by_words_of_the_text_and_by_a_name(desk, interview):
    segment = Segment.objects.get(text=worlds.SECRET)
    at = worlds.SECRET.index("Colima")

    answer = desk.post(of("mark_person", interview), {"cue": segment.cue_id, "start": at, "end": at + 7})
    desk.post(of("people_named", interview), {"do": "add", "name": "la Güera"})

    marked = NamedPerson.objects.get(name="Colima")
    assert answer["Location"].endswith(f"#p-{marked.code}")
    assert marked.occurrences.get().by_hand
    assert NamedPerson.objects.get(name="la Güera").by_hand


def test_two_are_joined(desk, interview):
    desk.get(of("people_named", interview))
    elena = NamedPerson.objects.get(name="Elena")
    desk.post(of("people_named", interview), {"do": "join", "person": elena.code, "other": ramiro().code})

    assert set(elena.occurrences.values_list("spelling", flat=True)) == {"Elena", "Ramiro"}


def test_a_person_of_another_interview_is_not_decided_on_here(desk, interview, world, tmp_path):
    other = worlds.transcribed(world, tmp_path)
    register.follow(other, at=NOON)

    assert desk.post(of("people_named", interview), verdict(ramiro())).status_code == 400


@pytest.mark.parametrize("named", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(desk, interview, named, django_assert_num_queries):
    told = " ".join(f"Vino {name}." for name in ["Ramiro", "Lourdes", "Evaristo"][:named])
    Segment.objects.filter(text=worlds.SECRET).update(text=told, words=[])
    desk.get(of("people_named", interview))

    with django_assert_num_queries(QUERIES):
        desk.get(of("people_named", interview))


QUERIES = 37
