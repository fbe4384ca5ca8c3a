"""Who lives and works in Przykładowo: invented people, and what is worth seeing as each of them."""

from __future__ import annotations

from dataclasses import dataclass

from lms_core.domain.permissions import Role

PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the gmina; `look` is "" for those who only make up the number."""

    email: str
    name: str
    look: str = ""
    role: Role = Role.LEARNER


def _account(who: str, name: str, look: str = "", role: Role = Role.LEARNER) -> Account:
    return Account(f"{who}@demo.example", name, look, role)


def _named(names: str) -> tuple[Account, ...]:
    """Return accounts whose address is an initial and the surname, without Polish letters."""
    return tuple(_account(_address(*name.split()), name) for name in names.split(", "))


def _address(first: str, last: str) -> str:
    return f"{first[0]}.{last}".lower().translate(PLAIN)


ADMIN = _account("admin", "Barbara Kowalczyk", "osoby i role, dodatkowy czas na egzaminie", Role.ADMINISTRATOR)
COORDINATOR = _account(
    "koordynator",
    "Tomasz Lewandowski",
    "„Moja organizacja”: postępy, terminy, zapis ludzi z pliku, wyniki do pliku",
    Role.COORDINATOR,
)
TRAINER = _account("trener", "Katarzyna Mazur", "„Programy – stan”: prawo, treść, statystyki pytań", Role.TRAINER)
EXAMINER = _account(
    "egzaminator", "Andrzej Pawlak", "dostaje list o wyniku, który czeka na sprawdzenie (plik .eml)", Role.EXAMINER
)
REGISTRAR = _account(
    "rejestrator", "Ewa Król", "własne zaświadczenie kończy ważność za niecałe dwa tygodnie", Role.REGISTRAR
)
MANAGERS = (ADMIN, COORDINATOR, TRAINER, EXAMINER, REGISTRAR)

BEGINNER = _account("anna", "Anna Wójcik", "zaczyna od zera: katalog, zapis, lekcje")
HEAD = _account("wojt", "Marek Nowicki", "wójt: nauka w toku, termin ustawowy za około dwa tygodnie")
READER = _account("piotr", "Piotr Zieliński", "lekcje przeczytane, przed egzaminem")
SECRETARY = _account("sekretarz", "Joanna Kamińska", "sekretarz gminy: egzamin w toku, zegar biegnie")
EXTRA_TIME = _account("renata", "Renata Michalska", "egzamin w toku z dodatkowym czasem")
GRADUATE = _account("zaneta", "Żaneta Gęślą-Jaźńska", "ma ważne zaświadczenie: PDF, kod QR, sprawdzenie")
ONE_LEFT = _account("pawel", "Paweł Dąbrowski", "dwa podejścia niezaliczone, zostało jedno")
USED_UP = _account("agnieszka", "Agnieszka Wiśniewska", "podejścia wykorzystane, czeka lekcja powtórkowa")
OUT_OF_TIME = _account("beata", "Beata Sikora", "czas egzaminu minął przed przesłaniem odpowiedzi")
IN_REVIEW = _account("grzegorz", "Grzegorz Baran", "wynik egzaminu czeka na sprawdzenie")
EXPIRED = _account("krzysztof", "Krzysztof Kozłowski", "zaświadczenie straciło ważność pół roku temu")
REVOKED = _account("magdalena", "Magdalena Jankowska", "zaświadczenie unieważnione")
VILLAGE_HEAD = _account("soltys", "Halina Krawczyk", "funkcja: sołtys; zaświadczenie z wcześniejszej wersji programu")
COUNCILLOR = _account("radny", "Stanisław Wojciechowski", "zasiada w radzie; ćwiczenia: zaliczone, nie i rozpoczęte")
LATE = _account("lukasz", "Łukasz Grabowski", "przydział obrony cywilnej: termin szkolenia już minął")
OFFICE = (
    *(BEGINNER, HEAD, READER, SECRETARY, EXTRA_TIME, GRADUATE, ONE_LEFT, USED_UP, OUT_OF_TIME, IN_REVIEW),
    *(EXPIRED, REVOKED, VILLAGE_HEAD, COUNCILLOR, LATE),
)

CHIEF = _account("naczelnik", "Rafał Wróbel", "OSP: egzamin zaliczony za drugim razem, zaświadczenie bezterminowe")
VOLUNTEER = _account("weronika", "Weronika Lis", "OSP: egzamin niezaliczony, można podejść jeszcze raz")
RESIDENT = _account("teresa", "Teresa Maj", "klub mieszkańców: program „72 godziny” ukończony")
NEIGHBOURS = (CHIEF, VOLUNTEER, RESIDENT)

SHOWN: dict[str, tuple[Account, ...]] = {
    "Prowadzą szkolenia i serwis": MANAGERS,
    "Uczą się w urzędzie, radzie i sołectwach": OFFICE,
    "Uczą się w OSP i w klubie mieszkańców": NEIGHBOURS,
}
"""Whose accounts are told at the start, under what heading."""

SOON = _account("m.zajac", "Michał Zając")
STAFF = _named(
    "Monika Adamczyk, Dorota Pietrzak, Marcin Szulc, Iwona Czerwińska, Jacek Urban, Elżbieta Wilk, Robert Cieślak, "
    "Sylwia Kubiak, Dariusz Mróz, Aneta Laskowska, Wojciech Sobczak, Jolanta Marciniak"
)
"""The office and its units: school, library, waterworks, social services."""
VOLUNTEERS = _named(
    "Kamil Sadowski, Natalia Sowa, Dawid Bąk, Patrycja Gajda, Mateusz Wrona, Karolina Żak, Adrian Kot, Justyna Banaś"
)
RESIDENTS = _named(
    "Jerzy Malinowski, Danuta Jaworska, Ryszard Stępień, Zofia Górska, Henryk Witkowski, Irena Sikorska, Jan Bielak, "
    "Maria Tomczyk, Józef Kaczmarek, Krystyna Olszewska, Edward Pietras, Helena Szymczak, Kazimierz Duda, "
    "Wanda Borkowska, Zbigniew Kurek, Lucyna Mazurek, Mirosław Frąc, Grażyna Chmiel, Leszek Wawrzyniak, "
    "Bożena Gil, Waldemar Rak, Alicja Nowak, Bogdan Zięba"
)
INVITED = _named("Ewelina Kruk, Przemysław Bednarek, Marta Szewczyk, Artur Kopeć, Kinga Janik, Norbert Głowacki")
"""On the list that the coordinator took in three days ago; their invitations lie in the outbox."""
