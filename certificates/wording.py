"""Polish words for the facts of a certificate, shared by the JSON and the paper so that they cannot differ."""

from __future__ import annotations

from datetime import date

from certificates.claims import Claims

_MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip
_IDENTITY = {
    "self_declared": "niepotwierdzona (imię i\u00a0nazwisko wpisano przy zakładaniu konta)",
    "coordinator": "potwierdzona przez osobę koordynującą",
    "document": "potwierdzona dokumentem tożsamości",
    "eid": "potwierdzona środkiem identyfikacji elektronicznej",
}
_MINUTES_IN_HOUR = 60


def long_date(day: date) -> str:
    """`20 listopada 2026 r.` with spaces that do not break."""
    return f"{day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}\u00a0r."


def duration(minutes: int) -> str:
    """`1 godz. 40 min`, `2 godz.` or `40 min`, with spaces that do not break."""
    hours, rest = divmod(minutes, _MINUTES_IN_HOUR)
    parts = [f"{hours}\u00a0godz."] * bool(hours) + [f"{rest}\u00a0min"] * bool(rest or not hours)
    return "\u00a0".join(parts)


def planned(claims: Claims) -> str:
    """The program's size, with the word that says that it is planned and not measured."""
    return f"{duration(claims.planned_minutes)} (planowany)"


def validity(claims: Claims) -> str:
    """`do 31 grudnia 2029 r.` or `bezterminowo`."""
    return "bezterminowo" if claims.valid_through is None else f"do\u00a0{long_date(claims.valid_through)}"


def law(claims: Claims) -> str:
    """`na 1 listopada 2026 r.`: the day whose law the program follows."""
    return f"na\u00a0{long_date(claims.law_as_of)}"


def identity(claims: Claims) -> str:
    """How the holder's identity was established."""
    return _IDENTITY[claims.identity_level]


def holder_narrative(claims: Claims) -> str:
    """The facts about this one certificate that Open Badges has no field of its own for."""
    lines = (
        f"Numer: {claims.number}",
        f"Data ukończenia: {long_date(claims.completed_on)}",
        f"Data wydania: {long_date(claims.issued_on)}",
        f"Ważność: {validity(claims)}",
        f"Tożsamość: {identity(claims)}",
    )
    return "\n\n".join(lines)


def criteria_narrative(claims: Claims) -> str:
    """What the program asked for, how large it is, on which law it rests, and what the certificate is not."""
    basis = [f"{PAPER['legal_basis']}: {'; '.join(claims.legal_basis)}"] * bool(claims.legal_basis)
    lines = (
        claims.criteria,
        f"Wymiar programu: {planned(claims)}",
        *basis,
        f"Stan prawny {law(claims)}",
        claims.statement,
        claims.disclaimer,
    )
    return "\n\n".join(lines)


PAPER = {
    "number": "Numer",
    "holder": "Imię i nazwisko",
    "program": "Program szkolenia",
    "legal_basis": "Tło prawne programu",
    "disclaimer": "Czym to zaświadczenie nie jest",
    "check": "Jak sprawdzić to zaświadczenie",
    "address": "Adres",
    "code": "Kod",
    "issuer": "Wystawca",
}


def how_to_check(claims: Claims) -> dict[str, str]:
    """What the paper tells a stranger to do: the address of the page stands between `before` and `after`."""
    return {
        "before": "Zeskanuj kod QR aparatem telefonu albo wpisz 16-znakowy kod na stronie\u00a0",
        "page": f"{claims.public_url}/verify",
        "after": ". Porównaj inicjały, numer i\u00a0daty z\u00a0tym dokumentem. "
        "Plik PDF zawiera załącznik credential.json z\u00a0podpisem cyfrowym wystawcy.",
    }
