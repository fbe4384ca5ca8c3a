"""Our own canonicaliser gives pyld's bytes or nothing at all."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import proof
from certificates.canonical_quads import Graph, canonical_quads
from certificates.claims import Claims, end_of_warsaw_day
from certificates.credential import open_badge
from certificates.document_shape import check_document
from certificates.own_quads import own_quads
from certificates.proof import _pyld_quads
from tests.certificates.conftest import CLAIMS, NOW, new_office

SIGNED = new_office().issue(CLAIMS)
CERTIFICATE = open_badge(CLAIMS)
STATUS_LIST = next(document for document in new_office().documents().values() if "proof" in document)
UNSIGNED_LIST = {key: value for key, value in STATUS_LIST.items() if key != "proof"}


def _options(signed):
    options = {key: value for key, value in signed["proof"].items() if key != "proofValue"}
    return {"@context": signed["@context"], **options}


DOCUMENTS = {
    "certificate": CERTIFICATE,
    "status list": UNSIGNED_LIST,
    "options of a certificate": _options(SIGNED),
    "options of a status list": _options(STATUS_LIST),
}
every_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())

QUOTED = st.text(alphabet="ąŻ\"\\\n'<>@^_:{}. \u00a0\u2028\U0001f600nu041")
TURNED = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
PRINTED = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=TURNED)
CLAIM_TEXT = st.text(alphabet=PRINTED) | QUOTED
HOSTILE = ["@id", "@type", "", "\t\r\x00\x7f\x85", "schema:name", "_:b0", "x" * 9_000]
ANY_TEXT = st.text() | QUOTED | st.sampled_from(HOSTILE)
NAMES = st.sampled_from(
    [
        "https://filar.example/programs/a",
        "https://filar.example/c/7Q2M4KX9R0TBZZ01",
        "http://127.0.0.1:8080/i/filar/status/1#7",
        "did:web:127.0.0.1%3A8080:i:filar",
        "did:web:filar.example:i:filar#k2026-11",
        "https://filar.example/../a/./b?c=d&e=%20#",
    ]
)
FREE_CLAIMS = (
    *("number", "issuer_name", "program_id", "program_version", "title", "program_title"),
    *("description", "criteria", "statement", "disclaimer", "language"),
)
LATER_DAYS = st.dates(CLAIMS.issued_on, CLAIMS.issued_on + timedelta(9_999))
CLAIMS_FIELDS = st.fixed_dictionaries(
    dict.fromkeys(FREE_CLAIMS, CLAIM_TEXT)
    | {
        "holder_name": CLAIM_TEXT.filter(str.strip),
        "issuer_email": st.none() | CLAIM_TEXT,
        "program_url": NAMES.filter(lambda name: "#" not in name),
        "legal_basis": st.lists(CLAIM_TEXT, max_size=3).map(tuple),
        "valid_until": st.none()
        | st.dates(CLAIMS.issued_on, CLAIMS.issued_on + timedelta(9_999)).map(end_of_warsaw_day),
        "status_index": st.integers(0, 131_071),
        "planned_minutes": st.integers(0, 10_000),
    }
)


def _places(node, path=()):
    """Every path below the document, those of containers too."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key != "@context":
            yield (*path, key)
            yield from _places(value, (*path, key))


def _at(node, path):
    for key in path:
        node = node[key]
    return node


def _with(document, path, value):
    changed = deepcopy(document)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _free_places(document):
    """Where a document of the same shape may have another value: names, and texts that are no types."""
    leaves = [path for path in _places(document) if isinstance(_at(document, path), str)]
    leaves = [path for path in leaves if "type" not in path and path[-1] != "proofPurpose"]
    names = {"id", "statusListCredential", "verificationMethod"}
    is_name = {path: path[-1] in names or path == ("issuer",) for path in leaves}
    return [path for path in leaves if is_name[path]], [path for path in leaves if not is_name[path]]


@every_document
def test_our_documents_need_no_json_ld_processor(document):
    assert own_quads(document) == _pyld_quads(document)


def test_signing_and_verifying_our_documents_never_ask_pyld(monkeypatch, office, claims):
    monkeypatch.delattr(proof, "_pyld_quads")
    assert proof.proof_holds(office.issue(claims), office.keys)
    assert all(proof.proof_holds(one, office.keys) for one in office.documents().values() if "proof" in one)


@settings(deadline=None, max_examples=150)
@given(CLAIMS_FIELDS)
def test_whatever_the_claims_say_the_bytes_are_those_of_pyld(fields):
    values = {name: getattr(CLAIMS, name) for name in Claims.__dataclass_fields__}
    document = open_badge(Claims(**values | fields))
    assert own_quads(document) == _pyld_quads(document)


@every_document
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_texts_and_names_a_document_has_the_bytes_are_those_of_pyld(document, data):
    names, texts = _free_places(document)
    changed = document
    for places, values in ((names, NAMES), (texts, ANY_TEXT)):
        for path in data.draw(st.lists(st.sampled_from(places), unique=True)):
            changed = _with(changed, path, data.draw(values))
    assert own_quads(changed) == _pyld_quads(changed)


def test_two_nodes_of_one_name_are_one(claims):
    same = "https://filar.example/c/7Q2M4KX9R0TBZZ01"
    document = CERTIFICATE
    for path in _free_places(CERTIFICATE)[0]:
        document = _with(document, path, same)
    document["description"] = document["name"] = document["issuer"]["name"] = claims.title
    assert own_quads(document) == _pyld_quads(document)
    assert own_quads(document).count(f'"{claims.title}"') == 2


VALUES = (
    NAMES
    | ANY_TEXT
    | st.booleans()
    | st.integers()
    | st.sampled_from([["Profile"], "Profile", ["a", "b"], {"id": "urn:x"}, {"type": ["Profile"]}, [{"name": "a"}]])
)
KEYS = st.sampled_from(["id", "type", "name", "email", "url", "narrative", "validUntil", "parentOrg", "image", "x"])


@every_document
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_tampered_document_gives_the_bytes_of_pyld_or_none(document, data):
    changed = deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(_places(changed))))
        parent, key = _at(changed, path[:-1]), path[-1]
        match data.draw(st.sampled_from(["replace", "wrap", "remove", "rename", "add"])):
            case "replace":
                parent[key] = deepcopy(data.draw(VALUES))
            case "wrap":
                parent[key] = [parent[key]]
            case "remove" if len(changed) > 2:
                del parent[key]
            case "rename" if isinstance(parent, dict):
                parent[data.draw(KEYS)] = parent.pop(key)
            case "add" if isinstance(parent, dict):
                parent[data.draw(KEYS)] = deepcopy(data.draw(VALUES))
    try:
        check_document(changed)
    except ValueError:
        return
    own = own_quads(changed)
    assert own is None or own == _pyld_quads(changed)


@every_document
def test_a_missing_renamed_or_further_key_is_not_our_shape(document):
    for path in _places(document):
        parent, key = _at(document, path[:-1]), path[-1]
        if isinstance(parent, dict) and key not in {"email", "validUntil"}:
            rest = {name: value for name, value in parent.items() if name != key}
            for other in (rest, {**rest, f"{key}2": parent[key]}, {**parent, "image": "https://filar.example/a"}):
                changed = _with({"x": document, "@context": 1}, ("x", *path[:-1]), other)["x"]
                assert own_quads(changed) is None, path


@every_document
@pytest.mark.parametrize("value", [True, 7, 0, ["a"], {"id": "urn:x"}, None, [], {}])
def test_a_value_of_another_type_is_not_our_shape(document, value):
    for path in _places(document):
        assert own_quads(_with(document, path, value)) is None, path


@every_document
def test_what_stands_in_no_list_may_not_stand_in_one_and_the_other_way_round(document):
    for path in _places(document):
        value = _at(document, path)
        assert own_quads(_with(document, path, [value])) is None, path
        if isinstance(value, list):
            assert own_quads(_with(document, path, value[0])) is None, path
            assert own_quads(_with(document, path, value * 2)) is None, path


@every_document
def test_a_fixed_word_may_not_be_another(document):
    for path in _places(document):
        if isinstance(_at(document, path), str) and ("type" in path or path[-1] == "proofPurpose"):
            for word in ("Diploma", "authentication", "https://filar.example/a", ""):
                assert own_quads(_with(document, path, word)) is None, path


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "//a/b",
        "schema:name",
        "_:b0",
        "urn:x",
        "https:a",
        "https://",
        "https://ą",
        "https://a b",
        "did:web:a\n",
    ],
)
def test_a_name_that_expansion_could_change_is_left_to_pyld(name):
    for path in _free_places(CERTIFICATE)[0]:
        assert own_quads(_with(CERTIFICATE, path, name)) is None


def test_other_contexts_are_left_to_pyld():
    for contexts in ([*CERTIFICATE["@context"], "urn:x"], CERTIFICATE["@context"][::-1], CERTIFICATE["@context"][:1]):
        assert own_quads({**CERTIFICATE, "@context": contexts}) is None
    assert own_quads({**UNSIGNED_LIST, "@context": CERTIFICATE["@context"]}) is None


def test_a_signed_document_of_another_shape_still_holds_through_pyld(office, claims):
    document = open_badge(claims)
    document["credentialSubject"]["achievement"]["tag"] = ["ewakuacja", "schronienie"]
    assert own_quads(document) is None
    signed = proof.add_proof(document, signer=office.signer, did=office.did, created=NOW)
    assert proof.proof_holds(signed, office.keys)


def test_nameless_nodes_that_look_the_same_are_left_to_pyld():
    graph = Graph()
    for _ in range(2):
        graph.triples.add((graph.new_node(), "<urn:p>", '"same"'))
    assert canonical_quads(graph) is None


def test_nameless_nodes_are_numbered_by_their_hashes():
    """The example of RDF Dataset Canonicalization 1.0, section 4.6.2, figure 3."""
    graph = Graph()
    e0, e1 = graph.new_node(), graph.new_node()
    graph.triples |= {
        ("<http://example.com/#p>", "<http://example.com/#q>", e0),
        ("<http://example.com/#p>", "<http://example.com/#r>", e1),
        (e0, "<http://example.com/#s>", "<http://example.com/#u>"),
        (e1, "<http://example.com/#t>", "<http://example.com/#u>"),
    }
    assert canonical_quads(graph) == (
        "<http://example.com/#p> <http://example.com/#q> _:c14n0 .\n"
        "<http://example.com/#p> <http://example.com/#r> _:c14n1 .\n"
        "_:c14n0 <http://example.com/#s> <http://example.com/#u> .\n"
        "_:c14n1 <http://example.com/#t> <http://example.com/#u> .\n"
    )
