"""The verdicts of verification, in Polish: one sentence that says what is known and one that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.verification import Verdict


@dataclass(frozen=True, slots=True)
class Wording:
    tone: str
    headline: str
    explanation: str


VERDICTS = {
    Verdict.VALID: Wording(
        "good",
        "Zaświadczenie jest ważne",
        "Podpis wystawcy jest prawidłowy, a\u00a0dokumentu nie unieważniono. Porównaj inicjały, numer i\u00a0daty "
        "z\u00a0dokumentem, który masz przed sobą.",
    ),
    Verdict.EXPIRED: Wording(
        "warn",
        "Zaświadczenie straciło ważność",
        "Dokument jest autentyczny, ale termin jego ważności minął.",
    ),
    Verdict.REVOKED: Wording(
        "bad",
        "Zaświadczenie unieważniono",
        "Wystawca wycofał ten dokument. Nie należy go przyjmować.",
    ),
    Verdict.SUPERSEDED: Wording(
        "warn",
        "Zaświadczenie zastąpiono nowszym",
        "Wystawca wydał poprawiony dokument. Poproś o aktualne zaświadczenie.",
    ),
    Verdict.ERASED: Wording(
        "warn",
        "Dane posiadacza usunięto",
        "Zaświadczenie o tym numerze zostało wystawione, ale wystawca nie przechowuje już danych osoby "
        "i\u00a0nie potwierdza jego treści.",
    ),
    Verdict.ALTERED: Wording(
        "bad",
        "Podpis się nie zgadza",
        "Zapisane dane nie odpowiadają podpisowi wystawcy. Nie przyjmuj dokumentu i\u00a0zawiadom wystawcę.",
    ),
    Verdict.UNKNOWN_ISSUER: Wording(
        "bad",
        "Nieznany wystawca",
        "Podpis nie pochodzi od wystawcy, którego zna ten serwis.",
    ),
    Verdict.UNKNOWN: Wording(
        "bad",
        "Nie znamy takiego zaświadczenia",
        "Sprawdź kod na dokumencie. Jeśli przepisano go dobrze, tego dokumentu nie wystawiono w\u00a0tym serwisie – "
        "nie przyjmuj go.",
    ),
    Verdict.VALID_STATUS_UNKNOWN: Wording(
        "warn",
        "Podpis jest prawdziwy, statusu nie sprawdzono",
        "Nie udało się sprawdzić, czy zaświadczenia nie unieważniono. Spróbuj ponownie później.",
    ),
}
CHECK_LABELS = {
    "signature": "Podpis",
    "issuer": "Wystawca",
    "period": "Termin ważności",
    "status": "Rejestr unieważnień",
}
CHECK_TEXTS = {
    ("signature", "ok"): "Podpis cyfrowy wystawcy jest prawidłowy.",
    ("signature", "failed"): "Podpis cyfrowy nie zgadza się z\u00a0treścią.",
    ("signature", "unknown"): "Nie ma treści, którą można by sprawdzić.",
    ("issuer", "ok"): "Wystawca jest znany temu serwisowi.",
    ("issuer", "failed"): "Wystawca nie jest znany temu serwisowi.",
    ("issuer", "unknown"): "Wystawcy nie udało się ustalić.",
    ("period", "ok"): "Zaświadczenie jest w\u00a0terminie ważności.",
    ("period", "failed"): "Termin ważności minął albo jeszcze się nie zaczął.",
    ("period", "unknown"): "Terminu nie udało się sprawdzić.",
    ("status", "ok"): "Nie zostało unieważnione ani zastąpione (sprawdzono teraz w\u00a0rejestrze).",
    ("status", "failed"): "Wystawca już nie potwierdza tego zaświadczenia.",
    ("status", "unknown"): "Nie udało się sprawdzić w\u00a0rejestrze.",
}
