"""The index made anew from what is public."""

import threading
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition, EditionSegment, Standing
from oralhistory.search import index
from oralhistory.search.models import PublicDocument, PublicPassage
from tests.factories import VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


def rebuild(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_index", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().removesuffix("\n0 working texts were put in order for the staff.\n").strip()


def test_what_agrees_is_left_and_what_differs_is_put_in_order():
    first, second, third = pages.archive(3)
    assert rebuild() == "3 testimonies can be found; 0 were put in anew."
    assert indexing.check() == []

    Standing.objects.filter(pk=first.standing_id).update(
        withdrawn_at=timezone.now()
    )  # and the index forgotten
    EditionSegment.objects.filter(edition=second, index=1).update(text="Con otras marchamos juntos.")
    PublicDocument.objects.filter(id=third.public_id).delete()
    problems = indexing.check()
    assert problems[:3] == [
        f"{third.public_id} is published but cannot be found",
        f"{first.public_id} can be found but is not published",
        f"{second.public_id} is found by something else than is published",
    ]
    with pytest.raises(SystemExit):
        rebuild("--check")

    assert rebuild() == "2 testimonies can be found; 2 were put in anew."
    assert indexing.check() == [problems[-1]]  # what the lost testimony said is still counted
    assert not index.has(first.public_id)
    assert index.search("otras").groups[0].document_id == second.public_id
    assert index.search('"con el fmln"').groups[0].document_id == third.public_id
    rebuild("--all")
    assert rebuild("--check").startswith("The index says what is public, and nothing else;")


def test_everything_is_put_in_anew_when_asked_and_goes_on_where_it_was():
    pages.archive(3)
    PublicPassage.objects.filter(document="testimony001").delete()  # its fingerprint tells nothing of it
    began = timezone.now()

    steps = indexing.rebuild(older_than=began)
    assert [next(steps).replaced for _ in range(2)] == [1, 2]
    steps.close()  # as a power cut

    assert rebuild("--older-than", began.isoformat()) == "3 testimonies can be found; 1 were put in anew."
    assert rebuild("--older-than", (began - timedelta(days=1)).isoformat()).endswith("0 were put in anew.")
    assert rebuild("--all").endswith("3 were put in anew.")
    assert index.search("marchamos").total == 3
    assert indexing.check() == []
    with pytest.raises(CommandError):
        rebuild("--older-than", "yesterday")


def test_what_may_not_be_searched_or_lies_under_a_veil_is_not_put_in():
    mute, veiled = pages.archive(2)
    Edition.objects.filter(pk=mute.pk).update(uses=["text"])
    span = veiled.segments.get(index=1)
    VeilFactory(edition=veiled, start_ms=span.start_ms, end_ms=span.end_ms)

    rebuild("--all")

    assert index.search("marchamos").total == 0
    assert index.suggest("marcha") == []
    assert [group.document_id for group in index.search("después").groups] == [veiled.public_id]


def test_who_is_withdrawn_while_others_are_done_is_not_put_back():
    first, second = pages.archive(2)
    steps = indexing.rebuild(older_than=timezone.now())
    next(steps)
    Standing.objects.filter(pk=second.standing_id).update(withdrawn_at=timezone.now())
    indexing.remove(second.public_id)

    list(steps)

    assert index.has(first.public_id)
    assert not index.has(second.public_id)


@pytest.mark.django_db(transaction=True)
def test_a_veil_that_is_being_laid_is_not_lifted_by_who_reads_the_edition_meanwhile():
    (edition,) = pages.archive()
    laid = threading.Event()

    def lay_a_veil():
        with transaction.atomic():
            VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
            indexing.replace(edition)
            laid.set()
            time.sleep(0.5)  # not committed yet: nobody else sees the veil
        connection.close()

    veiling = threading.Thread(target=lay_a_veil)
    veiling.start()
    laid.wait(10)
    indexing.refresh(["fmln-sv"])  # a record was changed
    veiling.join()

    assert index.search("marchamos").total == 0
    assert index.suggest("marcha") == []
