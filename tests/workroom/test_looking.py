"""What an editor should look at: in its place in the text, marked for the keys that walk through it."""

import ast
import inspect
import re

import pytest
from django.urls import reverse
from django.utils import translation

from oralhistory.transcripts import listening, second_looks, suspicion
from oralhistory.transcripts.gaps import Kind
from oralhistory.workroom import words
from tests.workroom import gaps_left


@pytest.fixture
def interview(world, tmp_path):
    return gaps_left.interview_with_gaps(world, tmp_path)


@pytest.fixture
def page(world, at_the_desk_of, interview):
    def get(language="es"):
        with translation.override(language):
            address = reverse("workroom:transcript", args=[interview.public_id])
        return at_the_desk_of(world.moderator).get(address).content.decode()

    return get


def test_gaps_stand_between_the_segments_with_a_way_to_hear_them(page):
    html = page()

    order = re.findall(r'<div class="(gap|segment)[ "]', html)
    assert order == ["segment", "segment", "gap", "segment", "segment", "gap", "gap"]
    assert "Otro idioma, no transcrito." in html
    assert '<q lang="es">Suscríbete al canal</q>' in html
    assert re.search(r'data-from="8000" data-until="30000"', html)
    assert html.count(" data-look") == 3 + 2


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_no_code_reaches_the_page(page, language):
    html = page(language)

    for code in [*words.FLAGS, *Kind, "a_code_of_tomorrow"]:
        if "_" in code:
            assert code not in html


def _codes(module, *calls):
    """The texts that a module's source gives to some calls."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in calls:
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))
        if isinstance(node, ast.keyword) and node.arg == "flags" and isinstance(node.value, ast.Tuple):
            yield from (each.value for each in node.value.elts if isinstance(each, ast.Constant))


def test_every_flag_that_hearing_gives_has_words():
    given = {*_codes(suspicion, "append"), *_codes(listening, "flagged"), *_codes(second_looks, "flagged")}

    assert {"left_out", "improbable", "other_language", "times_guessed"} <= given
    assert given - set(words.FLAGS) == set()
    assert set(Kind) == set(words.GAPS)
