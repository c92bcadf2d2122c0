"""The real worker and the real web server, as other tests start them."""

import urllib.error
import urllib.request

from celery import Celery


def test_a_killed_worker_is_gone_at_once_and_another_takes_its_place(start_worker, broker_url):
    start_worker().kill()
    start_worker()

    with Celery(broker=broker_url, set_as_current=False) as app:
        assert len(app.control.ping(timeout=1)) == 1


def test_the_web_server_answers_from_this_tests_database(web_address):
    try:
        status = urllib.request.urlopen(f"{web_address}/no-such-page", timeout=30).status
    except urllib.error.HTTPError as refusal:
        status = refusal.code
        refusal.close()

    assert status == 404
