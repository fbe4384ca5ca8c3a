"""The OpenAPI document: valid, complete, and true about what is refused."""

from __future__ import annotations

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lms_core.services.tokens import Scope
from tests.api.client import PROBLEM
from tests.road import Site


@pytest.fixture
def document(site: Site) -> dict:
    answer = site.visitor().get("/api/v1/openapi.json")
    assert answer.content_type == "application/json"
    assert "Set-Cookie" not in answer.headers
    return answer.json


def operations(document: dict) -> list[dict]:
    return [path[method] for path in document["paths"].values() for method in ("get", "post") if method in path]


def test_it_is_valid(document: dict) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_stands_in_it(site: Site, document: dict) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert len(rules) - 1 == len(operations(document))  # less the document itself
    assert len({one["operationId"] for one in operations(document)}) == len(operations(document))


def test_every_operation_names_its_scope_or_is_public(document: dict) -> None:
    public = [one["operationId"] for one in operations(document) if not one["security"]]
    assert public == ["verify", "verify_posted"]
    scopes = {scope for one in operations(document) if one["security"] for scope in one["security"][0]["token"]}
    assert scopes == set(Scope)
    assert document["components"]["securitySchemes"].keys() == {"token", "session", "csrf"}


def test_every_refusal_is_problem_json_with_an_example(document: dict) -> None:
    components = document["components"]
    for one in operations(document):
        refusals = {status: answer for status, answer in one["responses"].items() if int(status) >= 400}
        assert refusals.keys() >= {"429", "503"}
        for answer in refusals.values():
            content = components["responses"][answer["$ref"].rpartition("/")[2]]["content"]
            assert content.keys() == {PROBLEM}
            assert content[PROBLEM]["example"].keys() == components["schemas"]["Problem"]["properties"].keys()


def test_every_body_has_an_example_and_no_unknown_field(document: dict) -> None:
    schemas = document["components"]["schemas"]
    for one in operations(document):
        for media in one.get("requestBody", {}).get("content", {}).values():
            assert media["example"]
            assert schemas[media["schema"]["$ref"].rpartition("/")[2]]["additionalProperties"] is False


def test_no_field_of_an_open_attempt_can_hold_a_key(document: dict) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ItemView"]["properties"].keys() == {
        *("id", "kind", "form", "prompt", "points", "choices", "targets", "unit", "scenario"),
    }
    assert schemas["NamedText"]["properties"].keys() == {"id", "text"}
    assert schemas["Scenario"]["properties"].keys() == {"id", "title", "text"}
