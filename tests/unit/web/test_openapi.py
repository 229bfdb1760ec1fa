"""The description of the interface agrees with the tables, with the committed file and with the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import jsonschema
import pytest
from flask.testing import FlaskClient

from search_app.web import openapi, since
from search_app.web.endpoints import ENDPOINTS, Endpoint
from search_app.web.openapi import FILE, document
from search_app.web.parameters import BY_NAME
from search_app.web.schemas import COMPONENTS
from tests.unit.web.fake import BILINGUAL, DATELESS, FRENCH

Json = Mapping[str, object]
DOCUMENT = json.loads(openapi.as_text())
# Addresses that make every key of an answer appear, by the schema that describes it.
ANSWERS = [
    ("ResultPage", "/api/v1/search?q=rss+police&country=ML&size=100"),
    ("ResultPage", "/api/v1/search?q=zzz"),
    ("ResultPage", "/api/v1/search"),
    ("Facets", "/api/v1/facets?q=rss&status=ended"),
    ("Mandate", f"/api/v1/mandates/{BILINGUAL.id}?q=rss"),
    ("Mandate", f"/api/v1/mandates/{DATELESS.id}"),
    ("Mandate", f"/api/v1/mandates/{FRENCH.id}"),
    ("Suggestions", "/api/v1/suggest?q=mal&lang=fr"),
    ("Concepts", "/api/v1/concepts"),
    ("Status", "/api/v1/status"),
    ("OpenAPI", "/api/v1/openapi.json"),
    ("Problem", "/api/v1/search?size=0"),
    ("Problem", "/api/v1/search?q=" + "a" * 300),
    ("Problem", "/api/v1/mandates/withdrawn-id"),
    ("Problem", "/fr/search.csv?x=1"),
]


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": COMPONENTS}}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def undescribed(value: object, schema: Json) -> Iterator[str]:
    """The keys of an answer that its schema does not know."""
    if "$ref" in schema:
        yield from undescribed(value, COMPONENTS[str(schema["$ref"]).rpartition("/")[2]])
    elif isinstance(schema.get("allOf"), list):
        parts = [set(undescribed(value, part)) for part in schema["allOf"]]  # type: ignore[union-attr]
        yield from set.intersection(*parts)
    elif isinstance(value, list):
        for one in value:
            yield from undescribed(one, schema.get("items", {}))  # type: ignore[arg-type]
    elif isinstance(value, dict) and "properties" in schema:
        known: Json = schema["properties"]  # type: ignore[assignment]
        for key, content in value.items():
            if key in known:
                yield from undescribed(content, known[key])  # type: ignore[arg-type]
            else:
                yield key
    elif isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
        for content in value.values():
            yield from undescribed(content, schema["additionalProperties"])  # type: ignore[arg-type]


def test_the_committed_file_is_what_the_tables_say() -> None:
    mend = "run: python -c 'from search_app.web import openapi; openapi.write()', and commit the file"
    assert FILE.read_text("utf-8") == openapi.as_text(), mend


def test_the_served_document_is_the_committed_one_at_its_own_address(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json").get_json()
    assert served.pop("servers") == [{"url": "http://localhost"}]
    committed = json.loads(FILE.read_text("utf-8"))
    assert committed.pop("servers") == [{"url": "/"}]
    assert served == committed


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for reference in set(re.findall(r'"#/([^"]*)"', openapi.as_text())):
        place = DOCUMENT
        for step in reference.split("/"):
            place = place[step]
    for schema in COMPONENTS.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    used = set(re.findall(r"#/components/schemas/(\w+)", openapi.as_text()))
    assert set(COMPONENTS) - used <= {"ListedMandate"}


def test_operations_have_names_of_their_own() -> None:
    names = [operation["get"]["operationId"] for operation in DOCUMENT["paths"].values()]
    assert len(set(names)) == len(names) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_each_address_takes_the_parameters_that_are_described(client: FlaskClient, endpoint: Endpoint) -> None:
    described = [
        parameter["name"]
        for parameter in DOCUMENT["paths"][endpoint.path]["get"]["parameters"]
        if parameter["in"] == "query"
    ]
    assert described == list(endpoint.parameters)
    address = endpoint.path.format(language="en", mandate_id=BILINGUAL.id)
    for name in (*BY_NAME, since.NAME):
        example = since.EXAMPLE if name == since.NAME else BY_NAME[name].example
        answer = client.get(address, query_string={name: example})
        known = name in described
        assert answer.status_code == (200 if known else 400), name
        assert known or answer.get_json()["type"] == "/problems/parameter-unknown"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_each_address_answers_in_the_form_that_is_described(client: FlaskClient, endpoint: Endpoint) -> None:
    address = endpoint.path.format(language="fr", mandate_id=BILINGUAL.id)
    answer = client.get(f"{address}?{endpoint.example}")
    assert (answer.status_code, answer.mimetype) == (200, endpoint.media_type)
    assert list(DOCUMENT["paths"][endpoint.path]["get"]["responses"]["200"]["content"]) == [endpoint.media_type]


@pytest.mark.parametrize(("name", "address"), ANSWERS)
def test_answers_have_the_described_form_and_no_key_besides(client: FlaskClient, name: str, address: str) -> None:
    body = client.get(address).get_json()
    assert [error.message for error in validator(name).iter_errors(body)] == []
    free = {"OpenAPI"}
    assert name in free or sorted(set(undescribed(body, COMPONENTS[name]))) == []


def test_lines_of_files_have_the_described_form(client: FlaskClient) -> None:
    lines = client.get("/en/search.jsonl?q=police+rss").text.splitlines()
    assert len(lines) > 20
    for line in map(json.loads, lines):
        assert [error.message for error in validator("ListedMandate").iter_errors(line)] == []
        assert sorted(set(undescribed(line, COMPONENTS["ListedMandate"]))) == []


def test_every_problem_has_its_status_in_the_description(client: FlaskClient) -> None:
    for operation in DOCUMENT["paths"].values():
        responses = operation["get"]["responses"]
        assert {"200", "304", "400", "404", "429", "500", "503"} <= set(responses)
    mandate = DOCUMENT["paths"]["/api/v1/mandates/{mandate_id}"]["get"]["responses"]
    assert {"301", "410"} <= set(mandate)


def test_examples_can_be_read_by_what_they_are_examples_of() -> None:
    for operation in DOCUMENT["paths"].values():
        for parameter in operation["get"]["parameters"]:
            schema, example = parameter["schema"], parameter["example"]
            # Python's own expressions have no names for classes of letters
            text = json.dumps(schema).replace(r"\\p{L}\\p{N}", r"\\w")
            jsonschema.validate(example, json.loads(text), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_for_people_says_the_same(client: FlaskClient, language: str) -> None:
    page = client.get(f"/{language}/api")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert page.headers["ETag"]
    for endpoint in ENDPOINTS:
        assert f'<code translate="no">{endpoint.path}</code>' in page.text
        for name in endpoint.parameters:
            assert f'<th scope="row"><code translate="no">{name}</code>' in page.text
    assert "%(" not in page.text
    assert "<script" not in page.text.replace('<script src="/static/', "")


def test_commands_on_the_page_lead_to_the_server_that_shows_it(client: FlaskClient) -> None:
    page = client.get("/en/api", base_url="http://localhost:8123").text
    addresses = re.findall(r"curl (?:-OJ )?&#39;([^&]*(?:&amp;[^&]*)*)&#39;", page)
    assert len(addresses) + len(re.findall(r"curl (?:-OJ )?http", page)) == len(ENDPOINTS)
    assert {urlsplit(address).netloc for address in addresses} == {"localhost:8123"}
    assert document("https://a.example/sub")["servers"] == [{"url": "https://a.example/sub"}]
