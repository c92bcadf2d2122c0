"""The ficha's form, its page and its printed paper, over HTTP."""

import io
import json

import pytest
from django.urls import reverse
from pypdf import PdfReader

from oralhistory.interviews import chapters, writing
from oralhistory.interviews.models import Interview
from oralhistory.people import births, vault
from oralhistory.people.models import Person
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import NOON

REAL_NAME = "Ramira Verdadera"


@pytest.fixture
def interview(world):
    return worlds.draft(world)


@pytest.fixture
def browser(world, at_the_desk_of):
    return at_the_desk_of(world.interviewer)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def save(browser, interview, part, seen=None, **fields):
    """As the page's script sends one part."""
    mark = seen or writing.mark(writing.value(interview, part))
    return browser.post(of("description_part", interview), {"part": part, f"seen_{part}": mark, **fields})


def test_a_part_is_saved_by_itself_and_what_is_missing_comes_along(interview, browser):
    answer = save(browser, interview, "reasons", reasons="Por la memoria.")

    assert answer.status_code == 200
    assert answer.json()["seen"] == writing.mark("Por la memoria.")
    assert "part-technical_notes" in answer.json()["lacks"]
    assert "part-reasons" not in answer.json()["lacks"]
    interview.refresh_from_db()
    assert (interview.reasons, interview.title) == ("Por la memoria.", "Elena")


def test_a_part_that_somebody_else_changed_comes_back_to_be_set_beside(interview, browser):
    opened = writing.mark(interview.keywords)
    Interview.objects.filter(pk=interview.pk).update(keywords=["exilio", "cárcel"])

    answer = save(browser, interview, "keywords", seen=opened, keywords="imprenta")

    assert answer.status_code == 409
    assert answer.json()["theirs"] == "exilio\ncárcel"
    assert answer.json()["fields"] == {"keywords": "exilio\ncárcel"}
    interview.refresh_from_db()
    assert interview.keywords == ["exilio", "cárcel"]
    kept = save(browser, interview, "keywords", seen=answer.json()["seen"], keywords="imprenta, exilio")
    assert kept.status_code == 200


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("title", {"title": ""}),
        ("collection", {"collection": "no-such"}),
        ("languages", {"main_language": "xx"}),
        ("glossary", {"glossary": "x" * 200}),
        ("state", {"state": "published"}),
    ],
)
def test_what_is_not_well_formed_is_refused_with_a_sentence(interview, browser, part, fields):
    answer = browser.post(of("description_part", interview), {"part": part, f"seen_{part}": "0", **fields})

    assert answer.status_code == 400
    assert all(answer.json()["errors"])
    assert not Event.objects.filter(kind="description changed").exists()


def test_without_scripts_one_button_saves_all_and_says_where_somebody_else_wrote(interview, browser):
    page = browser.get(of("description", interview))
    parts = page.context["parts"]
    form = {f"seen_{name}": part.seen for name, part in parts.items()}
    fields = [field for part in parts.values() for field in part.fields]
    form |= {field.html_name: field.value() for field in fields if field.value()}
    narrator = interview.participations.get(role="narrator")
    Interview.objects.filter(pk=interview.pk).update(summary="Lo del archivo.")

    mine = {"summary": "Lo mío.", "annexes": "Volante: una hoja", f"person_{narrator.pk}-shown_name": "Lucía"}
    answer = browser.post(of("description", interview), form | mine)

    assert answer.status_code == 409
    assert "Lo del archivo." in answer.content.decode()
    interview.refresh_from_db()
    assert (interview.summary, interview.annexes) == ("Lo del archivo.", [["Volante", "una hoja"]])
    assert Person.objects.get(pk=narrator.person_id).shown_name == "Lucía"
    again = {f"seen_{name}": part.seen for name, part in answer.context["parts"].items()}
    assert browser.post(of("description", interview), form | mine | again).status_code == 302
    interview.refresh_from_db()
    assert interview.summary == "Lo mío."


def test_whoever_is_logged_out_is_told_so_and_not_led_away(interview, client):
    answer = save(client, interview, "title", title="Otra")

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain; charset=utf-8")


def test_an_interviewer_is_added_and_taken_out(interview, browser):
    added = {"role": "interviewer", "attribution": "real_name", "shown_name": "Ana Ruiz"}
    browser.post(of("participants", interview), added)
    assert "Ana Ruiz" in browser.get(of("record", interview)).content.decode()

    last = interview.participations.latest("pk")
    browser.post(of("participants", interview), {"out": last.pk})

    assert interview.participations.count() == 2


def test_a_birth_is_seen_on_the_interviewers_bench_and_on_no_other_page(
    interview, browser, world, at_the_desk_of
):
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    form = {f"{person.code}-born_on": "1951-03~", f"{person.code}-born_at": "Tlapa"}

    assert (
        browser.post(of("birth", interview), {**form, f"{person.code}-born_on": "marzo"}).status_code == 400
    )
    assert browser.post(of("birth", interview), form).status_code == 302

    assert births.of(person) == births.Birth("1951-03~", "Tlapa")
    assert "Tlapa" in browser.get(of("birth", interview)).content.decode()
    browser.get(of("birth", interview))
    assert Event.objects.filter(kind="birth read").count() == 1  # once a session
    for name in ("interview", "record", "description"):
        assert "Tlapa" not in browser.get(of(name, interview)).content.decode()
    assert at_the_desk_of(world.archivist).get(of("birth", interview)).status_code == 403
    assert "Tlapa" not in json.dumps(list(Event.objects.values_list("outcome", "reason")))


def printed(browser, interview, language=""):
    answer = browser.get(language + of("ficha_pdf", interview))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content)), answer


@pytest.fixture
def full(world, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    worlds.accept_everything(world, interview)
    Interview.objects.filter(pk=interview.pk).update(
        reasons="Por la memoria. #panic() *nada*", keywords=["exilio"], glossary=[["compa", "compañero"]]
    )
    parts = {"title": "La imprenta", "subjects": ["Exilio"], "places": [["Managua", "NI"]]}
    chapters.begin(interview, 3000, parts=parts, by=world.interviewer.agent, at=NOON)
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    vault.seal(person, {"name": REAL_NAME, "born_at": "Tlapa"}, at=NOON)
    return interview


def test_the_ficha_is_printed_with_both_indexes_and_no_real_name(full, browser, world):
    paper, answer = printed(browser, full)
    text = "\n".join(page.extract_text() for page in paper.pages)

    for wanted in (
        "Ficha de entrevista",
        "Elena",
        "Índice temático",
        "Índice onomástico-geográfico",
        "COPESAL",
    ):
        assert wanted in text
    assert "Exilio" in text
    assert "0:03 (p. 1)" in text.replace("\u00a0", " ")
    assert "#panic() *nada*" in text  # what people write is never a command
    assert "compañero" in text
    for hidden in (REAL_NAME, "Tlapa", worlds.CANARY):
        assert hidden not in text
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_papers_own_properties_name_nobody_and_screen_readers_can_read_it(full, browser):
    paper, answer = printed(browser, full)

    assert dict(paper.metadata or {}).keys() <= {"/Title", "/Creator"}
    assert paper.metadata.title == f"Ficha de entrevista {full.public_id}"
    root = paper.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("es", True)
    assert b"Elena" not in root["/Metadata"].get_data()
    (first, sections) = paper.outline
    assert first.title == "Elena"
    assert "Índice temático" in [each.title for each in sections]
    fonts = {font["/BaseFont"] for page in paper.pages for font in _fonts(page)}
    assert fonts
    assert all("Alegreya" in name for name in fonts)
    assert answer.headers["Content-Disposition"] == f'inline; filename="ficha-{full.public_id}.pdf"'


def _fonts(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_the_ficha_speaks_the_language_of_the_page(full, browser):
    paper, _answer = printed(browser, full, "/en")

    assert paper.trailer["/Root"]["/Lang"] == "en"
    assert "Index of names and places" in paper.pages[0].extract_text() + paper.pages[-1].extract_text()


def test_the_page_asks_as_often_with_three_chapters_as_with_one(
    full, browser, world, django_assert_max_num_queries
):
    browser.get(of("record", full))
    with django_assert_max_num_queries(32) as with_one:
        browser.get(of("record", full))
    for start in range(2):
        parts = {"title": "Más", "subjects": ["Exilio", "Cárcel"], "places": [["Managua", "NI"]]}
        chapters.begin(full, 100 + start, parts=parts, by=world.interviewer.agent, at=NOON)

    with django_assert_max_num_queries(len(with_one)):
        browser.get(of("record", full))
