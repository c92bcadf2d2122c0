"""What only a hidden interview has taught the archive is nowhere to be seen: every public answer is as without it."""

import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.test import Client

from oralhistory.editions import indexing, publishing
from oralhistory.editions.models import EditionMention, EditionSegment
from oralhistory.interviews.models import State
from oralhistory.organizations import cataloging, descriptions, learned, opening
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Tie
from oralhistory.organizations.models import Organization
from tests import world as worlds
from tests.clock import DAY, NOON
from tests.editions.test_canaries import body_of, crawl

pytestmark = pytest.mark.django_db

TAUGHT = "tgt5q9x"  # in everything that the hidden interview taught
NAME = f"Compas del {TAUGHT}"
NEW_NAME = f"Círculo {TAUGHT}"
BATCH = {
    "taught": {"query": NAME},
    "new": {"query": NEW_NAME},
    "folded": {"query": NEW_NAME.upper(), "properties": [{"pid": "country", "v": "SV"}]},
    "known": {"query": "FMLN"},
    "near": {"query": "Comité de Solidaridad"},
    "by country": {"properties": [{"pid": "country", "v": "El Salvador"}]},
}
EXTENSION = {
    "ids": ["fmln-sv", "copesal-mx", "taught-sv", "never-there"],
    "properties": [{"id": each} for each in ("other_name", "ally", "related", "source", "acronym")],
}
COLLECT = (
    "/oai?verb=ListRecords&metadataPrefix=oai_dc"  # what catalogs may have is noticed when it is collected
)
ASKED = [
    *(
        f"{prefix}{path}"
        for prefix in ("", "/en")
        for path in (
            f"/organizations/?{urlencode({'q': NAME})}",
            f"/organizations/?{urlencode({'q': TAUGHT})}",
            "/organizations/?country=SV",
            "/organizations/?heard=1",
            "/organizations/?from=1970&to=1990",
            "/testimonies/?organization=taught-sv",
            "/testimonies/?decade=1970&order=title",
            "/testimonies/?place=oaxaca-mx",
            "/testimonies/?subject=exilio",
            "/people/elena/",
            "/people/?q=elena",
            "/places/oaxaca-mx/",
            "/subjects/exilio/",
            "/collections/solidaridad/",
            "/timeline/?all=1",
            "/timeline/?show=testimonies&country=SV",
            f"/places/{TAUGHT}-mx/",
            f"/subjects/{TAUGHT}/",
            "/map/?country=MX",
            f"/search/?{urlencode({'q': NAME})}",
            f"/search/?{urlencode({'q': TAUGHT})}",
            f"/search/?{urlencode({'q': 'Frente', 'organization': 'taught-sv'})}",
            "/search/?q=Frente",
            "/organizations/fmln-sv/?by=year",
            f"/reconcile/suggest/entity?{urlencode({'prefix': TAUGHT})}",
            f"/reconcile/suggest/entity?{urlencode({'prefix': 'Compas'})}",
            "/reconcile/suggest/type?prefix=",
            "/reconcile/preview?id=taught-sv",
            "/reconcile/preview?id=fmln-sv",
            "/reconcile/flyout/entity?id=fmln-sv",
            f"/reconcile?{urlencode({'queries': json.dumps(BATCH)})}",
            f"/reconcile?{urlencode({'extend': json.dumps(EXTENSION)})}",
            "/testimonies.atom?organization=taught-sv",
        )
    ),
    *(
        f"/api/v1{path}"
        for path in (
            "/organizations/taught-sv",
            "/organizations/taught-sv/moments",
            "/organizations?country=SV",
            f"/organizations?{urlencode({'q': TAUGHT})}",
            "/testimonies?organization=taught-sv",
            f"/search/moments?{urlencode({'q': TAUGHT})}",
            "/search/moments?q=Frente&organization=taught-sv",
        )
    ),
]


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def public(world, tmp_path):
    """An interview that everybody may read."""
    return worlds.published(world, tmp_path, tombstone=False, described=("Oaxaca", "Exilio"))


def answers(addresses):
    client = Client()
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code < 500, address
        found[address] = body_of(answer) + repr(sorted(answer.headers.items())).encode()
    return found


def teach(interview) -> None:
    """Everything that an interview can teach of organizations, written down by the archive's own rules."""
    code = {"learned_from": interview.public_id, "withheld": interview.state != State.PUBLISHED}
    fmln = described("fmln-sv")
    new = Description(
        id="taught-sv",
        names=(
            NameForm(NEW_NAME, "authorized", "es", **code),
            NameForm("TGT", "acronym", **code),
            NameForm("FMLN", "acronym", **code),
        ),
        kind="armed", country="SV", history=f"Fundado por {TAUGHT}.", note=TAUGHT,
    )  # fmt: skip
    save(new)
    Organization.objects.filter(slug="taught-sv").update(**code)
    opening.set_publication(
        Organization.objects.get(slug="taught-sv"), "public", by=worlds.MACHINE, at=NOON + 2 * DAY
    )
    save(
        replace(
            fmln,
            names=(
                fmln.names[0],
                NameForm(NAME, "other", "es", valid_from=1981, valid_to=1983, **code),
                *fmln.names[1:],
                NameForm(f"heard {TAUGHT}", "heard_as", **code),
            ),
            sources=(Citation(f"Dicho por {TAUGHT}", supports=("names",), **code),),
            ties=(
                Tie("ally", "copesal-mx", description=TAUGHT, **code),
                Tie("predecessor", "taught-sv", **code),
            ),
            note=f"{fmln.note} {TAUGHT}",
            keywords=(*fmln.keywords, TAUGHT),
        )
    )
    indexing.refresh(["taught-sv", "fmln-sv"])


def described(slug):
    return descriptions.describe([Organization.objects.get(slug=slug)])[0]


def save(description):
    cataloging.save(description, by=worlds.MACHINE, at=NOON + 2 * DAY)


def also_spoken_of_in_public(slug) -> None:
    """A mention in an edition of an organization that nobody may know of; its words are there in any case."""
    segment = EditionSegment.objects.filter(text__contains="llenábamos").get()
    EditionMention.objects.create(
        segment=segment, start=0, end=2, start_ms=segment.start_ms, end_ms=segment.end_ms, organization=slug
    )


def test_every_public_answer_is_byte_for_byte_as_without_the_hidden_interview(world, public, tmp_path):
    Client().get(COLLECT)
    before = crawl(Client()) | answers(ASKED)
    assert b"Oaxaca" in before["/places/"]
    assert b"/people/elena/" in before["/people/"]

    hidden = worlds.in_review(world, tmp_path, described=("Oaxaca", "Exilio"))
    worlds.in_review(world, tmp_path, described=(TAUGHT, TAUGHT))
    worlds.accept_everything(world, hidden)
    teach(hidden)
    also_spoken_of_in_public("taught-sv")
    indexing.refresh(["taught-sv"])

    after = answers(before)
    assert {address for address in before if before[address] != after[address]} == set()
    assert not any(
        TAUGHT.encode() in body
        for address, body in after.items()
        if TAUGHT not in address and "Compas" not in address
    )
    assert b"/organizations/fmln-sv/csv" in before["/organizations/fmln-sv/"]  # the files were among them
    assert "/organizations.csv" in before


@pytest.mark.parametrize("path", ["", "csv"])
def test_a_record_that_a_hidden_interview_taught_answers_like_one_that_never_existed(
    world, public, tmp_path, path
):
    teach(worlds.in_review(world, tmp_path))
    client = Client()

    hidden = client.get(f"/organizations/taught-sv/{path}")
    never = client.get(f"/organizations/never-there/{path}")

    assert hidden.status_code == never.status_code == 404
    assert hidden.content.replace(b"taught-sv", b"never-there") == never.content


def test_what_an_interview_taught_is_everywhere_once_it_is_published_and_gone_once_it_is_withdrawn(
    world, public, tmp_path
):
    Client().get(COLLECT)
    before = crawl(Client()) | answers(ASKED)
    teaching = worlds.approved(world, tmp_path, tombstone=False)
    teach(teaching)

    publishing.publish(teaching, by=world.archivist, at=NOON)
    seen = answers(["/organizations/fmln-sv/", "/organizations/fmln-sv/csv", "/organizations.csv", *ASKED])
    page = seen["/organizations/fmln-sv/"].decode()
    found = json.loads(Client().post("/reconcile", {"queries": json.dumps(BATCH)}).content)

    assert (NAME in page, NEW_NAME in page, f"Dicho por {TAUGHT}" in page) == (True, True, True)
    assert NAME in seen["/organizations/fmln-sv/csv"].decode()
    assert NEW_NAME in seen["/organizations.csv"].decode()
    assert [found[key]["result"][0]["id"] for key in ("taught", "new")] == ["fmln-sv", "taught-sv"]
    assert public.public_id in seen[f"/search/?{urlencode({'q': TAUGHT})}"].decode()  # by the name it learned
    assert f"heard {TAUGHT}" not in "".join(body.decode(errors="replace") for body in seen.values())

    teaching.refresh_from_db()
    publishing.withdraw(teaching, by=world.archivist.agent, at=NOON + DAY, reason="x")

    after = answers(before)
    changed = {address for address in before if before[address] != after[address]}
    # Whoever collected it must learn that it is gone: a bare header stays, of a random id, tombstone or not.
    assert {address for address in changed if not address.startswith("/oai?verb=List")} == set()
    collected = b"".join(after[address] for address in changed)
    assert not any(word.encode() in collected for word in (TAUGHT, "TGT", "taught-sv"))


def test_the_day_of_the_last_change_is_that_of_a_change_that_everybody_sees(world, public, tmp_path):
    day = Client().get("/organizations/fmln-sv/").content.decode()
    assert f'<time datetime="{NOON:%Y-%m-%d}">' in day
    teach(worlds.in_review(world, tmp_path))
    assert f'<time datetime="{NOON:%Y-%m-%d}">' in Client().get("/organizations/fmln-sv/").content.decode()

    save(replace(described("fmln-sv"), history="Una historia."))

    assert (
        f'<time datetime="{NOON + 2 * DAY:%Y-%m-%d}">'
        in Client().get("/organizations/fmln-sv/").content.decode()
    )


def test_what_is_learned_and_withheld_by_hand_is_searchable_only_while_it_is_public(world, public, tmp_path):
    """`learned` alone changes rows; the index follows by `refresh`, which publishing and withdrawing call."""
    hidden = worlds.in_review(world, tmp_path)
    teach(hidden)
    found = f"/search/?{urlencode({'q': TAUGHT})}"
    assert public.public_id not in Client().get(found).content.decode()

    learned.release(hidden.public_id)
    assert indexing.refresh(learned.records_of(hidden.public_id)) == 1
    assert public.public_id in Client().get(found).content.decode()

    learned.withhold(hidden.public_id)
    indexing.refresh(learned.records_of(hidden.public_id))
    assert public.public_id not in Client().get(found).content.decode()
