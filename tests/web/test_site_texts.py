"""The texts of the site: their markup, what ships, versions, what a translation is measured against."""

import html
import re

import pytest
from django.utils.translation import gettext, override

from oralhistory.lib.agents import Agent
from oralhistory.provenance.models import Event
from oralhistory.web.models import TextVersion
from oralhistory.web.site_texts import markup, reading, writing
from oralhistory.web.site_texts.reading import Words
from tests.clock import DAY, NOON

ELENA = Agent("user", "elena")
TAGS = re.compile(r"<(/?)(\w+)([^>]*)>")
ALLOWED = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "em", "strong", "code", "a", "br", "mark"}


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/x.png)",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html;base64,eA==)", "[x](//evil.example)",
        "[x](/\\evil.example)", "[x](vbscript:x)", "<javascript:alert(1)>", "[x]( javascript:alert(1))",
        "[x](&#106;avascript:alert(1))", '[x](https://a.example "t\\" onclick=\\"alert(1)")', "# <b onclick=x>h</b>",
        "[[<img src=x onerror=alert(1)>]]", "<style>*{}</style>", "<div style=x>", "`<b>`", "[x](file:///etc/passwd)",
        "a\x00b<i>", "[x]: https://e.example\n\n[x]",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_becomes_more_than_what_the_markup_knows(typed):
    drawn = str(markup.draw(typed, {"contact": "<i>x</i>"}).html)

    for _closing, name, attributes in TAGS.findall(drawn):
        assert name in ALLOWED, drawn
        for attribute, value in re.findall(r'\s(\w[\w-]*)="([^"]*)"', attributes):
            assert attribute in {"href", "rel", "id", "class", "title"}, drawn
            if attribute == "href":
                assert re.match(r"https?://|mailto:|/(?![/\\])|#", html.unescape(value)), drawn
    assert not re.search(r"<[^>]*\son\w+\s*=\s*[^>]*>", re.sub(r'"[^"]*"', '""', drawn)), drawn


def test_the_markup_has_headings_lists_quotations_and_links_and_begins_at_the_second_level():
    drawn = markup.draw(
        "# Uno\n\n#### Dos\n\n1. a\n\n- b\n\n> c\n\n*d* **e** [f](https://g.example) [h](/about/)\n\n# Uno"
    )

    assert str(drawn.html).split("\n") == [
        '<h2 id="s-uno">Uno</h2>', '<h3 id="s-dos">Dos</h3>', "<ol>", "<li>a</li>", "</ol>", "<ul>", "<li>b</li>", "</ul>",
        "<blockquote>", "<p>c</p>", "</blockquote>",
        '<p><em>d</em> <strong>e</strong> <a href="https://g.example" rel="noopener">f</a> <a href="/about/">h</a></p>',
        '<h2 id="s-uno-2">Uno</h2>', "",
    ]  # fmt: skip
    assert [(each.id, each.text) for each in drawn.headings] == [("s-uno", "Uno"), ("s-uno-2", "Uno")]


def test_what_only_the_archive_can_say_is_put_in_or_marked():
    drawn = markup.draw(
        "[[ contact ]], [[address]], [[the year]]", {"contact": "a@b.example", "?address": "where"}
    )

    assert 'href="mailto:a@b.example"' in drawn.html
    assert '<mark class="to-fill">where</mark>, <mark class="to-fill">the year</mark>' in drawn.html
    assert drawn.to_fill == ("address", "the year")


@pytest.mark.parametrize("language", reading.LANGUAGES)
@pytest.mark.parametrize("page", reading.PAGES)
def test_every_text_ships_in_every_language_with_the_same_parts(page, language):
    words, spanish = reading.shipped(page, language), reading.shipped(page, "es")

    assert words.title
    assert len(markup.draw(words.source).headings) == len(markup.draw(spanish.source).headings)
    assert len(markup.draw(words.source).to_fill) == len(markup.draw(spanish.source).to_fill)
    prefix = "" if language == "es" else f"/{language}"
    ways = re.findall(r"\]\((/[^)]*)\)", words.source)
    assert [way.removeprefix(prefix) for way in ways] == re.findall(r"\]\((/[^)]*)\)", spanish.source)
    assert not [way for way in ways if prefix and not way.startswith(prefix)]


@pytest.mark.parametrize(
    ("sentence", "pages"),
    [
        ("If a judge orders it, we may have to hand over what we keep.", ["ethics", "privacy"]),
        ("What has been public may have been copied; we can stop showing it, not un-copy it.", ["ethics", "rights", "privacy"]),
        ("A pseudonym does not hide a voice.", ["ethics"]),
        ("You can stop at any time, without giving reasons.", ["ethics"]),
        ("A machine wrote this text; it invents words in silences. Nobody outside sees it until a person has checked it.", ["about", "ethics", "cite"]),
    ],
)  # fmt: skip
def test_what_the_archive_must_say_is_said_in_every_language(sentence, pages):
    for language in reading.LANGUAGES:
        with override(language):
            said = gettext(sentence)
        for page in pages:
            assert said in reading.shipped(page, language).source, (page, language)


def save(language, source, *, seen, up_to_date=True, page="about", at=NOON):
    return writing.save(page, language, Words("T", source), seen=seen, up_to_date=up_to_date, by=ELENA, at=at)


@pytest.mark.django_db
class TestVersions:
    def test_what_was_saved_last_is_read_and_an_event_says_which_text_and_nothing_of_it(self):
        save("es", "Uno.\n", seen=0)
        save("es", "Dos.\n", seen=1, at=NOON + DAY)

        assert "Dos." in reading.text("about", "es").drawn.html
        assert reading.text("about", "en").title == "About this archive"
        event = Event.objects.last()
        assert (event.subject, event.outcome, event.agent) == ("text:about.es", "version 2", "user:elena")

    def test_of_two_who_write_at_once_the_second_overwrites_nothing(self):
        save("es", "Uno.\n", seen=0)

        with pytest.raises(writing.Overtaken):
            save("es", "Otro.\n", seen=0)

        assert TextVersion.objects.get().source == "Uno.\n"

    def test_what_was_not_changed_is_no_version(self):
        save("es", "Uno.\n", seen=0)

        with pytest.raises(writing.NothingChanged):
            save("es", "Uno.\n", seen=1)

    def test_a_translation_is_older_from_the_next_spanish_version_until_somebody_says_otherwise(self):
        assert not reading.text("about", "en").is_older
        save("es", "Uno.\n", seen=0)
        assert reading.text("about", "en").is_older  # what ships follows what ships
        save("en", "One.\n", seen=0)
        assert not reading.text("about", "en").is_older
        save("es", "Dos.\n", seen=1)
        save("en", "One!\n", seen=1, up_to_date=False)  # a slip of the pen
        assert reading.text("about", "en").is_older
        save("en", "One!\n", seen=2)  # the same words, and they do say what the Spanish says
        assert not reading.text("about", "en").is_older
        assert not reading.text("about", "es").is_older

    def test_where_a_language_has_none_the_spanish_text_is_read_as_spanish(self):
        save("es", "Uno.\n", seen=0)
        save("en", "", seen=0)

        shown = reading.text("about", "en")

        assert (shown.language, shown.is_older) == ("es", False)
        assert "Uno." in shown.drawn.html

    def test_an_earlier_version_and_what_ships_come_back_as_new_versions(self):
        save("es", "Uno.\n", seen=0)
        save("es", "Dos.\n", seen=1)

        writing.restore("about", "es", 1, seen=2, by=ELENA, at=NOON)
        assert "Uno." in reading.text("about", "es").drawn.html
        writing.restore("about", "es", 0, seen=3, by=ELENA, at=NOON)
        assert reading.text("about", "es").title == "Acerca de este archivo"
        assert [each.number for each in writing.versions("about", "es")] == [4, 3, 2, 1]

    def test_what_is_said_once_stands_in_every_text_and_language(self):
        writing.save("address", "es", Words("", "Calle 1"), seen=0, up_to_date=False, by=ELENA, at=NOON)

        for language in reading.LANGUAGES:
            assert "Calle 1" in reading.text("privacy", language).drawn.html
        said, texts = reading.overview()
        assert said["address"].source == "Calle 1"
        assert {each.to_fill for each in texts[0]} == {0}


def test_two_versions_stand_beside_each_other_with_the_words_that_differ():
    lines = writing.beside(Words("T", "igual\nuna casa roja\nvieja\n"), Words("T", "igual\nuna casa azul\n"))

    assert [(each.left, each.right, each.changed) for each in lines] == [
        ([("# T", False)], [("# T", False)], False),
        ([("igual", False)], [("igual", False)], False),
        ([("una casa", False), (" roja", True)], [("una casa", False), (" azul", True)], True),
        ([("vieja", True)], None, True),
    ]
