"""A record made in passing while somebody decides about a mention."""

import pytest

from oralhistory.lib.agents import Agent
from oralhistory.organizations import drafting, learned, public, registry, slugs
from oralhistory.organizations.models import Organization, Revision
from tests.clock import NOON

MODERATOR = Agent("user", "moderator1")


def draft(name="Comité de Presos", **options):
    return drafting.draft(name, by=MODERATOR, at=NOON, **options)


def test_a_draft_is_closed_and_says_who_made_it(db):
    made = draft(acronym="CP", country="MX", kind="committee")

    made.refresh_from_db()
    assert (made.slug, made.publication, made.status) == ("cp-mx", "internal", "draft")
    assert sorted(made.names.values_list("kind", "text")) == [
        ("acronym", "CP"),
        ("authorized", "Comité de Presos"),
    ]
    (revision,) = Revision.objects.filter(organization=made)
    assert (revision.action, revision.agent) == ("created", str(MODERATOR))


def test_a_draft_is_matched_from_then_on(db):
    draft()
    assert [each.preferred_name for each in registry.authorities()] == ["Comité de Presos"]


def test_two_drafts_of_one_acronym_have_each_their_slug(db):
    assert [draft(acronym="CP", country="MX").slug for _ in range(3)] == ["cp-mx", "cp-mx-2", "cp-mx-3"]


def test_what_a_hidden_interview_taught_is_kept_from_everybody_even_when_the_record_is_opened(db):
    made = draft(learned_from="abcdefghijk2", withheld=True)
    Organization.objects.update(publication="public")

    assert public.find(made.slug) is None
    learned.release("abcdefghijk2")
    assert public.find(made.slug) is not None


def test_what_a_public_interview_taught_waits_for_an_archivist_only(db):
    made = draft(learned_from="abcdefghijk2")
    made.refresh_from_db()
    assert (made.learned_from, made.withheld) == ("abcdefghijk2", False)


@pytest.mark.parametrize("name", ["", "  \n"])
def test_a_draft_without_a_name_is_refused(db, name):
    with pytest.raises(drafting.NeedsAName):
        draft(name)


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        (("Frente Farabundo Martí", "F.M.L.N.", "SV"), "fmln-sv"),
        (("Movimiento 19 de Abril", "M-19", "CO"), "m-19-co"),
        (("Asociación de Señoras", "", ""), "asociacion-de-senoras"),
        (("Ελλάδα", "", "INT"), "organization-int"),
        (("x" * 250, "", "MX"), "x" * 70 + "-mx"),
    ],
)
def test_a_slug_is_made_of_acronym_and_country(db, given, slug):
    assert slugs.propose(*given) == slug
    assert len(slugs.propose(*given)) <= slugs.LONGEST
