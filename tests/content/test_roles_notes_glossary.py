"""What a program says to learners in their roles, and the words it explains."""

from pathlib import Path

import pytest

from lms_core.content.loader import load_program as load
from lms_core.content.snapshot import canonical_json, program_from
from lms_core.domain.learners import Entitlement
from lms_core.domain.program import TrainingProgram
from tests.content.sample import PROGRAM, problems, write

ROLES = """
[[role]]
id = "wojt"
title = "Wójt"
duty = "Szkoli się w 3 miesiące."
first_months = 3
repeat_months = 12
entitlement = "voivode"
"""
ENTITLED = """
[certificate.entitled]
title = "Zaświadczenie o szkoleniu"
statement = "Szkolenie ukończono."
disclaimer = "Porównaj z rozporządzeniem."
"""
NOTES = '[[note]]\nunit = "lekcja"\nroles = ["wojt"]\ntext = "To należy do Ciebie."\n'
TERMS = '[[term]]\nterm = "syrena"\nforms = ["syreny"]\ndefinition = "Urządzenie alarmowe."\nsource = "§ 3"\n'
WHOLE = PROGRAM.replace("audience = {", 'glossary = "glossary.toml"\nnotes = "notes.toml"\naudience = {', 1)


def whole(root: Path, **changed: str) -> Path:
    files = {"program": WHOLE + ROLES + ENTITLED, "notes": NOTES, "glossary": TERMS} | changed
    return write(root, {f"{name}.toml": text for name, text in files.items()})


@pytest.fixture
def program(tmp_path: Path) -> TrainingProgram:
    return load(whole(tmp_path))


def test_they_are_read_and_kept_in_the_snapshot(program: TrainingProgram) -> None:
    again = program_from(canonical_json(program))
    assert again == program
    role = again.role("wojt")
    assert role
    assert (role.first_months, role.repeat_months, role.entitlement) == (3, 12, Entitlement.VOIVODE)
    assert again.glossary[0].forms == ("syreny",)


def test_a_note_is_for_its_roles_and_unit_only(program: TrainingProgram) -> None:
    assert [str(note.text) for note in program.notes_for("lekcja", "wojt")] == ["To należy do Ciebie."]
    assert program.notes_for("syreny", "wojt") == ()
    assert program.notes_for("lekcja", "radny") == ()
    assert program.notes_for("lekcja", None) == ()


def test_the_certificate_says_more_only_where_the_provider_is_entitled(program: TrainingProgram) -> None:
    design = program.certificate
    assert design
    assert str(design.worded(entitled=True).title) == "Zaświadczenie o szkoleniu"
    assert design.worded(entitled=False) == design
    assert design.worded(entitled=True).criteria == design.criteria


def test_a_program_without_them_keeps_its_digest(tmp_path: Path) -> None:
    plain = canonical_json(load(write(tmp_path)))
    assert not any(key in plain for key in ('"role"', '"notes"', '"glossary"', '"figures"', '"entitled"'))


@pytest.mark.parametrize(
    ("changed", "file", "says"),
    [
        ({"notes": NOTES.replace("lekcja", "niema")}, "notes.toml", "jednostki „niema”"),
        ({"notes": NOTES.replace('"wojt"', '"krol"')}, "notes.toml", "roli „krol”"),
        ({"notes": NOTES + "x = 1\n"}, "notes.toml", "nieznany klucz"),
        ({"glossary": TERMS + TERMS.replace("syrena", "Syrena")}, "glossary.toml", "powtarza się"),
        ({"glossary": TERMS + "\n[other]\na = 1\n"}, "glossary.toml", "jest tylko [[term]]"),
        ({"program": WHOLE + ROLES + ROLES}, "program.toml", "identyfikator roli „wojt” powtarza się"),
        (
            {"program": WHOLE + ROLES.replace('entitlement = "voivode"\n', "") + ENTITLED},
            "program.toml",
            "kto może szkolić",
        ),
        ({"program": WHOLE + ROLES.replace("voivode", "king")}, "program.toml", "ma być jednym z"),
    ],
)
def test_mistakes_are_named_with_their_file(tmp_path: Path, changed: dict[str, str], file: str, says: str) -> None:
    found = problems(whole(tmp_path, **changed))
    assert [one for one in found if one.file == file and says in one.message], found
    assert all(one.line for one in found)
