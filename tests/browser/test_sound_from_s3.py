"""Sound that lies in an S3 store: the page leads the browser there, and no header of ours keeps it from being heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import wait_until
from tests.factories import EditionFactory, StandingFactory
from tests.servers import web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOUND = Path(__file__).parents[2] / "oralhistory" / "pipeline" / "demo" / "testimonio-demo.opus"


@pytest.fixture
def address(s3, environment, tmp_path) -> Iterator[str]:
    store = {
        "ACCESS_STORAGE": s3.make_bucket("heard-from-here"),
        "S3_ACCESS_KEY_ID": s3.access_key,
        "S3_SECRET_ACCESS_KEY": s3.secret_key,
    }
    with web.running({**environment, **store}, tmp_path) as served:
        yield served


def test_a_testimony_is_heard_from_an_s3_store(address, s3, new_context):
    s3.client().put_object(Bucket="heard-from-here", Key="audio/elena.ogg", Body=SOUND.read_bytes())
    made = EditionFactory(
        standing=StandingFactory(public_id="fromastore23"), audio_key="audio/elena.ogg",
        audio_size=SOUND.stat().st_size, duration_ms=40_000, segments=["Una voz que empieza."],
    )  # fmt: skip
    page = new_context().new_page()

    page.goto(f"{address}/en/testimonies/{made.public_id}/")
    page.locator("archive-player .play").click()

    wait_until(
        lambda: page.evaluate("document.querySelector('archive-player').audio.currentTime") > 0.5,
        "it is heard",
    )
    assert page.evaluate("document.querySelector('archive-player').audio.currentSrc").startswith(address)
