"""Addresses that are put together, and links that are written in one go, are those that Django makes."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation

from oralhistory.web import addresses
from oralhistory.web.facets import Choice
from oralhistory.web.templatetags import archive

TEXTS = ("elena-1979", "Cue_0", "ñandú", "a/b", "un poco", "zz0zz", "x&y'z", "")


def public_views():
    names = get_resolver().namespace_dict["reading_room"][1].reverse_dict
    for name in {each for each in names if isinstance(each, str)}:
        for possibility in names.getlist(name):
            yield from ((f"reading_room:{name}", len(parameters)) for _shape, parameters in possibility[0])


def asked(make, *arguments, **named):
    try:
        return make(*arguments, **named)
    except NoReverseMatch:
        return None


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_an_address_is_the_one_that_django_makes(language):
    views = set(public_views())
    assert len(views) > 40
    with translation.override(language):
        for view, number in views:
            for given in [(text,) * number for text in TEXTS] + [
                (7,) * number,
                ("elena", 7, "small")[:number],
            ]:
                expected = asked(reverse, view, args=given)
                assert asked(addresses.of, view, *given) == expected, (view, given)


def test_a_template_is_told_where_there_is_no_such_address():
    with pytest.raises(NoReverseMatch):
        Template("{% url 'reading_room:nowhere' 'x' %}").render(Context())
    drawn = Template(
        "{% url 'reading_room:nowhere' as way %}[{{ way }}]{% url 'reading_room:about' as way %}{{ way }}"
    )
    assert drawn.render(Context()) == "[]/about/"


def test_the_choices_of_a_facet_keep_what_was_asked_and_nothing_goes_out_unescaped():
    request = RequestFactory().get('/testimonies/?q=a%26b&page=3&x="><b>&x=2&country=MX&place=old')
    values = [Choice("b&'\"<ñ", "<i>B</i> & co", 1234, False), Choice("MX", "México", 5, True)]
    with translation.override("en"):
        drawn = archive.choices({"request": request}, "country", values)
    kept = "?q=a%26b&amp;x=%22%3E%3Cb%3E&amp;x=2&amp;place=old"
    assert drawn == (
        f'<ul><li><a href="{kept}&amp;country=b%26%27%22%3C%C3%B1">&lt;i&gt;B&lt;/i&gt; &amp; co <span>1,234</span></a></li>'
        f'<li><a href="{kept}" aria-current="true">México <span>×</span></a></li></ul>'
    )


def test_the_first_choice_and_the_last_that_is_taken_away_leave_a_clean_address():
    request = RequestFactory().get("/testimonies/?page=2")
    assert 'href="?sound=text"' in archive.choices(
        {"request": request}, "sound", [Choice("text", "T", 2, False)]
    )
    request = RequestFactory().get("/testimonies/?sound=text")
    assert 'href="?"' in archive.choices({"request": request}, "sound", [Choice("text", "T", 2, True)])
