"""Typed tables and nothing else: what people did, never what programs say."""

from lms_core.models.access import ApiToken, PasswordReset, Registration
from lms_core.models.base import Base
from lms_core.models.certification import (
    Credential,
    CredentialClaims,
    CredentialIssue,
    Issuer,
    IssuerKey,
    NumberCounter,
    StatusList,
)
from lms_core.models.learning import (
    WITHDRAWN,
    Attempt,
    Edition,
    Enrolment,
    OutcomeRow,
    ProgramSnapshot,
    ResponseEvent,
    UnitFact,
)
from lms_core.models.operations import JobRow, Lease, LetterRow
from lms_core.models.people import Accommodation, AuditEvent, EntitlementRow, Membership, Organisation, Person

__all__ = [
    "WITHDRAWN",
    "Accommodation",
    "ApiToken",
    "Attempt",
    "AuditEvent",
    "Base",
    "Credential",
    "CredentialClaims",
    "CredentialIssue",
    "Edition",
    "Enrolment",
    "EntitlementRow",
    "Issuer",
    "IssuerKey",
    "JobRow",
    "Lease",
    "LetterRow",
    "Membership",
    "NumberCounter",
    "Organisation",
    "OutcomeRow",
    "PasswordReset",
    "Person",
    "ProgramSnapshot",
    "Registration",
    "ResponseEvent",
    "StatusList",
    "UnitFact",
]
