"""Every reason and trace code that can reach a person has its Polish sentence."""

import ast
import inspect
import re
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain import rules, scoring
from lms_core.domain.lessons import Lesson
from lms_core.domain.outcome import ItemScore
from lms_core.domain.program import Course, Pool, ReasonText
from lms_core.domain.reasons import MODE_NAMES, WORDINGS, briefly, explain, explained
from lms_core.domain.rules import MODES, CompletionRule, Progress
from lms_core.domain.scoring import outcome
from lms_core.domain.text import Text
from lms_core.services import completion
from tests.domain.strategies import any_progress, any_rule
from tests.domain.values import exam, program

PROGRAM = program(
    pools=(Pool("temat-3", (), title=Text("Temat 3")), Pool("temat-4")),
    reasons=(ReasonText("too_young", Text("Trzeba mieć {detail} lat.", "You must be {detail}.")),),
)
UNKNOWN = "Niespełniony warunek programu"
WITHOUT_FULL_STOP = {"stratum"}
"""A line of a table: „Temat 3: 3/5 < wymagane 4”."""


@given(any_rule, any_progress)
def test_every_reason_of_a_stock_rule_is_a_polish_sentence(rule: CompletionRule, progress: Progress) -> None:
    for reason in rule(progress).reasons:
        assert reason.partition(":")[0] in WORDINGS
        said = explain(reason, PROGRAM)
        assert said.endswith(".")
        assert said[0].isupper()
        assert UNKNOWN not in said


def codes_in(module: ModuleType) -> set[str]:
    """The codes that a module writes: texts such as "too_late:" in an f-string, or a bare code in a tuple or yield."""
    found = (node.value for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Constant))
    return {
        text.partition(":")[0] for text in found if isinstance(text, str) and re.fullmatch(r"[a-z]+(_[a-z]+)*:", text)
    }


@pytest.mark.parametrize("module", [rules, scoring])
def test_no_code_in_the_source_is_without_words(module: ModuleType) -> None:
    assert codes_in(module)
    assert codes_in(module) <= WORDINGS.keys()


def test_a_rule_that_raised_is_explained_too() -> None:
    assert '"rule_error"' in inspect.getsource(completion), "the code is written there"
    assert explain("rule_error", PROGRAM) == "Nie udało się sprawdzić warunków ukończenia – sprawdzi je człowiek."


def test_every_code_of_a_trace_has_words() -> None:
    known = exam(wrong_penalty=0.5)
    trace = outcome(
        known, (ItemScore("alarm", -0.5, 1.0, critical=True, stratum="pula"), ItemScore("b", 1.0, 1.0))
    ).trace
    assert {code.partition(":")[0] for code in trace} == {"score", "pass_mark", "penalty", "critical_wrong"}
    assert {code.partition(":")[0] for code in trace} <= WORDINGS.keys()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("not_passed:egzamin", "Zalicz: „Egzamin końcowy”."),
        ("not_completed:lekcja", "Ukończ lekcję: „Lekcja o wodzie”."),
        ("not_completed:sprawdzian", "Ukończ: „Egzamin końcowy”."),
        ("not_passed:dawny-egzamin", "Zalicz: „dawny-egzamin”."),
        ("not_completed:dawna-lekcja", "Ukończ: „dawna-lekcja”."),
        ("not_observed:lekcja", "Osoba prowadząca musi potwierdzić: „Lekcja o wodzie”."),
        ("minutes_short:in_person:60", "Brakuje 60\u00a0min zajęć stacjonarnych."),
        ("minutes_short:remote_sync:5", "Brakuje 5\u00a0min zajęć na żywo przez internet."),
        ("minutes_short:remote_async:1", "Brakuje 1\u00a0min nauki własnej przez internet."),
        ("no_credential:rko", "Potrzebne jest ważne zaświadczenie: rko."),
        ("too_late:30", "Minął termin ukończenia programu: 30\u00a0dni od zapisania się."),
        ("nothing_required", "Program nie określa żadnego warunku ukończenia."),
        ("too_young:18", "Trzeba mieć 18 lat."),
        ("jeszcze_inny:60", "Niespełniony warunek programu: jeszcze_inny:60."),
        ("score:3.5/5", "Punkty: 3,5/5."),
        ("pass_mark:70:reached", "Próg zaliczenia 70%: osiągnięty."),
        ("pass_mark:70:missed", "Próg zaliczenia 70%: nieosiągnięty."),
        ("stratum:temat-3:3/5:4:missed", "Temat 3: 3/5 < wymagane 4"),
        ("stratum:temat-3:4/5:4:reached", "Temat 3: 4/5 ≥ wymagane 4"),
        ("stratum:temat-3:2.5/5:3.5:missed", "Temat 3: 2,5/5 < wymagane 3,5"),
        ("stratum:temat-3:3/5", "Temat 3: 3/5"),
        ("stratum:temat-4:3/5:4:missed", "temat-4: 3/5 < wymagane 4"),
        ("stratum:dawna-pula:3/5:4:missed", "dawna-pula: 3/5 < wymagane 4"),
        ("penalty:0.25", "Za błędne odpowiedzi odjęto punkty: 0,25."),
        ("critical_wrong:alarm", "Na pytanie obowiązkowe trzeba odpowiedzieć prawidłowo."),
    ],
)
def test_a_reason_is_explained_by_titles_and_an_unknown_one_is_not_hidden(reason: str, sentence: str) -> None:
    assert explain(reason, PROGRAM) == sentence


def test_every_mode_of_attendance_has_a_name() -> None:
    assert set(MODE_NAMES) == set(MODES)


@given(st.sampled_from(sorted(WORDINGS)), st.text(max_size=20) | st.lists(st.text(max_size=3)).map(":".join))
def test_a_code_that_a_plugin_misuses_takes_no_page_down(code: str, detail: str) -> None:
    """A rule of a plugin's own may return any text as a reason."""
    assert explain(code, PROGRAM)
    assert explain(f"{code}:{detail}", PROGRAM)


@given(st.text())
def test_explaining_is_total(reason: str) -> None:
    assert isinstance(explain(reason, PROGRAM), str)


def test_a_wrong_critical_item_does_not_say_which_nor_twice() -> None:
    assert "alarm" not in explain("critical_wrong:alarm", PROGRAM)
    assert len(explained(["critical_wrong:alarm", "critical_wrong:woda"], PROGRAM)) == 1
    assert len(explained(["not_completed:lekcja", "not_passed:egzamin"], PROGRAM)) == 2


def test_sentences_end_and_lines_do_not() -> None:
    for code in WORDINGS:
        assert explain(f"{code}:a:1:2:reached", PROGRAM).endswith(".") is (code not in WITHOUT_FULL_STOP)


def test_many_unread_lessons_are_one_line() -> None:
    lessons = tuple(Lesson(f"lekcja-{number}", Text(f"Lekcja {number}"), 5, Text("Treść.")) for number in range(5))
    whole = program(courses=(Course("kurs", Text("Kurs"), lessons),))
    codes = [f"not_completed:{one.id}" for one in lessons]
    assert briefly([*codes, "rule_error"], whole) == ["Lekcje do ukończenia: 5.", explain("rule_error", whole)]
    assert briefly(codes[:3], whole) == [explain(code, whole) for code in codes[:3]]
