"""Finding and admitting plugins; what the rest of the site asks them afterwards."""

import pluggy
import pytest

from lms_core import hookspecs
from lms_core.content.loader import load_program
from lms_core.content.snapshot import canonical_json, digest_of
from lms_core.plugin_host import Plugins, PluginStatus, ProgramDirectory, installed_sources, load_plugins
from tests.content.sample import PROGRAM, write
from tests.plugins.modules import good, plugin

TWO = "@hookimpl\ndef lms_training_programs():\n    return [program('good'), program('other')]\n"
RAISE = "raise the version"


def directory(root, program_id: str) -> ProgramDirectory:
    return ProgramDirectory(write(root, {"program.toml": PROGRAM.replace('id = "proba"\n', f'id = "{program_id}"\n')}))


def test_hook_lms_training_programs(tmp_path) -> None:
    """The hook collects: each plugin answers, generators and lists alike, and None is no answer."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(good(tmp_path).load())
    manager.register(plugin(tmp_path / "two", "dwa", TWO).load())
    manager.check_pending()
    answers = [[program.id for program in answer] for answer in manager.hook.lms_training_programs()]
    assert sorted(answers) == [["good"], ["good", "other"]]


def test_a_plugin_may_offer_several_programs(tmp_path) -> None:
    plugins = load_plugins([plugin(tmp_path, "dwa", TWO)], raise_errors=True)
    assert plugins.statuses == (PluginStatus("dwa", ("good", "other")),)
    assert set(plugins.offers) == {"good", "other"}


def test_a_plugin_may_offer_none_for_now(tmp_path) -> None:
    empty = plugin(tmp_path, "pusta", "@hookimpl\ndef lms_training_programs():\n    return []\n")
    assert load_plugins([empty]).statuses == (PluginStatus("pusta"),)


def test_an_offer_carries_the_text_that_its_digest_names(tmp_path) -> None:
    offer = load_plugins([good(tmp_path)]).offers["good"]
    assert offer.program == load_program(tmp_path / "good")
    assert offer.body == canonical_json(offer.program)
    assert offer.digest == digest_of(offer.body)


def test_without_plugins_there_is_nothing_and_no_error() -> None:
    plugins = load_plugins([], raise_errors=True)
    assert (dict(plugins.offers), plugins.statuses) == ({}, ())
    assert plugins == Plugins()
    assert plugins.unready(["zpos_module2"]) == ("zpos_module2",)
    assert plugins.without({"good": RAISE}) == plugins


def test_offers_cannot_be_changed_afterwards(tmp_path) -> None:
    plugins = load_plugins([good(tmp_path)])
    with pytest.raises(TypeError):
        plugins.offers["inny"] = plugins.offers["good"]


def test_a_plain_directory_is_a_plugin(tmp_path) -> None:
    source = directory(tmp_path / "warsztat", "warsztat")
    plugins = load_plugins([source], raise_errors=True)
    assert plugins.statuses == (PluginStatus("directory:warsztat", ("warsztat",)),)


def test_directories_of_the_same_name_are_two_plugins(tmp_path) -> None:
    sources = [directory(tmp_path / "a" / "content", "pierwszy"), directory(tmp_path / "b" / "content", "drugi")]
    plugins = load_plugins(sources, raise_errors=True)
    assert set(plugins.offers) == {"pierwszy", "drugi"}


def test_a_directory_that_is_not_there_is_quarantined(tmp_path) -> None:
    plugins = load_plugins([ProgramDirectory(tmp_path / "nie-ma"), good(tmp_path)])
    assert [status.active for status in plugins.statuses] == [False, True]
    assert "nie można odczytać pliku „program.toml”" in plugins.statuses[0].error


def test_sources_come_in_order_of_their_names_whatever_the_path_says(tmp_path) -> None:
    paths = [tmp_path / "b", tmp_path / "a"]
    names = [source.name for source in installed_sources(paths)]
    assert names == sorted(names)
    assert {"directory:a", "directory:b", "zpos_module2"} <= set(names)


def test_a_version_conflict_drops_the_whole_plugin_and_no_other(tmp_path) -> None:
    other = directory(tmp_path / "warsztat", "warsztat")
    plugins = load_plugins([plugin(tmp_path, "dwa", TWO), other], raise_errors=True)
    kept = plugins.without({"good": f"good 1.0.0: {RAISE}"})
    assert set(kept.offers) == {"warsztat"}
    assert kept.statuses[0] == PluginStatus("dwa", ("good", "other"), f"good 1.0.0: {RAISE}")
    assert kept.statuses[1].active
    assert set(plugins.offers) == {"good", "other", "warsztat"}, "the value it came from is untouched"


def test_several_conflicts_are_all_told(tmp_path) -> None:
    plugins = load_plugins([plugin(tmp_path, "dwa", TWO)])
    assert plugins.without({"good": "a", "other": "b", "inny": "c"}).statuses[0].error == "a; b"


def test_without_a_conflict_nothing_changes_and_an_older_reason_stays(tmp_path) -> None:
    plugins = load_plugins([good(tmp_path), plugin(tmp_path, "zła", "1 / 0")])
    assert plugins.without({}) == plugins
    assert plugins.without({"good": RAISE}).statuses[1].error.startswith("ZeroDivisionError")


def test_a_required_plugin_is_ready_only_when_active(tmp_path) -> None:
    plugins = load_plugins([good(tmp_path), plugin(tmp_path, "zła", "1 / 0")])
    assert plugins.unready([]) == plugins.unready(["dobra"]) == ()
    assert plugins.unready(["zła", "nieznana", "dobra", "zła"]) == ("nieznana", "zła")
    assert plugins.without({"good": RAISE}).unready(["dobra"]) == ("dobra",)
