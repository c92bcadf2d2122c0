"""What a log says, and what it never says, in either format."""

import ast
import json
import logging
import uuid
from pathlib import Path

import pytest

from oralhistory.files.objects import StorageFails
from oralhistory.jobs import leases, work
from oralhistory.lib import logs
from tests.clock import NOON

CANARY = "Ramiro vivía en la calle Colima"
PROGRAM = Path(__file__).resolve().parents[2] / "oralhistory"
FORMATS = {"json": logs.Json(), "plain": logs.Plain()}
SUBJECT = "chunk:2b3c4d5f6g7h:3"


class Kept(logging.Handler):
    """Keeps what each format, and Python's own, make of every record."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = {name: [] for name in (*FORMATS, "of Python")}

    def emit(self, record):
        for name, formatter in FORMATS.items():
            self.lines[name].append(formatter.format(record))
        self.lines["of Python"].append(logging.Formatter().format(record))


@pytest.fixture
def kept():
    handler = Kept()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def log():
    return logging.getLogger("oralhistory.somewhere")


def at_work():
    """Its name may be said."""


def fail_deep():
    try:
        {}[CANARY]
    except KeyError as error:
        raise ValueError(f"{CANARY} 55-1234") from error


SAYS = {
    "an argument": lambda log: log.error("heard %s", CANARY),
    "an argument by name": lambda log: log.error("heard %(text)s", {"text": CANARY}),
    "an argument that is quoted": lambda log: log.error("heard %r", [CANARY]),
    "an exception as an argument": lambda log: log.error("failed: %s", ValueError(CANARY)),
    "an exception as the message": lambda log: log.error(ValueError(CANARY)),
    "what was added": lambda log: log.error("heard", extra={"text": CANARY}),
    "the stack": lambda log: log.error("heard", stack_info=True),
    "a word that looks like an id": lambda log: log.error("%s", "file:ramirocolima Colima"),
}


@pytest.mark.parametrize("way", SAYS)
@pytest.mark.parametrize(
    "name", ["oralhistory.somewhere", "celery.app.trace", "django.request", "py.warnings"]
)
def test_what_is_said_to_a_log_in_any_way_is_not_written(kept, way, name):
    SAYS[way](logging.getLogger(name))

    for form in FORMATS:
        (line,) = kept[form]
        assert "Ramiro" not in line
        assert "Colima" not in line
    assert json.loads(kept["json"][0])["logger"] == name


@pytest.mark.parametrize(
    "name", ["celery.redirected", "django.security.csrf", "faster_whisper", "", "oralhistoryx"]
)
def test_loggers_that_are_not_known_say_where_and_nothing_else(kept, name):
    logging.getLogger(name).warning(f"{CANARY} %s", 7)

    (line,) = kept["json"]
    assert json.loads(line)["message"] == logs.WITHHELD
    assert "tests/lib/test_logs.py:" in json.loads(line)["at"]
    assert "tests/lib/test_logs.py:" in kept["plain"][0]
    assert "Ramiro" not in line + kept["plain"][0]


@pytest.mark.parametrize(
    ("template", "args"), [("heard %d", (CANARY,)), ("heard %s %s", (CANARY,)), ("%(a)s", ({"b": 1},))]
)
def test_a_line_that_cannot_be_put_together_is_written_without_its_arguments(template, args):
    record = logging.LogRecord("oralhistory.somewhere", logging.ERROR, __file__, 1, template, args, None)

    assert logs.message(record) == template


def test_an_exception_is_its_class_its_causes_and_the_way_it_came(kept, log):
    try:
        fail_deep()
    except ValueError:
        log.exception("it failed")

    said = json.loads(kept["json"][0])
    assert (said["message"], said["error"], said["after"]) == ("it failed", "ValueError", ["KeyError"])
    first, second = said["trace"]
    assert first.startswith("tests/lib/test_logs.py:")
    assert first.endswith(":fail_deep")
    assert second.endswith(":test_an_exception_is_its_class_its_causes_and_the_way_it_came")
    assert "it failed: ValueError, after KeyError at tests/lib/test_logs.py:" in kept["plain"][0]
    for form in FORMATS:
        assert "Ramiro" not in kept[form][0]
        assert "55-1234" not in kept[form][0]
    assert CANARY in kept["of Python"][0]  # the check above can fail


def test_numbers_ids_and_names_from_the_code_are_shown(kept, log):
    message = uuid.uuid4()
    values = (7, 1.5, SUBJECT, "transcript:12", str(message), StorageFails, StorageFails(CANARY), at_work)

    log.warning("%d %.1f %s %s %s %s %s %s", *values)

    away = "oralhistory.files.objects.StorageFails"
    said = f"7 1.5 {SUBJECT} transcript:12 {message} {away} {away} {__name__}.at_work"
    assert json.loads(kept["json"][0])["message"] == said


def test_a_sentence_of_the_programs_own_is_shown_in_one_line(kept, log):
    log.warning("it lacks something: %s", logs.Own("bwrap:\n no permission"))

    assert json.loads(kept["json"][0])["message"] == "it lacks something: bwrap: no permission"
    assert "it lacks something: bwrap: no permission" in kept["plain"][0]


def test_a_place_is_what_an_exception_may_say():
    with pytest.raises(ValueError, match=CANARY) as raised:
        fail_deep()

    said = logs.place(raised.value)

    assert isinstance(said, logs.Own)
    assert said.startswith("ValueError, after KeyError at tests/lib/test_logs.py:")
    assert "Ramiro" not in said


@pytest.mark.django_db
def test_every_line_of_a_job_says_which_one_it_is(kept, log):
    job = leases.enqueue("hear", SUBJECT, queue="asr", at=NOON)

    def step(_job):
        log.info("so far")
        logging.getLogger("faster_whisper").info(CANARY)
        raise ValueError(CANARY)

    work.run(job.pk, step, clock=lambda: NOON)
    log.info("between jobs")

    lines = [json.loads(line) for line in kept["json"] if '"logger": "django' not in line]
    *inside, failed, after = lines
    for line in (*inside, failed):
        about = (line["job"], line["kind"], line["subject"], line["chunk"], line["attempt"])
        assert about == (job.pk, "hear", SUBJECT, "2b3c4d5f6g7h:3", 1)
    assert [line["message"] for line in inside] == ["so far", logs.WITHHELD]
    assert failed["message"] == f"job {job.pk} (hear) failed"
    assert failed["error"] == "ValueError"
    assert "job" not in after
    assert f"[job {job.pk}, hear, {SUBJECT}, attempt 1]" in "".join(kept["plain"])
    for form in FORMATS:
        assert "Ramiro" not in "".join(kept[form])
    assert CANARY in "".join(kept["of Python"])
    assert {name for line in lines for name in line} <= set(logs.FIELDS)


def test_our_own_messages_are_constants():
    """What is put together before it is logged could hold anything, and is believed."""
    calls = [
        (path, call)
        for path in sorted(PROGRAM.rglob("*.py"))
        if "getLogger" in (text := path.read_text())
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and is_a_log_call(call)
    ]

    assert calls
    assert [f"{path.name}:{call.lineno}" for path, call in calls if not is_constant(call.args[0])] == []


def is_a_log_call(call):
    levels = ("debug", "info", "warning", "error", "exception", "critical")
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in levels
        and ast.unparse(call.func.value) in ("log", "logger", "logging", "_log", "LOG")
    )


def is_constant(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
