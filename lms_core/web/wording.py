"""What the page of verification says: of each verdict what is known and what to do, and the facts of a certificate.

The facts read in Polish as the paper has them (`certificates/wording.py`); the page can say them in English too.
"""

from __future__ import annotations

from dataclasses import dataclass

from certificates.claims import Claims
from certificates.verification import Verdict
from lms_core.domain.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class Wording:
    tone: str
    headline: str
    explanation: str


VERDICTS = {
    Verdict.VALID: Wording(
        "good",
        say("Zaświadczenie jest ważne"),
        say(
            "Podpis wystawcy jest prawidłowy, a\u00a0dokumentu nie unieważniono. Porównaj inicjały, numer i\u00a0daty "
            "z\u00a0dokumentem, który masz przed sobą."
        ),
    ),
    Verdict.EXPIRED: Wording(
        "warn",
        say("Zaświadczenie straciło ważność"),
        say("Dokument jest autentyczny, ale termin jego ważności minął."),
    ),
    Verdict.REVOKED: Wording(
        "bad",
        say("Zaświadczenie unieważniono"),
        say("Wystawca wycofał ten dokument. Nie należy go przyjmować."),
    ),
    Verdict.SUPERSEDED: Wording(
        "warn",
        say("Zaświadczenie zastąpiono nowszym"),
        say("Wystawca wydał poprawiony dokument. Poproś o aktualne zaświadczenie."),
    ),
    Verdict.ERASED: Wording(
        "warn",
        say("Dane posiadacza usunięto"),
        say(
            "Zaświadczenie o tym numerze zostało wystawione, ale wystawca nie przechowuje już danych osoby "
            "i\u00a0nie potwierdza jego treści."
        ),
    ),
    Verdict.ALTERED: Wording(
        "bad",
        say("Podpis się nie zgadza"),
        say("Zapisane dane nie odpowiadają podpisowi wystawcy. Nie przyjmuj dokumentu i\u00a0zawiadom wystawcę."),
    ),
    Verdict.UNKNOWN_ISSUER: Wording(
        "bad",
        say("Nieznany wystawca"),
        say("Podpis nie pochodzi od wystawcy, którego zna ten serwis."),
    ),
    Verdict.UNKNOWN: Wording(
        "bad",
        say("Nie znamy takiego zaświadczenia"),
        say(
            "Sprawdź kod na dokumencie. Jeśli przepisano go dobrze, tego dokumentu nie wystawiono w\u00a0tym "
            "serwisie – nie przyjmuj go."
        ),
    ),
    Verdict.VALID_STATUS_UNKNOWN: Wording(
        "warn",
        say("Podpis jest prawdziwy, statusu nie sprawdzono"),
        say("Nie udało się sprawdzić, czy zaświadczenia nie unieważniono. Spróbuj ponownie później."),
    ),
}
CHECK_LABELS = {
    "signature": say("Podpis"),
    "issuer": say("Wystawca"),
    "period": say("Termin ważności"),
    "status": say("Rejestr unieważnień"),
}
CHECK_TEXTS = {
    ("signature", "ok"): say("Podpis cyfrowy wystawcy jest prawidłowy."),
    ("signature", "failed"): say("Podpis cyfrowy nie zgadza się z\u00a0treścią."),
    ("signature", "unknown"): say("Nie ma treści, którą można by sprawdzić."),
    ("issuer", "ok"): say("Wystawca jest znany temu serwisowi."),
    ("issuer", "failed"): say("Wystawca nie jest znany temu serwisowi."),
    ("issuer", "unknown"): say("Wystawcy nie udało się ustalić."),
    ("period", "ok"): say("Zaświadczenie jest w\u00a0terminie ważności."),
    ("period", "failed"): say("Termin ważności minął albo jeszcze się nie zaczął."),
    ("period", "unknown"): say("Terminu nie udało się sprawdzić."),
    ("status", "ok"): say("Nie zostało unieważnione ani zastąpione (sprawdzono teraz w\u00a0rejestrze)."),
    ("status", "failed"): say("Wystawca już nie potwierdza tego zaświadczenia."),
    ("status", "unknown"): say("Nie udało się sprawdzić w\u00a0rejestrze."),
}
IDENTITY = {
    "self_declared": say("niepotwierdzona (imię i\u00a0nazwisko wpisano przy zakładaniu konta)"),
    "coordinator": say("potwierdzona przez osobę koordynującą"),
    "document": say("potwierdzona dokumentem tożsamości"),
    "eid": say("potwierdzona środkiem identyfikacji elektronicznej"),
}
HOUR = 60


def validity(claims: Claims) -> Sentence:
    """Return `do 31 grudnia 2029 r.` or `bezterminowo`."""
    return say("bezterminowo") if claims.valid_through is None else say("do\u00a0{day}", day=claims.valid_through)


def planned(claims: Claims) -> Sentence:
    """Return the program's size, with the word that says that it is planned and not measured."""
    return say("{time} (planowany)", time=_duration(claims.planned_minutes))


def _duration(minutes: int) -> Sentence:
    hours, rest = divmod(minutes, HOUR)
    if hours and rest:
        return say("{hours}\u00a0godz.\u00a0{minutes}\u00a0min", hours=hours, minutes=rest)
    return say("{hours}\u00a0godz.", hours=hours) if hours else say("{minutes}\u00a0min", minutes=rest)
