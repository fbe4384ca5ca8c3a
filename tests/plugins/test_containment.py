"""A plugin may do anything wrong: it alone is quarantined, whole, with its reason (house 3.5).

There is no hook that notifies, so none can raise; what a plugin's code is asked later, its rule, stands in for it
(test_own_rules).
"""

import logging
import sys
from dataclasses import dataclass

import pluggy
import pytest

from lms_core import api
from lms_core.domain.rules import Passed
from lms_core.plugin_host import load_plugins
from tests.plugins.modules import good, plugin

HOOK = "@hookimpl\ndef lms_training_programs():\n    "
ENDLESS = "n = 0\n    while True:\n        n += 1\n        yield replace(program('other'), id=f'p{n}')"
LIAR = "class Liar(TrainingProgram):\n    __eq__ = lambda *_: True\n    __hash__ = None\n\n\n"
OF_LIAR = "one = program('other')\n    yield Liar(**{name: getattr(one, name) for name in one.__dataclass_fields__})"
NOT_TEXT = "(HERE / 'other' / 'program.toml').write_bytes(b'id = \"\\xff\"')\n    yield program('other')"
VANISHED = "shutil.rmtree(HERE / 'other' / 'items')\n    yield program('other')"


@dataclass(frozen=True)
class Bad:
    """What the plugin does, its code, and a piece of the reason that an operator reads."""

    name: str
    code: str
    says: str


PLUGINS = [
    Bad("import error", "import nie_ma_takiego_modulu", "ModuleNotFoundError: No module named 'nie_ma"),
    Bad("syntax error", "def (:", "SyntaxError: "),
    Bad("raising at import", "1 / 0", "ZeroDivisionError: "),
    Bad("exit at import", "sys.exit('koniec')", "SystemExit: koniec"),
    Bad("raising hook", HOOK + "raise RuntimeError('nie dziś')", "RuntimeError: nie dziś"),
    Bad("exit in the hook", HOOK + "sys.exit(3)", "SystemExit: 3"),
    Bad("endless recursion", HOOK + "return lms_training_programs()", "RecursionError: "),
    Bad(
        "misspelt hook", "@hookimpl\ndef lms_trainin_programs():\n    return []", "unknown hook 'lms_trainin_programs'"
    ),
    Bad("unknown argument", "@hookimpl\ndef lms_training_programs(app):\n    return []", "'app'"),
    Bad("no decorator", "def lms_training_programs():\n    yield program('other')", "is @hookimpl missing"),
    Bad("no return", HOOK + "[program('other')]", "is @hookimpl missing, or a return?"),
    Bad("a number", HOOK + "return 5", "TypeError: 'int' object is not iterable"),
    Bad("a program, not a list", HOOK + "return program('other')", "TypeError: 'TrainingProgram' object"),
    Bad("a string", HOOK + "return 'other'", "must yield TrainingProgram, not str"),
    Bad("something else in the list", HOOK + "return [program('other'), {'id': 'x'}]", "TrainingProgram, not dict"),
    Bad("the class itself", HOOK + "return [program('other'), TrainingProgram]", "TrainingProgram, not type"),
    Bad("a generator failing half way", HOOK + "yield program('other')\n    raise OSError('dysk')", "OSError: dysk"),
    Bad("the same id twice", HOOK + "return [program('other'), program('other')]", "'other' is already taken"),
    Bad(
        "mistakes in its files", HOOK + "yield program('other')\n    yield program('nie-ma')", "program.toml: błąd: nie"
    ),
    Bad("a bad id", HOOK + "yield replace(program('other'), id='Zły id')", "ValidationError: "),
    Bad("a list for a tuple", HOOK + "yield replace(program('other'), pools=[])", "its own snapshot"),
    Bad(
        "a dangling rule", HOOK + "yield replace(program('other'), completion=Passed('nie-ma'))", "sprawdzianu „nie-ma”"
    ),
    Bad("draws of nothing", HOOK + "yield replace(program('other'), pools=())", "nie ma puli „temat”"),
    Bad(
        "a rule of code", HOOK + "yield replace(program('other'), completion=print)", "musi być zamrożoną klasą danych"
    ),
    Bad("raising what nobody catches", HOOK + "raise BaseException('dość')", "BaseException: dość"),
    Bad("stopping like a generator", HOOK + "raise GeneratorExit('dość')", "GeneratorExit: dość"),
    Bad("an endless generator", HOOK + ENDLESS, "at most 50 programs"),
    Bad("a program that equals anything", LIAR + HOOK + OF_LIAR, "must yield TrainingProgram, not Liar"),
    Bad("a file that is no text", HOOK + NOT_TEXT, "nie jest zapisany w UTF-8"),
    Bad("files that vanish", "import shutil\n\n\n" + HOOK + VANISHED, "nie można odczytać pliku „items/temat.toml”"),
    Bad(
        "a new core rule",
        f"Passed.__call__ = lambda self, progress: Verdict(Status.SATISFIED)\n\n\n{HOOK}yield program('other')",
        "MeddlingPlugin: it changed Passed.__call__",
    ),
    Bad(
        "another pluggy",
        f"import pluggy\n\npluggy.PluginManager = None\n\n\n{HOOK}yield program('other')",
        "MeddlingPlugin: it changed pluggy.PluginManager",
    ),
    Bad(
        "an api without its loader",
        f"import lms_core.api\n\ndel lms_core.api.load_program\n\n\n{HOOK}yield program('other')",
        "MeddlingPlugin: it changed lms_core.api.load_program",
    ),
    Bad(
        "another api",
        f"sys.modules['lms_core.api'] = sys\n\n\n{HOOK}yield program('other')",
        "MeddlingPlugin: it changed lms_core.api",
    ),
    Bad("meddling, then raising", "import pluggy\n\npluggy.PluginManager = None\n1 / 0", "ZeroDivisionError: "),
    Bad("a wrapper", "@hookimpl(wrapper=True)\ndef lms_training_programs():\n    yield\n    return []", "gave nothing"),
]
EACH = pytest.mark.parametrize("bad", PLUGINS, ids=lambda bad: bad.name)


@EACH
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_bad_plugin_is_quarantined_alone(tmp_path, bad: Bad, first: bool) -> None:
    sources = [plugin(tmp_path, "zła", bad.code), good(tmp_path)]
    plugins = load_plugins(sources if first else sources[::-1])
    statuses = {status.name: status for status in plugins.statuses}
    assert [status.name for status in plugins.statuses] == (["zła", "dobra"] if first else ["dobra", "zła"])
    assert not statuses["zła"].active
    assert bad.says in statuses["zła"].error
    assert (statuses["dobra"].active, statuses["dobra"].programs) == (True, ("good",))
    assert set(plugins.offers) == {"good"}, "nothing of the bad plugin is on offer"
    assert statuses["zła"].programs == ()


@EACH
def test_in_development_the_failure_is_raised(tmp_path, bad: Bad) -> None:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - each plugin raises what it likes
        load_plugins([plugin(tmp_path, "zła", bad.code)], raise_errors=True)
    assert bad.says.partition(": ")[2] in str(caught.value) or bad.says in str(caught.value)


def test_a_program_id_belongs_to_the_first_plugin_that_offers_it(tmp_path) -> None:
    second = plugin(tmp_path, "druga", HOOK + "yield program('other')\n    yield program('good')")
    plugins = load_plugins([good(tmp_path), second])
    assert [status.error for status in plugins.statuses] == [None, "ValueError: program id 'good' is already taken"]
    assert set(plugins.offers) == {"good"}


def test_a_name_that_comes_twice_harms_nobody(tmp_path) -> None:
    twin = plugin(tmp_path, "dobra", HOOK + "yield program('other')")
    first = good(tmp_path / "first", name="dobra")
    plugins = load_plugins([first, twin, plugin(tmp_path / "third", "dobra", "1 / 0")])
    assert [status.active for status in plugins.statuses] == [True, True, False]
    assert set(plugins.offers) == {"good", "other"}


def test_after_many_bad_plugins_a_good_one_is_still_admitted(tmp_path) -> None:
    sources = [plugin(tmp_path, f"zla{number}", bad.code) for number, bad in enumerate(PLUGINS)]
    plugins = load_plugins([*sources, good(tmp_path)])
    assert [status.name for status in plugins.statuses if status.active] == ["dobra"]


def test_what_was_admitted_is_nobody_elses(tmp_path) -> None:
    """The plugin keeps its own program and empties it; what is on offer was read back from the snapshot."""
    code = "KEPT = [program('other')]\n\n\n" + HOOK + "yield from KEPT"
    empties = "\n    KEPT[0].items.clear()\n    vars(KEPT[0])['pools'] = ()"
    plugins = load_plugins([plugin(tmp_path, "zła", code + empties)], raise_errors=True)
    assert plugins.offers["other"].program.items
    assert plugins.offers["other"].program.pools


def test_after_a_meddling_plugin_the_core_is_as_it_was(tmp_path) -> None:
    before = {"call": Passed.__call__, "manager": pluggy.PluginManager, "loader": api.load_program}
    load_plugins([plugin(tmp_path, f"zla{at}", bad.code) for at, bad in enumerate(PLUGINS)])
    assert before == {"call": Passed.__call__, "manager": pluggy.PluginManager, "loader": api.load_program}
    assert sys.modules["lms_core.api"] is api


def test_a_quarantine_is_loud(tmp_path, caplog: pytest.LogCaptureFixture) -> None:
    load_plugins([plugin(tmp_path, "zła", HOOK + "raise RuntimeError('nie dziś')")])
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "zła" in record.getMessage()
    assert "RuntimeError: nie dziś" in caplog.text
    assert "Traceback" in caplog.text


def test_an_operator_who_presses_ctrl_c_is_obeyed(tmp_path) -> None:
    with pytest.raises(KeyboardInterrupt):
        load_plugins([plugin(tmp_path, "wolna", "raise KeyboardInterrupt")])
