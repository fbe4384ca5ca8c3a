"""The conformance kit finds what breaks each law, and finds nothing in a sound plugin."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lms_core.domain.program import Draw, TrainingProgram
from lms_core.domain.text import Text
from lms_core.testing import Contract, broken_laws, laws
from lms_core.testing.contract import LAWS
from tests.domain import values
from tests.plugins.packages import imported, with_rule, write_package

FROZEN = "@dataclass(frozen=True, slots=True)\n"
OWN = "class Own:\n    def __call__(self, progress: Progress) -> Verdict:\n"
DONE = "return Verdict(Status.SATISFIED)"
MORE = "return Verdict(Status.PENDING, ('own:więcej',))"


def rule(*lines: str, head: str = FROZEN) -> str:
    return head + OWN + "".join(f"        {line}\n" for line in lines)


SOUND = {
    "units": rule(f"if len(progress.completed_units) >= 2: {DONE}", MORE),
    "a document": rule(f"if 'badanie-lekarskie' in progress.documents: {DONE}", MORE),
    "a valid document": rule(
        "until = progress.documents.get('badanie-lekarskie')",
        f"if until and until >= progress.as_of.date(): {DONE}",
        MORE,
    ),
    "a threshold": rule(f"if progress.minutes.get('in_person', 0) >= 321: {DONE}", MORE),
    "an entitled provider": rule(
        f"if progress.provider_entitled and any(one.success for one in progress.outcomes.values()): {DONE}",
        "return Verdict(Status.FAILED if not progress.provider_entitled else Status.PENDING, ('own:podmiot',))",
    ),
    "of age": rule(
        "if (progress.age or 0) < 21: return Verdict(Status.FAILED, ('own:wiek',))",
        f"if progress.completed_units: {DONE}",
        MORE,
    ),
    "part of a composition": rule(f"if progress.credentials >= {{'bhp', 'kpp'}}: {DONE}", MORE),
    "signed off": rule(f"if 'examiner' in progress.observations.get('manekin', ()): {DONE}", MORE),
}


@dataclass(frozen=True)
class Bad:
    """A rule, the law it breaks, and a piece of what its author reads."""

    name: str
    law: str
    code: str
    says: str


DOES_ITS_PART = f"if progress.completed_units: {DONE}"
BAD = [
    Bad("raises on nothing", "rule_is_total", rule("list(progress.outcomes)[0]", DONE), "raises IndexError"),
    Bad(
        "raises now and then",
        "rule_is_total",
        rule("if progress.age == 17: raise ValueError(progress.age)", DOES_ITS_PART, MORE),
        "raises ValueError: 17",
    ),
    Bad("answers a bool", "rule_is_total", rule("return bool(progress.completed_units)"), "answers False, which is no"),
    Bad(
        "reasons as a text",
        "rule_is_total",
        rule(DOES_ITS_PART, "return Verdict(Status.PENDING, 'own')"),
        "no Verdict of a Status",
    ),
    Bad(
        "changes its argument",
        "rule_is_total",
        rule("progress.minutes['remote_sync'] = 1", DOES_ITS_PART, MORE),
        "raises TypeError",
    ),
    Bad(
        "reads the clock",
        "rule_is_pure",
        rule(
            "if datetime.now().year < 2000: raise OSError",
            DOES_ITS_PART,
            MORE,
            head=f"from datetime import datetime\n\n{FROZEN}",
        ),
        "uses time.now",
    ),
    Bad(
        "asks what day it is",
        "rule_is_pure",
        rule("date.today()", DOES_ITS_PART, MORE, head=f"from datetime import date\n\n{FROZEN}"),
        "uses time.today",
    ),
    Bad(
        "throws dice",
        "rule_is_pure",
        rule("random.random()", DOES_ITS_PART, MORE, head=f"import random\n\n{FROZEN}"),
        "uses random.random",
    ),
    Bad(
        "reads a file",
        "rule_is_pure",
        rule("open(__file__).close()", DOES_ITS_PART, MORE),
        "open",
    ),
    Bad(
        "asks the network",
        "rule_is_pure",
        rule("socket.socket().close()", DOES_ITS_PART, MORE, head=f"import socket\n\n{FROZEN}"),
        "uses socket",
    ),
    Bad(
        "reads the environment",
        "rule_is_pure",
        rule("os.getenv('HOME')", DOES_ITS_PART, MORE, head=f"import os\n\n{FROZEN}"),
        "uses os.",
    ),
    Bad(
        "changes its mind",
        "rule_is_pure",
        rule(
            "CALLS.append(1)",
            f"if progress.completed_units and len(CALLS) > 100: {DONE}",
            MORE,
            head=f"CALLS = []\n\n{FROZEN}",
        ),
        "answers otherwise",
    ),
    Bad("not frozen", "rule_is_pure", rule(DOES_ITS_PART, MORE, head="@dataclass\n"), "@dataclass(frozen=True)"),
    Bad(
        "exactly one unit",
        "rule_is_monotone",
        rule(f"if len(progress.completed_units) == 1: {DONE}", MORE),
        "satisfied becomes pending",
    ),
    Bad(
        "exactly so many minutes",
        "rule_is_monotone",
        rule(f"if progress.minutes.get('in_person') == 321: {DONE}", MORE),
        "satisfied becomes pending",
    ),
    Bad(
        "punishes a document",
        "rule_is_monotone",
        rule("if 'zakaz' in progress.documents: return Verdict(Status.FAILED, ('own:zakaz',))", DOES_ITS_PART, MORE),
        "becomes failed",
    ),
    Bad("no reason", "rule_is_explained", rule(DOES_ITS_PART, "return Verdict(Status.PENDING)"), "gives no reason"),
    Bad(
        "a reason without words",
        "rule_is_explained",
        rule(DOES_ITS_PART, "return Verdict(Status.PENDING, ('tajne:3',))"),
        "'tajne:3' has no words: add [[reason]] with code = 'tajne'",
    ),
    Bad("satisfied on nothing", "rule_is_honest", rule(DONE), "satisfied before anything was done"),
    Bad(
        "satisfied by age",
        "rule_is_honest",
        rule(f"if (progress.age or 0) >= 18: {DONE}", MORE),
        "satisfied before anything was done: as_of",
    ),
    Bad(
        "satisfied by a failed exam",
        "rule_is_honest",
        rule(f"if progress.outcomes: {DONE}", MORE),
        "satisfied before anything was done: as_of",
    ),
    Bad("never satisfied", "rule_is_satisfiable", rule(MORE), "nobody can ever complete the program"),
]
QUICK = LAWS.keys() - {"stays_the_same"}
COMPOSED = "AllOf((Passed('egzamin'), Own()))"


def verdict(root: Path, name: str, code: str, **how: str) -> dict[str, tuple[str, ...]]:
    write_package(root, name, with_rule(name, code, **how))
    with imported(root, name) as module:
        return broken_laws(module, QUICK)


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_rule_breaks_nothing(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, "zdrowa", SOUND[name]) == {}


def test_a_sound_rule_within_a_composition_breaks_nothing(tmp_path: Path) -> None:
    assert verdict(tmp_path, "zdrowa", SOUND["units"], completion=COMPOSED) == {}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_rule_is_caught(tmp_path: Path, bad: Bad) -> None:
    found = verdict(tmp_path, "zla", bad.code)
    assert bad.law in found, found
    assert any(bad.says in told for told in found[bad.law]), found[bad.law]
    assert set(found) <= {bad.law, "rule_is_satisfiable", "rule_is_honest"}, found


def test_every_law_of_rules_has_its_bad_rule() -> None:
    assert {bad.law for bad in BAD} == {law for law in LAWS if law.startswith("rule_")}


def test_a_bad_rule_within_a_composition_is_caught_too(tmp_path: Path) -> None:
    found = verdict(tmp_path, "zla", rule(f"if len(progress.completed_units) == 1: {DONE}", MORE), completion=COMPOSED)
    assert set(found) == {"rule_is_monotone", "rule_is_satisfiable"}


RETITLED = """\
from dataclasses import replace
from importlib.resources import files

from lms_core.api import Text, hookimpl, load_program

COUNT = []


@hookimpl
def lms_training_programs():
    COUNT.append("i")
    yield replace(load_program(files(__name__) / "content"), title=Text({title}))
"""
A_SET = '" ".join({"jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem"})'


@pytest.mark.parametrize(
    ("title", "says"),
    [(A_SET, "in another process (PYTHONHASHSEED="), ('"".join(COUNT)', "loaded twice, the programs differ")],
)
def test_content_that_is_not_the_same_each_time_is_caught(tmp_path: Path, title: str, says: str) -> None:
    write_package(tmp_path, "zmienna", {"src/zmienna/__init__.py": RETITLED.replace("{title}", title)})
    with imported(tmp_path, "zmienna") as module:
        found = broken_laws(module)
    assert set(found) == {"stays_the_same"}
    assert says in found["stays_the_same"][0]


@pytest.mark.parametrize(
    "line",
    [
        "import lms_core.domain.rules",
        "from lms_core.domain import rules",
        "from lms_core import plugin_host",
        "import certificates",
        "import flask as web",
        "from sqlalchemy.orm import Session",
    ],
)
def test_an_import_from_inside_is_caught_also_within_a_function(tmp_path: Path, line: str) -> None:
    write_package(tmp_path, "ciekawa", {"src/ciekawa/extra.py": f"def later():\n    {line}\n"})
    with imported(tmp_path, "ciekawa") as module:
        found = broken_laws(module, QUICK)
    assert set(found) == {"imports_only_the_api"}
    assert found["imports_only_the_api"][0].startswith("extra.py imports ")


@pytest.mark.parametrize("line", ["from lms_core import api", "import lms_core.api", "from lms_core.api import Text"])
def test_the_api_may_be_imported_in_any_way(tmp_path: Path, line: str) -> None:
    write_package(tmp_path, "ciekawa", {"src/ciekawa/extra.py": f"{line}\n"})
    with imported(tmp_path, "ciekawa") as module:
        assert broken_laws(module, QUICK) == {}


@pytest.mark.parametrize("line", ["from zla.limits import LIMIT", "from .limits import LIMIT", "from . import limits"])
def test_a_rule_that_leans_on_a_module_outside_its_digest_is_caught(tmp_path: Path, line: str) -> None:
    changes = with_rule("zla", f"{line}\n\n\n{SOUND['units']}") | {"src/zla/limits.py": "LIMIT = 2\n"}
    write_package(tmp_path, "zla", changes)
    with imported(tmp_path, "zla") as module:
        found = broken_laws(module, QUICK)
    assert set(found) == {"imports_only_the_api"}
    assert "whose text no digest covers" in found["imports_only_the_api"][0]


@pytest.mark.parametrize(
    ("dependencies", "says"),
    [
        ('["lms-core>=1,<2", "Marshmallow==3.0"]', "Marshmallow==3.0 is pinned"),
        ('["lms-core>=1,<2", "flask<4"]', "flask<4 is pinned"),
        ('["lms-core==1.0.0"]', "is one version only"),
        ('["qrcode"]', "which core it is for is not said"),
    ],
)
def test_dependencies_that_bind_the_core_are_caught(tmp_path: Path, dependencies: str, says: str) -> None:
    write_package(tmp_path, "ciasna", {})
    manifest = tmp_path / "pyproject.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace('["lms-core>=1.0.0.dev0,<2"]', dependencies))
    assert manifest.read_text() != text
    with imported(tmp_path, "ciasna") as module:
        found = broken_laws(module, QUICK)
    assert set(found) == {"pins_nothing_of_the_core"}
    assert says in found["pins_nothing_of_the_core"][0]


def test_a_package_that_nobody_declared_is_caught(tmp_path: Path) -> None:
    write_package(tmp_path, "znikad", {"pyproject.toml": None})
    with imported(tmp_path, "znikad") as module:
        assert set(broken_laws(module, QUICK)) == {"pins_nothing_of_the_core"}


def test_a_plugin_without_programs_is_caught(tmp_path: Path) -> None:
    empty = "from lms_core.api import hookimpl\n\n\n@hookimpl\ndef lms_training_programs():\n    return []\n"
    write_package(tmp_path, "pusta", {"src/pusta/__init__.py": empty})
    with imported(tmp_path, "pusta") as module:
        assert broken_laws(module) == {"offers_programs": ("the plugin offers no program",)}


def test_a_directory_without_python_is_judged_by_its_path(tmp_path: Path) -> None:
    content = write_package(tmp_path, "dane", {}) / "src/dane/content"
    assert broken_laws(content) == {}
    with pytest.raises(Exception, match=r"nie można odczytać pliku „program\.toml”"):
        broken_laws(tmp_path / "nie-ma")


def one_item(**changes: object) -> TrainingProgram:
    return values.program(values.item("q1"), assessments=(values.exam(draw=(Draw("pula", 1),), **changes),))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda: one_item(pass_percent=0), "no answer is given and the paper passes"),
        (lambda: one_item(pass_percent=101), "all answers are right and the paper does not pass"),
        (lambda: values.program(values.item("q1")), "no paper can be drawn"),
        (lambda: values.program(values.item("q1"), pools=()), "no paper can be drawn"),
    ],
)
def test_a_paper_that_cannot_be_drawn_or_judged_is_caught(spoil: Callable[[], TrainingProgram], says: str) -> None:
    assert says in laws.first(laws.drawable(spoil()))[0]


def test_a_question_that_shows_its_explanation_is_caught() -> None:
    telling = replace(values.item("q1"), prompt=Text("Pytanie? SEKRET wyjaśnienie"))
    told = list(laws.hidden(values.program(telling, assessments=(values.exam(draw=(Draw("pula", 1),)),))))
    assert told == ["the question q1 already shows its explanation: 'SEKRET wyjaśnienie'"]
    assert list(laws.hidden(one_item())) == []


def test_the_kit_needs_no_test_framework() -> None:
    code = "import sys, lms_core.testing; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.split())
    assert "lms_core.testing.laws" in loaded
    assert loaded & {"pytest", "_pytest", "hypothesis", "flask", "sqlalchemy"} == set()


def test_every_law_is_a_method_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Contract, "_keeps", lambda _self, law: asked.append(law))
    for name in vars(Contract):
        if name.startswith("test_"):
            getattr(Contract(), name)()
    assert sorted(asked) == sorted(LAWS)


def test_a_broken_law_fails_its_method(tmp_path: Path) -> None:
    write_package(tmp_path, "zla", with_rule("zla", rule(MORE)))
    with imported(tmp_path, "zla") as module:
        contract = type("TestContract", (Contract,), {"plugin": module})()
        contract.test_its_rule_is_honest()
        with pytest.raises(AssertionError, match="nobody can ever complete the program"):
            contract.test_its_rule_is_satisfiable()
