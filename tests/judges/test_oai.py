"""OAI-PMH as others judge it: xmllint with the schemas of the protocol, and sickle, a harvester, on a real server."""

import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, IdDoesNotExist, NoRecordsMatch

from oralhistory.editions.models import Edition, Standing
from tests.factories import PUBLISHED
from tests.reading_room import pages

SCHEMA = Path(__file__).parent / "data" / "oai" / "all.xsd"
TESTIMONIES, PER_PAGE = 230, 100
VERBS = (
    "", "verb=Identify", "verb=ListSets", "verb=ListMetadataFormats", "verb=ListRecords&metadataPrefix=oai_dc",
    "verb=ListIdentifiers&metadataPrefix=oai_dc", "verb=ListRecords&metadataPrefix=eac-cpf",
    "verb=ListRecords&metadataPrefix=eac-cpf-2", "verb=ListRecords&metadataPrefix=none",
)  # fmt: skip


def identifier(number: int) -> str:
    return f"oai:127.0.0.1:testimony-testimony{number:03}"


@pytest.mark.skipif(
    not shutil.which("xmllint"), reason="xmllint is not installed (apt install libxml2-utils)"
)
def test_every_answer_is_valid(web_address, tmp_path):
    pages.archive(3)
    for number, query in enumerate(VERBS):
        path = tmp_path / f"{number}.xml"
        path.write_bytes(requests.get(f"{web_address}/oai?{query}", timeout=30).content)
    command = [
        "xmllint",
        "--noout",
        "--nonet",
        "--schema",
        str(SCHEMA),
        *sorted(map(str, tmp_path.glob("*.xml"))),
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    print(done.stderr)  # noqa: T201  # the judge's own words
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(" validates") == len(VERBS)


def test_sickle_harvests_the_whole_archive_also_while_it_changes(web_address):
    editions = pages.archive(TESTIMONIES)
    sickle = Sickle(f"{web_address}/oai", timeout=60)
    assert sickle.Identify().deletedRecord == "persistent"
    assert [each.setSpec for each in sickle.ListSets()][:2] == ["testimonies", "organizations"]

    whole = [record.header.identifier for record in sickle.ListRecords(metadataPrefix="oai_dc")]
    assert len(whole) == len(set(whole)) == TESTIMONIES + 2
    authority = [record.raw for record in sickle.ListRecords(metadataPrefix="eac-cpf", set="organizations")]
    assert len(authority) == 2

    records = sickle.ListRecords(metadataPrefix="oai_dc", set="testimonies")
    seen = [next(records) for _number in range(PER_PAGE)]
    began = records.oai_response.xml.findtext("{*}responseDate")
    Edition.objects.filter(pk__in=[editions[5].pk, editions[200].pk]).update(title="Otra vez")
    Standing.objects.filter(pk__in=[editions[6].standing_id, editions[201].standing_id]).update(
        withdrawn_at=PUBLISHED, tombstone=False
    )
    pages.publish(900)
    seen += list(records)

    found = [record.header.identifier for record in seen]
    assert len(found) == len(set(found)) == TESTIMONIES + 1
    assert [record.header.identifier for record in seen if record.header.deleted] == [identifier(201)]
    assert [record.metadata["title"] for record in seen if record.header.identifier == identifier(200)] == [
        ["Otra vez"]
    ]
    later = sickle.ListRecords(**{"metadataPrefix": "oai_dc", "set": "testimonies", "from": began})
    told = {record.header.identifier: record.header.deleted for record in later}
    assert (told[identifier(5)], told[identifier(6)]) == (False, True)
    assert sickle.GetRecord(identifier=identifier(900), metadataPrefix="oai_dc").metadata["creator"] == [
        "Elena"
    ]
    for refusal, asked in (
        (IdDoesNotExist, lambda: sickle.GetRecord(identifier=identifier(999), metadataPrefix="oai_dc")),
        (NoRecordsMatch, lambda: sickle.ListRecords(metadataPrefix="oai_dc", until="1999-01-01")),
        (BadResumptionToken, lambda: sickle.ListRecords(resumptionToken="x")),
    ):
        with pytest.raises(refusal):
            asked()
