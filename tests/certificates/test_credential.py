from __future__ import annotations

import json

import pytest

from certificates.codes import parse_code
from certificates.credential import credential_id, open_badge, status_list_url
from certificates.wording import duration


def test_the_shape_that_every_verifier_accepts(claims, office):
    document = open_badge(claims)
    assert document["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]
    assert document["id"] == f"{claims.public_url}/c/{claims.code}" == credential_id(claims.public_url, claims.code)
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"]["id"] == office.did
    assert document["validFrom"] == document["awardedDate"] == "2026-11-20T08:00:00Z"
    assert document["validUntil"] == "2029-11-19T22:59:59Z"
    assert "proof" not in document
    assert "image" not in json.dumps(document)


def test_every_claim_is_in_the_document(claims):
    document = open_badge(claims)
    subject, issuer, status = document["credentialSubject"], document["issuer"], document["credentialStatus"]
    achievement = subject["achievement"]
    assert document["name"] == claims.title
    assert document["description"] == claims.statement
    assert (issuer["name"], issuer["email"], issuer["url"]) == (
        claims.issuer_name,
        claims.issuer_email,
        claims.public_url,
    )
    assert [identity["identityHash"] for identity in subject["identifier"]] == [claims.holder_name]
    assert subject["licenseNumber"] == claims.number
    assert subject["activityEndDate"] == "2026-11-19T00:00:00Z"
    assert achievement["id"] == achievement["criteria"]["id"] == claims.program_url
    assert (achievement["humanCode"], achievement["version"]) == (claims.program_id, claims.program_version)
    assert (achievement["name"], achievement["description"]) == (claims.program_title, claims.description)
    assert achievement["inLanguage"] == claims.language
    assert status["statusListCredential"] == status_list_url(claims.public_url, claims.issuer_slug, claims.status_list)
    assert status["statusListIndex"] == "94567"
    assert parse_code(document["id"].rpartition("/")[2]) == claims.code


def test_the_narratives_say_what_has_no_field(claims):
    subject = open_badge(claims)["credentialSubject"]
    criteria = subject["achievement"]["criteria"]["narrative"].replace("\u00a0", " ")
    holder = subject["narrative"].replace("\u00a0", " ")
    for words in (
        claims.criteria,
        claims.statement,
        claims.disclaimer,
        *claims.legal_basis,
        "Wymiar programu: 1 godz. 40 min (planowany)",
        "Stan prawny na 1 listopada 2026 r.",
    ):
        assert words in criteria
    for words in (
        "Numer: FILAR/ZPOS2/2026/000123",
        "Data ukończenia: 19 listopada 2026 r.",
        "Data wydania: 20 listopada 2026 r.",
        "Ważność: do 19 listopada 2029 r.",
        "Tożsamość: potwierdzona przez osobę koordynującą",
    ):
        assert words in holder


def test_the_result_says_only_that_the_program_was_completed(claims):
    subject = open_badge(claims)["credentialSubject"]
    (result,), (description,) = subject["result"], subject["achievement"]["resultDescription"]
    assert result == {"type": ["Result"], "resultDescription": description["id"], "status": "Completed"}
    assert description["resultType"] == "Status"
    assert not {"valueMin", "valueMax", "requiredValue"} & description.keys()


def test_what_is_not_known_is_left_out(make_claims):
    document = open_badge(make_claims(valid_until=None, issuer_email=None, legal_basis=()))
    assert "validUntil" not in document
    assert "email" not in document["issuer"]
    assert "bezterminowo" in document["credentialSubject"]["narrative"]
    assert "Tło prawne" not in json.dumps(document, ensure_ascii=False)


def test_every_value_is_text_or_a_boolean(claims):
    def leaves(node):
        if isinstance(node, dict | list):
            for value in node.values() if isinstance(node, dict) else node:
                yield from leaves(value)
        else:
            yield node

    assert {type(leaf) for leaf in leaves(open_badge(claims))} == {str, bool}


def test_an_unknown_template_is_refused(make_claims):
    with pytest.raises(ValueError, match="template 2"):
        open_badge(make_claims(template=2))


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (40, "40 min"), (60, "1 godz."), (100, "1 godz. 40 min"), (600, "10 godz.")]
)
def test_minutes_in_words(minutes, words):
    assert duration(minutes).replace("\u00a0", " ") == words
