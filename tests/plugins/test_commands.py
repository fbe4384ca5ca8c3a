"""`lms plugin list` and `lms plugin check`, run as their users run them."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from lms_core.cli.__main__ import cli
from lms_core.database import make_engine
from lms_core.migrations.runner import upgrade
from lms_core.plugin_host import ProgramDirectory, load_plugins
from lms_core.services import people
from lms_core.services.catalogue import store
from tests.content.sample import FILES, line_with, spoilt, write
from tests.domain.values import NOON

ROOT = Path(__file__).resolve().parents[2]
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}


def lms(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "lms_core.cli", "plugin", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=ENVIRON | environ, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_list_shows_each_plugin_with_its_state_and_the_reason(tmp_path) -> None:
    warsztat = write(tmp_path / "warsztat")
    broken = write(tmp_path / "zepsuty", {"items/temat.toml": spoilt("items/temat.toml", '"1 litr"', "5")})
    ended = lms("list", LMS_PROGRAM_PATH=f"{warsztat}:{broken}:{tmp_path / 'nie-ma'}")
    assert (ended.returncode, ended.stderr) == (0, "")
    states = {line.split()[0]: line.split()[1:] for line in ended.stdout.splitlines() if not line.startswith(" ")}
    assert states == {
        "directory:nie-ma": ["quarantined", "-"],
        "directory:warsztat": ["active", "proba"],
        "directory:zepsuty": ["quarantined", "-"],
        "kos_clubs": ["active", "kos-72-godziny"],
        "osp_training": ["active", "osp-doskonalenie"],
        "zpos_module2": ["active", "zpos-modul-2"],
    }
    reasons = [line.strip() for line in ended.stdout.splitlines() if line.startswith(" ")]
    assert any("items/temat.toml:11: błąd: pool.0.item.0.choices.0.text" in reason for reason in reasons)
    assert any("nie można odczytać pliku „program.toml”" in reason for reason in reasons)


def test_check_of_sound_programs_says_so_for_each(tmp_path) -> None:
    folders = ("plugins/zpos_module2", "plugins/kos_clubs/src/kos_clubs/content", "plugins/osp_training/src")
    ended = lms("check", *folders, write(tmp_path), "--today", "2026-11-21")
    assert (ended.returncode, ended.stderr) == (0, "")
    zpos, kos, osp, sample = ended.stdout.splitlines()
    assert zpos.startswith("plugins/zpos_module2/src/zpos_module2/content: w porządku: zpos-modul-2 ")
    assert "kos-72-godziny" in kos
    assert "osp-doskonalenie" in osp
    assert sample == f"{tmp_path}: w porządku: proba 1.0.0, jednostek: 4, pytań: 5"


def test_check_names_every_mistake_by_file_and_line_and_goes_on(tmp_path) -> None:
    program = spoilt("program.toml", "count = 3", "count = 4").replace("valid_months = 12", "valid_months = 0")
    items = spoilt("items/temat.toml", "answer = true", 'answer = "tak"')
    bad = write(tmp_path / "src" / "zla" / "content", {"program.toml": program, "items/temat.toml": items})
    ended = lms("check", tmp_path, "plugins/osp_training")
    assert (ended.returncode, ended.stderr) == (1, "")
    first, second, total, *rest = ended.stdout.splitlines()
    answer = line_with(items, 'answer = "tak"')
    assert first.startswith(f"{bad}/items/temat.toml:{answer}: błąd: pool.0.item.2.answer: pytanie prawda/fałsz wymaga")
    months = line_with(program, "valid_months")
    assert second == f"{bad}/program.toml:{months}: błąd: certificate.valid_months: ma być liczbą od 1 do 600"
    assert total == f"{bad}: błędy: 2, ostrzeżenia: 0, wskazówki: 0"
    assert "osp-doskonalenie" in rest[-1]


def test_warnings_and_hints_alone_are_no_failure(tmp_path) -> None:
    write(tmp_path, {"lessons/syreny.md": FILES["lessons/syreny.md"] + "\n[dalej](dalej.md)\n"})
    ended = invoke(str(tmp_path), "--today", "2027-05-22")
    lesson, law, total = ended.output.splitlines()
    assert (ended.exit_code, lesson.partition(": odnośnik")[0]) == (0, f"{tmp_path}/lessons/syreny.md:34: ostrzeżenie")
    assert law.startswith(f"{tmp_path}/program.toml:{line_with(FILES['program.toml'], 'review_by')}: ostrzeżenie: stan")
    assert total == f"{tmp_path}: bez błędów, ostrzeżenia: 2, wskazówki: 0: proba 1.0.0, jednostek: 4, pytań: 5"


def test_paths_can_be_opened_from_where_the_command_was_started(tmp_path, monkeypatch) -> None:
    write(tmp_path / "program", {"lessons/syreny.md": "### Za głęboko\n"})
    for start, folder, shown in ((tmp_path, "program", "program/"), (tmp_path / "program", ".", "")):
        monkeypatch.chdir(start)
        ended = invoke(folder)
        assert ended.exit_code == 1
        assert ended.output.startswith(f"{shown}lessons/syreny.md:1: błąd: nagłówek ###")
        assert Path(ended.output.partition(":")[0]).is_file()


def test_changed_content_is_compared_with_an_older_directory(tmp_path) -> None:
    old = write(tmp_path / "old")
    new = write(tmp_path / "new", {"lessons/syreny.md": FILES["lessons/syreny.md"] + "Nowe zdanie.\n"})
    assert invoke(str(old), "--against", str(old)).exit_code == 0
    ended = invoke(str(new), "--against", str(old), "--today", "2026-11-21")
    version = line_with(FILES["program.toml"], "version =")
    assert ended.exit_code == 1
    assert ended.output.startswith(f"{new}/program.toml:{version}: błąd: treść zmieniła się pod wersją 1.0.0")
    write(tmp_path / "new", {"program.toml": spoilt("program.toml", '"1.0.0"', '"1.0.1"')})
    assert invoke(str(new), "--against", str(old)).exit_code == 0


def test_only_the_same_program_that_can_be_read_is_compared(tmp_path) -> None:
    root = write(tmp_path / "proba")
    other = invoke(str(root), "--against", str(ROOT / "plugins/kos_clubs"))
    assert (other.exit_code, "wskazuje inny program: kos-72-godziny, a nie proba" in other.stderr) == (2, True)
    broken = write(tmp_path / "zepsuty", {"program.toml": "id = "})
    unread = invoke(str(root), "--against", str(broken))
    assert (unread.exit_code, "nie da się porównać" in unread.stderr) == (1, True)
    assert "program.toml:1: błąd: to nie jest poprawny TOML" in unread.stderr


def test_changed_content_is_compared_with_what_the_installation_stored(tmp_path) -> None:
    root, url = write(tmp_path / "warsztat"), f"sqlite:///{tmp_path / 'filar.sqlite'}"
    engine = make_engine(url)
    upgrade(engine)
    with Session(engine) as session, session.begin():
        people.ensure_organisation(session, "Szkoła", now=NOON)
        session.flush()
        store(session, load_plugins([ProgramDirectory(root)]), now=NOON)
    engine.dispose()
    assert lms("check", root, LMS_DATABASE_URL=url).returncode == 0
    write(root, {"lessons/syreny.md": FILES["lessons/syreny.md"] + "Nowe zdanie.\n"})
    ended = lms("check", root, LMS_DATABASE_URL=url)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "program.toml:3: błąd: treść zmieniła się pod wersją 1.0.0: podnieś version" in ended.stdout
    assert lms("check", root).returncode == 0


def test_a_rule_in_python_is_left_to_the_tests_of_its_package(tmp_path) -> None:
    program = FILES["program.toml"]
    package = tmp_path / "src" / "wlasny"
    write(package / "content", {"program.toml": program[: program.index("[completion]")]})
    plain = invoke(str(package / "content"))
    assert (plain.exit_code, "completion: brakuje tego klucza" in plain.output) == (1, True)
    (package / "__init__.py").write_text("raise RuntimeError")
    ended = invoke(str(tmp_path), "--today", "2026-11-21")
    hint, total = ended.output.splitlines()
    assert (ended.exit_code, hint.startswith(f"{package}/content/program.toml: wskazówka: warunek")) == (0, True)
    assert "wskazówki: 1: proba 1.0.0" in total


def test_check_of_a_folder_without_a_program_fails_in_one_sentence(tmp_path) -> None:
    (tmp_path / "woda.md").write_text(FILES["lessons/woda.md"])
    ended = invoke(str(tmp_path))
    assert ended.exit_code == 1
    assert ended.stderr == f"Error: w katalogu {tmp_path} nie ma pliku program.toml (ani w jego src/*/content)\n"


def test_a_wrong_call_is_told_in_a_sentence(tmp_path) -> None:
    file = write(tmp_path) / "program.toml"
    calls = {
        "to plik, a potrzebny jest katalog programu": [str(file)],
        "nie istnieje; podaj katalog": [str(tmp_path / "nie-ma")],
        "Missing argument": [],
        "does not match the format": [str(tmp_path), "--today", "jutro"],
    }
    for says, arguments in calls.items():
        ended = invoke(*arguments)
        assert (ended.exit_code, says in ended.stderr) == (2, True), ended.stderr


def invoke(*arguments: str) -> Result:
    return CliRunner(env=dict.fromkeys(("LMS_DATA_DIR", "LMS_DATABASE_URL"))).invoke(
        cli, ["plugin", "check", *arguments]
    )
