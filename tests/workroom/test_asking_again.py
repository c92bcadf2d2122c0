"""Another transcription is asked for by whoever may, with what the archive has and nothing else."""

import re

import pytest
from django.urls import reverse

from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import TranscriptionJob
from tests import world as worlds


@pytest.fixture
def interview(world, tmp_path, settings):
    settings.ASR_ENGINE, settings.ASR_MODEL, settings.ASR_MODELS = (
        "fake",
        "base",
        ["small", "/srv/models/ours"],
    )
    return worlds.uploaded(world, tmp_path)


@pytest.fixture
def ask(world, at_the_desk_of, interview):
    def ask(**given):
        form = {"recording": Recording.objects.of(interview).get().code, "do": "start", **given}
        address = reverse("workroom:transcribe", args=[interview.public_id])
        return at_the_desk_of(world.interviewer).post(address, form)

    return ask


@pytest.mark.parametrize(
    ("model", "asked"), [("small", "small"), ("base", "base"), ("", "base"), ("ours", "/srv/models/ours")]
)
def test_models_of_the_list_can_be_asked_for(ask, model, asked):
    assert ask(model=model).status_code == 302
    assert TranscriptionJob.objects.get().spec["model"] == asked


@pytest.mark.parametrize(
    "other",
    [{"model": "someone/else"}, {"model": "/srv/models/ours"}, {"model": "/etc"}, {"engine": "crystal-ball"}],
)
def test_others_are_refused_in_a_sentence(ask, other):
    answer = ask(**other)

    assert answer.status_code == 400
    (asked,) = other.values()
    assert f"“{asked}”" in answer.content.decode() or f"«{asked}»" in answer.content.decode()
    assert not TranscriptionJob.objects.exists()


def test_the_page_offers_the_list_and_not_where_folders_lie(world, at_the_desk_of, interview):
    page = at_the_desk_of(world.interviewer).get(reverse("workroom:transcribe", args=[interview.public_id]))

    options = page.content.decode().partition('name="model"')[2].partition("</select>")[0]
    assert re.findall('value="([^"]*)"', options) == ["base", "small", "ours"]
