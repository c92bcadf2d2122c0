"""The address of the numbers: for who brings the token; for all others it never existed (L31)."""

import pytest
from django.utils import timezone
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from oralhistory.interviews.models import Interview
from oralhistory.jobs import leases, work
from oralhistory.pipeline import metrics
from oralhistory.recordings.models import Recording
from tests import world as worlds

pytestmark = pytest.mark.django_db
TOKEN = "t0ken-of-thirty-two-characters-or-more"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def as_bytes(answer, path):
    headers = sorted(answer.headers.items())
    return (
        answer.status_code,
        answer.content.replace(path.encode(), b"PATH"),
        headers,
        answer.cookies.output(),
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    ("set_to", "brought"),
    [
        ("", {}),
        ("", {"Authorization": "Bearer "}),
        ("", {"Authorization": "Bearer"}),
        (TOKEN, {}),
        (TOKEN, {"Authorization": f"Bearer {TOKEN[:-1]}"}),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}x"}),
        (TOKEN, {"Authorization": TOKEN}),
        (TOKEN, {"Authorization": f"Basic {TOKEN}"}),
        (TOKEN, {"Authorization": "Bearer ñ"}),
        (TOKEN, {"Cookie": f"metrics={TOKEN}"}),
    ],
)
def test_without_the_token_it_answers_like_an_address_that_never_existed(
    client_that_checks_forms, settings, method, set_to, brought
):
    settings.METRICS_TOKEN = set_to

    hidden = client_that_checks_forms.generic(method, "/metrics", headers=brought)
    never = client_that_checks_forms.generic(method, "/neverxx", headers=brought)

    assert hidden.status_code == 404
    assert as_bytes(hidden, "/metrics") == as_bytes(never, "/neverxx")


@pytest.fixture
def client_that_checks_forms(client):
    """As a browser is treated: a form without its token would be refused."""
    client.handler.enforce_csrf_checks = True
    return client


@pytest.mark.parametrize("language", ["en", "pt"])
def test_it_has_no_address_in_another_language(client, language):
    assert client.get(f"/{language}/metrics", headers=BEARER).status_code == 404


def test_with_the_token_it_answers_in_the_format_of_prometheus_and_no_cache_keeps_it(client):
    leases.enqueue("hear", "chunk:x:1", queue="asr", at=timezone.now())

    answer = client.get("/metrics", headers=BEARER)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert not answer.cookies
    families = {
        family.name: family for family in parser.text_string_to_metric_families(answer.content.decode())
    }
    assert set(families) == {metrics.PREFIX + name for name in metrics.FAMILIES}
    (waiting,) = [
        sample.value
        for sample in families["oralhistory_jobs"].samples
        if sample.labels == {"queue": "asr", "kind": "hear", "state": "waiting"}
    ]
    assert waiting == 1
    assert client.post("/metrics", headers=BEARER).status_code == 405


def test_openmetrics_is_spoken_where_it_is_asked_for(client):
    accept = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}

    answer = client.get("/metrics", headers={**BEARER, **accept})

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert list(openmetrics.text_string_to_metric_families(answer.content.decode()))


def test_it_says_nothing_of_an_interview(client, tmp_path):
    interview = worlds.published(worlds.build(), tmp_path)
    recording = Recording.objects.get()

    def fail(_job):
        raise ValueError(worlds.SECRET)

    for subject in (interview.code, recording.subject, f"person:{worlds.CANARY}"):
        job = leases.enqueue("prepare sound", subject, queue="io", at=timezone.now())
        work.run(job.pk, fail)

    page = client.get("/metrics", headers=BEARER).content.decode()

    assert 'kind="prepare sound"' in page
    private = [worlds.CANARY, "Ramiro", "Colima", "Elena", "Copesal", "Solidaridad"]
    private += [recording.code, recording.master.code, *Interview.objects.values_list("public_id", flat=True)]
    assert [word for word in private if word.lower() in page.lower()] == []
