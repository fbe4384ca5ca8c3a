"""Canonical N-Quads of our own documents, written straight from their fixed shapes.

A document that has exactly the contexts, keys, types and lists of a template of ours needs no JSON-LD processor:
the pinned contexts turn each key into always the same predicate. Every other document is left to pyld, and where
both can be asked they give the same bytes.

Standards: JSON-LD 1.1 API, section 8.1 (a document as RDF); VC Data Integrity EdDSA Cryptosuites 1.0, sections
3.2.3 and 3.2.5 (document and proof options are canonicalised apart).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from certificates.canonical_quads import Graph, canonical_quads
from certificates.context_files import BADGE_CONTEXTS, STATUS_CONTEXTS

_Form = Callable[[Any, Graph], str]
"""Takes a value of the document, adds the triples below it and returns the term that stands for it."""
_Fields = Mapping[str, tuple[str, _Form]]
"""Key of the document to predicate and form."""
_Types = tuple[str | list[str] | None, list[str]]
"""`type` as the document writes it, and the names that it stands for."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"'})
"""As far as texts of ours need it: RDFC-1.0, section 5.2, has more for control characters, which claims refuse."""
_BADGE = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_VC = "https://www.w3.org/2018/credentials#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_SECURITY = "https://w3id.org/security#"
_THING = "https://schema.org/"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SCHEMA_TYPE = "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019"
_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
# The Open Badges contexts misspell XML Schema's address, and `awardedDate` has its datatype unexpanded: it is what
# every JSON-LD processor signs.
_BADGE_XSD = "https://www.w3.org/2001/XMLSchema#"
_BADGE_DATE_TIME = "xsd:dateTime"

# Names that expansion leaves as they are: neither relative nor with a prefix that a context defines.
_UNCHANGED = re.compile(r'(?:https?://|did:web:)(?:(?![<>"{}|\\^`])[!-~])+')


class _OtherShapeError(Exception):
    """The document is not one of ours."""


def own_quads(document: Mapping[str, Any]) -> str | None:
    """The canonical N-Quads of a document that `check_document` accepts; None when its shape is not ours."""
    body = {key: value for key, value in document.items() if key != "@context"}
    for contexts, form in _SHAPES:
        if document["@context"] == contexts:
            try:
                graph = Graph()
                form(body, graph)
                return canonical_quads(graph)
            except _OtherShapeError:
                continue
    return None


def _text(datatype: str | None = None) -> _Form:
    suffix = f"^^<{datatype}>" if datatype else ""

    def write(value: Any, _graph: Graph) -> str:
        if not isinstance(value, str):
            raise _OtherShapeError
        return f'"{value.translate(_ESCAPES)}"{suffix}'

    return write


def _name(value: Any, _graph: Graph) -> str:
    if not isinstance(value, str) or not _UNCHANGED.fullmatch(value):
        raise _OtherShapeError
    return f"<{value}>"


def _always(expected: str | bool, term: str) -> _Form:
    def write(value: Any, _graph: Graph) -> str:
        if type(value) is not type(expected) or value != expected:
            raise _OtherShapeError
        return term

    return write


def _alone(form: _Form) -> _Form:
    """A list of one."""

    def write(value: Any, graph: Graph) -> str:
        if not isinstance(value, list) or len(value) != 1:
            raise _OtherShapeError
        return form(value[0], graph)

    return write


def _node(fields: _Fields, *, types: _Types, named: bool = True, optional: Collection[str] = ()) -> _Form:
    """A node with exactly these fields, with its `id` if it is named, and with its `type` as the first of `types`."""
    written, names = types
    allowed = {*fields, *["id"] * named, *["type"] * bool(names)}
    required = allowed.difference(optional)

    def write(value: Any, graph: Graph) -> str:
        if not isinstance(value, dict) or not required <= value.keys() <= allowed or value.get("type") != written:
            raise _OtherShapeError
        subject = _name(value["id"], graph) if named else graph.new_node()
        graph.triples.update((subject, _TYPE, f"<{name}>") for name in names)
        for key in value.keys() & fields.keys():
            predicate, form = fields[key]
            graph.triples.add((subject, f"<{predicate}>", form(value[key], graph)))
        return subject

    return write


def _texts(vocabulary: str, *keys: str) -> dict[str, tuple[str, _Form]]:
    """Fields of plain text whose predicates are the keys in a vocabulary."""
    return {key: (f"{vocabulary}{key}", _text()) for key in keys}


def _kind(vocabulary: str, word: str) -> _Types:
    return word, [f"{vocabulary}{word}"]


def _kinds(vocabulary: str, word: str) -> _Types:
    return [word], [f"{vocabulary}{word}"]


_CREDENTIAL = {
    "validFrom": (f"{_VC}validFrom", _text(_DATE_TIME)),
    "validUntil": (f"{_VC}validUntil", _text(_DATE_TIME)),
}
_PROOF_OPTIONS = _node(
    {
        "cryptosuite": (f"{_SECURITY}cryptosuite", _text(f"{_SECURITY}cryptosuiteString")),
        "proofPurpose": (f"{_SECURITY}proofPurpose", _always("assertionMethod", f"<{_SECURITY}assertionMethod>")),
        "created": ("http://purl.org/dc/terms/created", _text(_DATE_TIME)),
        "verificationMethod": (f"{_SECURITY}verificationMethod", _name),
    },
    types=_kind(_SECURITY, "DataIntegrityProof"),
    named=False,
)
_LIST = _node(
    {
        **_texts(_STATUS, "statusPurpose"),
        "encodedList": (f"{_STATUS}encodedList", _text(f"{_SECURITY}multibase")),
    },
    types=_kind(_STATUS, "BitstringStatusList"),
)
_STATUS_LIST = _node(
    {**_CREDENTIAL, "issuer": (f"{_VC}issuer", _name), "credentialSubject": (f"{_VC}credentialSubject", _LIST)},
    types=(
        ["VerifiableCredential", "BitstringStatusListCredential"],
        [f"{_VC}VerifiableCredential", f"{_STATUS}BitstringStatusListCredential"],
    ),
)
_PROFILE = _node(
    {**_texts(_THING, "name", "email"), "url": (f"{_THING}url", _text(f"{_BADGE_XSD}anyURI"))},
    types=_kinds(_BADGE, "Profile"),
    optional=["email"],
)
_IDENTITY = _node(
    {
        **_texts(_BADGE, "identityType", "identityHash", "salt"),
        "hashed": (f"{_BADGE}hashed", _always(False, f'"false"^^<{_BADGE_XSD}boolean>')),
    },
    types=_kind(_BADGE, "IdentityObject"),
    named=False,
)
_RESULT = _node(
    {
        **_texts(_BADGE, "status"),
        "resultDescription": (f"{_BADGE}resultDescription", _text(f"{_BADGE_XSD}anyURI")),
    },
    types=_kinds(_BADGE, "Result"),
    named=False,
)
_RESULT_DESCRIPTION = _node(
    {**_texts(_THING, "name"), **_texts(_BADGE, "resultType")}, types=_kinds(_BADGE, "ResultDescription")
)
_ACHIEVEMENT = _node(
    {
        **_texts(_BADGE, "achievementType", "humanCode", "version"),
        **_texts(_THING, "inLanguage", "name", "description"),
        "criteria": (f"{_BADGE}Criteria", _node(_texts(_BADGE, "narrative"), types=(None, []))),
        "resultDescription": (f"{_BADGE}resultDescription", _alone(_RESULT_DESCRIPTION)),
    },
    types=_kinds(_BADGE, "Achievement"),
)
_SUBJECT = _node(
    {
        **_texts(_BADGE, "licenseNumber", "narrative"),
        "activityEndDate": (f"{_BADGE}activityEndDate", _text(f"{_BADGE_XSD}date")),
        "identifier": (f"{_BADGE}identifier", _alone(_IDENTITY)),
        "achievement": (f"{_BADGE}achievement", _ACHIEVEMENT),
        "result": (f"{_BADGE}result", _alone(_RESULT)),
    },
    types=_kinds(_BADGE, "AchievementSubject"),
    named=False,
)
_STATUS_ENTRY = _node(
    {
        **_texts(_STATUS, "statusPurpose", "statusListIndex"),
        "statusListCredential": (f"{_STATUS}statusListCredential", _name),
    },
    types=_kind(_STATUS, "BitstringStatusListEntry"),
)
_SCHEMA = _node({}, types=("1EdTechJsonSchemaValidator2019", [_SCHEMA_TYPE]))
_CERTIFICATE = _node(
    {
        **_CREDENTIAL,
        **_texts(_THING, "name", "description"),
        "awardedDate": (f"{_BADGE}awardedDate", _text(_BADGE_DATE_TIME)),
        "issuer": (f"{_VC}issuer", _PROFILE),
        "credentialSubject": (f"{_VC}credentialSubject", _SUBJECT),
        "credentialStatus": (f"{_VC}credentialStatus", _STATUS_ENTRY),
        "credentialSchema": (f"{_VC}credentialSchema", _alone(_SCHEMA)),
    },
    types=(
        ["VerifiableCredential", "OpenBadgeCredential"],
        [f"{_VC}VerifiableCredential", f"{_BADGE}OpenBadgeCredential"],
    ),
    optional=["validUntil"],
)
_SHAPES = (
    (list(BADGE_CONTEXTS), _CERTIFICATE),
    (list(BADGE_CONTEXTS), _PROOF_OPTIONS),
    (list(STATUS_CONTEXTS), _STATUS_LIST),
    (list(STATUS_CONTEXTS), _PROOF_OPTIONS),
)
