"""Every text of the interface is there in each of its languages."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from oralhistory.web import texts


@pytest.fixture(scope="module")
def found():
    return texts.found()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_text_is_translated(language, found):
    catalog = texts.load(language)

    unknown = [
        message.id for message in found if message.id and catalog.get(message.id, message.context) is None
    ]

    assert unknown == []
    assert texts.missing(catalog) == []


def test_texts_of_templates_and_code_are_both_found(found):
    places = {path for message in found for path, _ in message.locations}

    assert any(path.startswith("templates/") for path in places)
    assert any(path.endswith(".py") for path in places)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_catalogs_that_are_used_are_compiled(language, found):
    catalog = texts.load(language)
    message = next(
        each for each in catalog if each.id and isinstance(each.id, str) and each.string != each.id
    )

    with translation.override(language):
        assert gettext(str(message.id)) == message.string
