"""Manifests before the schema of IIIF's own validator, and annotations before the W3C's."""

import json
import zipfile
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.interchange import exported
from tests.judges.conftest import DATA

pytestmark = pytest.mark.django_db

NO_TEXT = ("without text", "not embedded")


@pytest.fixture
def archive():
    return exported.archive()


def test_manifests_annotations_and_collections_are_valid_by_the_schema_of_iiif(client, archive, iiif_schema):
    schema = json.loads(iiif_schema.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    addresses = ["/iiif/collection.json", "/iiif/memoria-de-la-solidaridad/1.json"]
    for name, edition in archive.items():
        one = f"/testimonies/{edition.public_id}/"
        if name != "not embedded":
            addresses.append(f"{one}manifest.json")
        if name not in NO_TEXT:
            addresses += [f"{one}annotations.json", f"{one}annotations.en.json"]
    wrong = {
        address: [error.message[:200] for error in validator.iter_errors(client.get(address).json())]
        for address in addresses
    }
    print(f"\niiif_3_0.json: {len(wrong)} documents, {sum(map(len, wrong.values()))} errors")  # noqa: T201
    assert {address: errors for address, errors in wrong.items() if errors} == {}
    broken = client.get(addresses[2]).json() | {"label": "no map of languages"}
    assert list(validator.iter_errors(broken))  # the check can fail


def test_annotations_fulfil_what_the_annotation_model_demands(client, archive):
    """The assertions of the W3C's tests: JSON schemas, each with what it expects."""
    demands = W3C()
    annotations = []
    for name, edition in archive.items():
        if name not in NO_TEXT:
            page = client.get(f"/testimonies/{edition.public_id}/annotations.json").json()
            annotations += page["items"]
    found = client.get("/testimonies/abcdefgh2345/content-search?q=companeros").json()
    annotations += [*found["items"], *found["annotations"][0]["items"]]
    wrong = [message for each in annotations for message in demands.broken_by(each)]
    print(f"\nW3C: {len(annotations)} annotations, {len(demands.assertions)} assertions, {len(wrong)} broken")  # noqa: T201
    assert len(annotations) > 20
    assert wrong == []
    assert demands.broken_by({**annotations[0], "target": None, "body": 3})  # the check can fail


class W3C:
    """The assertions of `annotationMusts.test`."""

    def __init__(self) -> None:
        with zipfile.ZipFile(DATA / "web-annotation-tests.zip") as tests:
            read = {name: tests.read(name).decode() for name in tests.namelist()}
        resources: list[tuple[str, Any]] = []
        for name, text in read.items():
            if name.startswith("definitions/"):
                schema = json.loads(text)
                resource = Resource.from_contents(schema, default_specification=DRAFT4)
                short = name.rpartition("/")[2]
                resources += [(short, resource), (schema.get("id", short), resource)]
        self.registry: Any = Registry().with_resources(resources)
        musts = json.loads(read["annotations/annotationMusts.test"])["assertions"]
        self.assertions = [json.loads(read[name]) for name in musts if isinstance(name, str)]

    def broken_by(self, annotation: dict[str, Any]) -> list[str]:
        said = {"@context": "http://www.w3.org/ns/anno.jsonld", **annotation}
        return [
            f"{annotation['id']}: {each.get('errorMessage', each.get('title', ''))[:160]}"
            for each in self.assertions
            if each.get("assertionType", "must") == "must"
            and self._holds(each, said) != (each.get("expectedResult", "valid") == "valid")
        ]

    def _holds(self, assertion: dict[str, Any], said: dict[str, Any]) -> bool:
        schema = {name: value for name, value in assertion.items() if name != "id"}
        return jsonschema.Draft4Validator(schema, registry=self.registry).is_valid(said)
