"""Testimonies of every kind, in every language of the pages, before the validators of each format."""

import subprocess
from pathlib import Path

import pytest

from oralhistory.interchange.formats import BY_CODE
from tests import world as worlds
from tests.interchange import exported
from tests.judges.conftest import DATA, FOLDER

pytestmark = pytest.mark.django_db

CLOSED = ("without text", "without download")


@pytest.fixture
def written(client, tmp_path):
    """The files of a format, one for each testimony and language: made-up ones, and one from the archive's own hands."""

    def write(code: str, addresses: str = "transcript.{}") -> list[Path]:
        archive = exported.archive()
        for name in CLOSED:
            address = f"/testimonies/{archive[name].public_id}/transcript.{code}"
            assert client.get(address).status_code == 404
        ids = {name: each.public_id for name, each in archive.items() if name not in CLOSED}
        files = []
        for name, public_id in ids.items():
            for language in ("", "/en", "/pt"):
                answer = client.get(f"{language}/testimonies/{public_id}/{addresses.format(code)}")
                assert answer.status_code == 200, name
                ending = BY_CODE[code].ending if code in BY_CODE else code
                path = tmp_path / f"{name.replace(' ', '-')}{language.replace('/', '-')}.{ending}"
                path.write_bytes(answer.content)
                files.append(path)
        assert len(files) == 21
        return files

    return write


def judged(*arguments: str | Path, cwd: Path | None = None) -> str:
    """What a validator says, which is shown with `-s` and where it refuses."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False, cwd=cwd)
    said = "".join(
        line for line in (done.stdout + done.stderr).splitlines(True) if "Unable to locate" not in line
    )
    print(f"\n$ {Path(arguments[0]).name} … exit {done.returncode}\n{said}")  # noqa: T201
    assert done.returncode == 0, said
    return said


def test_jing_finds_tei_valid(written, program, tei_schema):
    assert judged(program("jing", "jing"), tei_schema, *written("tei")).strip() == ""


def test_jing_refuses_tei_that_is_not(program, tei_schema, written):
    """The check above can fail."""
    path, *_ = written("tei")
    path.write_text(path.read_text().replace("<gap ", "<hueco ").replace("</u>", "</u><nada/>", 1))
    with pytest.raises(AssertionError):
        judged(program("jing", "jing"), tei_schema, path)


def test_xmllint_finds_ohms_valid(written, program):
    files = written("ohms")
    said = judged(
        program("xmllint", "libxml2-utils"), "--noout", "--nonet", "--schema", DATA / "ohms.xsd", *files
    )
    assert said.count(" validates") == len(files)


@pytest.mark.parametrize("addresses", ["transcript.{}", "captions.{}"])
def test_the_webvtt_parser_finds_no_error(written, program, packages, addresses):
    files = written("vtt", addresses)
    said = judged(program("node", "nodejs"), FOLDER / "webvtt.mjs", *files, cwd=FOLDER)
    assert said.count(" 0 errors") == len(files)


def test_what_the_archives_own_hands_published_is_valid_too(client, tmp_path, program, tei_schema):
    interview = worlds.published(worlds.build(), tmp_path)
    files = {}
    for code in ("tei", "ohms"):
        files[code] = tmp_path / f"own.{code}.xml"
        files[code].write_bytes(client.get(f"/testimonies/{interview.public_id}/transcript.{code}").content)
    judged(program("jing", "jing"), tei_schema, files["tei"])
    judged(
        program("xmllint", "libxml2-utils"),
        "--noout",
        "--nonet",
        "--schema",
        DATA / "ohms.xsd",
        files["ohms"],
    )
