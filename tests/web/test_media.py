"""Files by ranges."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import RequestFactory

from oralhistory.web import media

CONTENT = bytes(range(256)) * 2000  # more than one block
SHA256 = "c" * 64


def ask(method="get", *, lost=False, **headers):
    if not lost:
        storages["access"].save("aa/file.m4a", ContentFile(CONTENT))
    request = getattr(RequestFactory(), method)("/sound", headers=headers)
    return media.answer(
        request, storage="access", key="aa/file.m4a", size=len(CONTENT), sha256=SHA256, media_type="audio/mp4"
    )


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_whole_file():
    response = ask()
    assert (response.status_code, body(response)) == (200, CONTENT)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Content-Type"] == "audio/mp4"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=511000-", 511_000, 512_000),
        ("bytes=-10", 511_990, 512_000),
        ("bytes=-9999999", 0, 512_000),
        ("bytes=200000-99999999", 200_000, 512_000),
    ],
)
def test_a_range(asked, start, end):
    response = ask(Range=asked)
    assert (response.status_code, body(response)) == (206, CONTENT[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/512000"
    assert response.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=512000-", "bytes=600000-700000", "bytes=-0"])
def test_a_range_beyond_the_end(asked):
    response = ask(Range=asked)
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */512000")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"])
def test_what_is_not_one_range_is_answered_with_the_whole(asked):
    response = ask(Range=asked)
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_a_range_of_another_version_is_answered_with_the_whole():
    assert ask(Range="bytes=0-9", **{"If-Range": '"other"'}).status_code == 200
    assert ask(Range="bytes=0-9", **{"If-Range": f'"{SHA256}"'}).status_code == 206


def test_a_copy_that_is_still_good_is_not_sent_again():
    assert ask(**{"If-None-Match": f'"{SHA256}"'}).status_code == 304


def test_head_has_the_headers_alone():
    response = ask("head", Range="bytes=0-9")
    assert (response.status_code, response.content) == (206, b"")
    assert response.headers["Content-Length"] == "10"


def test_other_methods_are_refused():
    assert ask("post").status_code == 405


def test_the_proxy_is_told_where_the_file_is(settings):
    settings.ACCEL_REDIRECT = "/protected"
    response = ask()
    assert response.headers["X-Accel-Redirect"] == "/protected/aa/file.m4a"
    assert response.content == b""


# To be saved.


def save(method="get", **headers):
    storages["masters"].save("aa/file", ContentFile(CONTENT))
    request = getattr(RequestFactory(), method)("/file", headers=headers)
    return media.download(request, storage="masters", key="aa/file", name="ours.bin", sha256=SHA256)


def test_what_is_to_be_saved_can_be_gone_on_with_where_it_was_cut_off():
    response = save(Range="bytes=100-", **{"If-Range": f'"{SHA256}"'})
    assert (response.status_code, body(response)) == (206, CONTENT[100:])
    assert response.headers["Content-Disposition"] == 'attachment; filename="ours.bin"'
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Accel-Buffering"] == "no"


def test_of_what_is_to_be_saved_head_and_a_range_beyond_the_end_have_no_body():
    head, beyond = save("head"), save(Range="bytes=512000-")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "512000")
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert beyond.headers["Content-Range"] == "bytes */512000"
    assert "attachment" in beyond.headers["Content-Disposition"]


def test_what_is_to_be_saved_and_is_not_there_is_said_so():
    request = RequestFactory().get("/file")
    response = media.download(request, storage="masters", key="bb/none", name="ours.bin", sha256=SHA256)
    assert response.status_code == 503
    assert "attachment" not in str(response.headers)


@pytest.mark.parametrize("proxy", ["", "/protected"])
def test_a_file_that_is_lost_is_said_to_be(settings, proxy):
    settings.ACCEL_REDIRECT = proxy
    response = ask(lost=True)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
