"""Archivists keep the collections."""

import pytest
from django.test import Client

from oralhistory.interviews.models import Collection
from oralhistory.provenance.models import Event
from tests import world as worlds

pytestmark = pytest.mark.django_db

ONE = "/en/workroom/collections/solidaridad/"


@pytest.fixture
def archivist(world, at_the_desk_of):
    return at_the_desk_of(world.archivist)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_says_what_each_holds_in_one_question(world, archivist, django_assert_num_queries, number):
    for index in range(number - 1):
        Collection.objects.create(slug=f"other-{index}", title=f"Otra {index}")
    worlds.draft(world)
    archivist.get("/en/workroom/collections/")
    with django_assert_num_queries(5):
        page = archivist.get("/en/workroom/collections/").content.decode()
    assert "1 interview, 0 public" in page


def test_a_new_title_holds_for_editions_to_come_and_not_for_those_that_are_there(world, archivist, tmp_path):
    interview = worlds.published(world, tmp_path)

    archivist.post(ONE, {"title": "Solidaridad con Centroamérica", "description": "Comités."})

    assert Collection.objects.get().title == "Solidaridad con Centroamérica"
    page = Client().get("/testimonies/").content.decode()
    assert "Centroamérica" not in page
    assert interview.public_id in page
    assert Event.objects.filter(kind="collection described").count() == 1


def test_two_are_not_called_the_same(archivist):
    Collection.objects.create(slug="other", title="Otra")

    answer = archivist.post(ONE, {"title": "otra", "description": ""})

    assert answer.status_code == 400
    assert "merge them" in answer.content.decode()


def test_one_goes_into_another_with_all_that_it_holds(world, archivist):
    interview = worlds.draft(world)
    other = Collection.objects.create(slug="other", title="Otra")

    archivist.post(f"{ONE}merge/", {"into": "other"})

    interview.refresh_from_db()
    assert interview.collection == other
    assert list(Collection.objects.all()) == [other]
    assert Event.objects.get(kind="collection merged").outcome == "into other: 1"


def test_it_does_not_go_into_itself(world, archivist):
    archivist.post(f"{ONE}merge/", {"into": "solidaridad"})

    assert Collection.objects.count() == 1


def test_one_that_holds_something_is_not_removed_and_an_empty_one_is(world, archivist):
    interview = worlds.draft(world)
    archivist.post(f"{ONE}remove/")
    assert Collection.objects.count() == 1
    interview.delete()
    archivist.post(f"{ONE}remove/")
    assert not Collection.objects.exists()


@pytest.mark.parametrize("who", ["interviewer", "moderator", "sysadmin"])
def test_nobody_else_does(world, at_the_desk_of, who):
    client = at_the_desk_of(getattr(world, who))
    assert client.get(ONE).status_code == 403
    assert client.post(f"{ONE}merge/").status_code == 403
