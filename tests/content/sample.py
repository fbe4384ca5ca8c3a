"""A small complete program directory, as text to be spoilt in one place, and the ways to write and load it."""

from collections.abc import Mapping
from pathlib import Path

from lms_core.content.loader import load_program
from lms_core.content.problems import ContentInvalid, Problem

PROGRAM = """\
# Program próbny: każda linia, na którą wskazują testy, jest jedyna w swoim rodzaju.
id = "proba"
version = "1.0.0"
language = "pl"
law_as_of = 2026-11-21
review_by = 2027-05-21
title = { pl = "Próba programu", en = "A trial program" }
summary = "Streszczenie próby"
audience = { pl = "Mieszkańcy gminy" }

[certificate]
id = "ukonczenie"
title = { pl = "Zaświadczenie próbne", en = "Trial certificate" }
statement = "Potwierdza się ukończenie próby."
disclaimer = "Nie daje uprawnień."
criteria = "Zaliczenie egzaminu."
legal_basis = [
  "art. 49 ustawy",
]
valid_months = 12

[[course]]  # kurs-woda
id = "woda"
title = "Woda w domu"
summary = "O wodzie"

[[course.unit]]  # jednostka-lekcja
id = "lekcja"
kind = "lesson"
title = "Lekcja o wodzie"
minutes = 3
body = { pl = "lessons/woda.md", en = "lessons/woda.en.md" }
sources = ["art. 49"]

[[course.unit]]  # jednostka-cwiczenie
id = "proba-sil"
kind = "assessment"
title = "Próba sił"
minutes = 4
assessment = "cwiczenie"

[[course]]  # kurs-alarm
id = "alarm"
title = "Alarm"

[[course.unit]]  # jednostka-druga-lekcja
id = "syreny"
kind = "lesson"
title = "Syreny"
minutes = 2
body = "lessons/syreny.md"
sources = ["§ 3 rozporządzenia"]

[[course.unit]]  # jednostka-egzamin
id = "final"
kind = "assessment"
title = "Egzamin końcowy"
minutes = 12
assessment = "egzamin"  # miejsce-egzaminu

[[pool]]  # pula-temat
id = "temat"
title = "Temat"
file = "items/temat.toml"

[[pool]]  # pula-rozgrzewka
id = "rozgrzewka"
title = "Rozgrzewka"
file = "items/rozgrzewka.toml"

[[pool]]  # pula-cwiczen
id = "tylko-cwiczenie"
title = "Tylko ćwiczenie"
file = "items/cwiczenie.toml"

[[assessment]]  # ocena-cwiczenie
id = "cwiczenie"
mode = "practice"
draw = [{ pool = "rozgrzewka", count = 1 }, { pool = "tylko-cwiczenie", count = 1 }]
pass_percent = 60

[[assessment]]  # ocena-egzamin
id = "egzamin"
mode = "exam"
draw = [{ pool = "temat", count = 3 }]
pass_percent = 70
attempts = 3
pause_hours = 24
time_limit_minutes = 15
grace_seconds = 20
review = "wrong"

[completion]
all_of = [{ completed = ["lekcja"] }, { any_of = [{ passed = "egzamin" }, { completed = ["syreny", "final"] }] }]
"""

ITEMS = """\
[[item]]  # pytanie-woda
id = "zapas-wody"
kind = "single_choice"
prompt = "Ile wody dziennie potrzebuje jedna osoba?"
source = "Poradnik bezpieczeństwa, s. 7"
certainty = "A"
facts = [7, 3]
law_as_of = 2026-11-21
feedback = "Trzy litry."
critical = true
choices = [
  { id = "a", text = "1 litr", feedback = "Za mało." },
  { id = "b", text = { pl = "3 litry", en = "3 litres" }, correct = true },
]

[[item]]  # pytanie-plecak
id = "plecak"
kind = "multiple_choice"
prompt = "Co trafia do plecaka?"
source = "Poradnik, s. 9"
certainty = "D"
law_as_of = 2026-11-21
feedback = \"\"\"
Woda,
[[item]] = "radio"
i dokumenty.\"\"\"
choices = [{ id = "a", text = "Woda", correct = true }, { id = "b", text = "Radio", correct = true }]

[[item]]  # pytanie-syrena
id = "syrena"
kind = "true_false"
prompt = "Alarm to dźwięk modulowany."
source = "Rozporządzenie, § 3"
certainty = "A"
law_as_of = 2026-11-21
feedback = "Tak."
answer = true
"""

PRACTICE = """\
[[item]]  # pytanie-latarka
id = "latarka"
kind = "true_false"
prompt = "Latarka wystarczy na trzy dni."
source = "Prasa"
certainty = "B"
law_as_of = 2026-11-21
feedback = "To zależy."
answer = false
"""

WARM_UP = """\
[[item]]  # pytanie-litry
id = "litry"
kind = "numeric"
prompt = "Ile litrów wody potrzebują na trzy dni dwie osoby?"
source = "Mnożenie"
certainty = "D"
law_as_of = 2026-11-21
feedback = "Osiemnaście."
answer = 18
tolerance = 0.5
unit = "litrów"
"""

FILES: Mapping[str, str] = {
    "program.toml": PROGRAM,
    "items/temat.toml": ITEMS,
    "items/cwiczenie.toml": PRACTICE,
    "items/rozgrzewka.toml": WARM_UP,
    "lessons/woda.md": "## Woda\n\n" + 30 * "Trzy litry na osobę dziennie.\n",
    "lessons/woda.en.md": "## Water\n\nThree litres each.\n",
    "lessons/syreny.md": "## Syreny\n\n" + 30 * "Dźwięk trwa trzy minuty.\n",
}


def write(root: Path, changes: Mapping[str, str | bytes] | None = None) -> Path:
    """Write the sample below `root` with some files changed; return `root`."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def spoilt(name: str, old: str, new: str) -> str:
    """One file of the sample with one place changed; the place must be there, once."""
    assert FILES[name].count(old) == 1, f"{old!r} stands {FILES[name].count(old)} times in {name}"
    return FILES[name].replace(old, new)


def line_with(text: str, fragment: str) -> int:
    """The number of the first line that holds the fragment."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if fragment in line)


def problems(root: Path) -> tuple[Problem, ...]:
    """What the loader finds wrong; () only when it loads."""
    try:
        load_program(root)
    except ContentInvalid as invalid:
        return invalid.problems or (Problem("", None, "a refusal without a reason"),)
    return ()
