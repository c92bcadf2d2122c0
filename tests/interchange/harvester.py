"""A harvester that is strict: every answer is judged by the schemas before it is read."""

from dataclasses import dataclass, field
from pathlib import Path

from django.test import Client
from lxml import etree

SCHEMAS = Path(__file__).parents[1] / "judges" / "data" / "oai"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_SCHEMA = etree.XMLSchema(etree.parse(SCHEMAS / "all.xsd"))


def ask(client: Client, *, post: bool = False, **arguments: str) -> etree._Element:
    """The answer to a request; `from_` is the argument `from`."""
    query = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = client.post("/oai", query) if post else client.get("/oai", query)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    _SCHEMA.assertValid(root)
    return root


def error(root: etree._Element) -> str:
    """Its code; empty where there is none."""
    found = root.find(f"{OAI}error")
    return "" if found is None else found.get("code")


@dataclass
class Harvest:
    """A list that is collected page by page."""

    client: Client
    verb: str = "ListRecords"
    token: str | None = None
    records: list[tuple[str, bool, etree._Element | None]] = field(
        default_factory=list
    )  # (identifier, gone, metadata)
    began: str = ""

    def page(self, **arguments: str) -> "Harvest":
        """One page: the first by its arguments, every other by its token."""
        given = {"resumptionToken": self.token} if self.token else arguments
        root = ask(self.client, verb=self.verb, **given)
        assert error(root) == "", etree.tostring(root)
        self.began = self.began or root.findtext(f"{OAI}responseDate")
        for header in root.iter(f"{OAI}header"):
            metadata = header.getnext()
            content = None if metadata is None or metadata.tag != f"{OAI}metadata" else metadata[0]
            self.records.append(
                (header.findtext(f"{OAI}identifier"), header.get("status") == "deleted", content)
            )
        self.token = root.findtext(f".//{OAI}resumptionToken") or None
        return self

    def all(self, **arguments: str) -> "Harvest":
        self.page(**arguments)
        while self.token:
            self.page()
        return self

    @property
    def identifiers(self) -> list[str]:
        return [identifier for identifier, _gone, _metadata in self.records]

    @property
    def gone(self) -> list[str]:
        return [identifier for identifier, gone, _metadata in self.records if gone]


def said(metadata: etree._Element, element: str) -> list[str]:
    """What the elements of Dublin Core of that name say."""
    return [each.text for each in metadata.iter(f"{DC}{element}")]
