"""`lms plugin list` and `lms plugin check`, run as their users run them."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from lms_core.cli.__main__ import cli
from tests.content.sample import FILES, line_with, spoilt, write

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
    ended = lms("check", "plugins/zpos_module2", "plugins/kos_clubs/src/kos_clubs/content", write(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")
    zpos, kos, sample = ended.stdout.splitlines()
    assert zpos.startswith("plugins/zpos_module2/src/zpos_module2/content: w porządku: zpos-modul-2 ")
    assert "kos-72-godziny" in kos
    assert sample == f"{tmp_path}: w porządku: proba 1.0.0, jednostek: 4, pytań: 4"


def test_check_names_every_mistake_by_file_and_line_and_goes_on(tmp_path) -> None:
    program = spoilt("program.toml", "count = 3", "count = 4").replace("valid_months = 12", "valid_months = 0")
    items = spoilt("items/temat.toml", "answer = true", 'answer = "tak"')
    bad = write(tmp_path / "src" / "zla" / "content", {"program.toml": program, "items/temat.toml": items})
    ended = lms("check", tmp_path, "plugins/osp_training")
    assert (ended.returncode, ended.stderr) == (1, "")
    first, second, osp = sorted(ended.stdout.splitlines(), key=lambda line: ("osp" in line, line))
    answer = line_with(items, 'answer = "tak"')
    assert first.startswith(f"{bad}/items/temat.toml:{answer}: błąd: pool.0.item.2.answer: pytanie prawda/fałsz wymaga")
    months = line_with(program, "valid_months")
    assert second == f"{bad}/program.toml:{months}: błąd: certificate.valid_months: ma być liczbą od 1 do 600"
    assert "w porządku: osp-doskonalenie" in osp


def test_check_of_a_folder_without_a_program_fails_in_one_sentence(tmp_path) -> None:
    (tmp_path / "woda.md").write_text(FILES["lessons/woda.md"])
    ended = CliRunner().invoke(cli, ["plugin", "check", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr == f"Error: w katalogu {tmp_path} nie ma pliku program.toml\n"


def test_check_of_nothing_is_a_wrong_call(tmp_path) -> None:
    for folders in ([], [str(tmp_path / "nie-ma")]):
        assert CliRunner().invoke(cli, ["plugin", "check", *folders]).exit_code == 2
