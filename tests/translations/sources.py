"""What is said in templates, Python and scripts: what is marked for translation, and what looks Polish and is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeGuard

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "babel.cfg"
KEYWORDS = {"_": None, "gettext": None, "say": None, "counted": (2, 3, 4)}
TEMPLATES = ROOT / "lms_core/web/templates"
SCRIPTS = ROOT / "lms_core/web/static"
READ = ("alt", "title", "aria-label", "placeholder", "label", "content", "data-title")
WORD = re.compile(r"[^\W\d_]{2,}")
DIACRITIC = re.compile(r"[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
POLISH_WORD = re.compile(r"\b(?:nie|jest|dla|lub|albo|oraz|tego|jako|przez|tylko)\b", re.IGNORECASE)
CAPITALISED = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]+")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
"""A macro may write attributes without their tag."""
SCRIPT_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`')
NAMES = {"Filar", "PDF", "JSON", "CSV", "XLSX", "QR", "API", "OpenAPI", "Open", "Badges", "Excel", "Polski", "English"}
"""Names are the same in every language."""
MARKS = {"_", "gettext", "say", "counted"}

Found = dict[str | tuple[str, str], list[tuple[str, int]]]


def marked() -> Found:
    """Return what is marked, by message (where something is counted: the forms for 1 and 5), with where it stands."""
    found: Found = {}
    for path, line, message in _extracted():
        key = message if isinstance(message, str) else (message[0], message[-1])
        found.setdefault(key, []).append((path, line))
    return found


def said() -> set[str]:
    """Return every text that is marked, the forms for 2 to 4 among them."""
    return {text for *_place, message in _extracted() for text in ([message] if isinstance(message, str) else message)}


@cache
def _extracted() -> list[tuple[str, int, str | tuple[str, ...]]]:
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    extracted = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return [(path.replace("\\", "/"), line, message) for path, line, message, _comments, _context in extracted]


class _Readable(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "meta" and names.get("name") != "description":
            return
        self.found += [value for name, value in attrs if value and (name in READ or name.startswith("data-i18n"))]
        self.silent += tag in {"style", "script", "svg"}

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"style", "script", "svg"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(ATTRIBUTE.sub("", data))


def _readable(html: str) -> list[str]:
    parser = _Readable()
    parser.feed(html)
    parser.close()
    return parser.found


def _unmarked_words(text: str) -> bool:
    return any(word not in NAMES for word in WORD.findall(text))


def unmarked_in_template(path: Path) -> Iterator[str]:
    """Yield what the template shows without marking it: words of its HTML, and literals that read like words.

    A mark around anything but a literal is none: templates are translated when they are compiled.
    """
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(path.read_text(encoding="utf-8"))
    pieces: list[str] = []
    _collect(tree, pieces)
    yield from (text.strip() for text in _readable("".join(pieces)) if _unmarked_words(text))
    calls = [call for call in tree.find_all(nodes.Call) if _is_mark(call)]
    yield from (
        f"{path.name}:{call.lineno}: no literal" for call in calls if not isinstance(call.args[-1], nodes.Const)
    )
    inside = {id(argument) for call in calls for argument in call.args}
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        if isinstance(text, str) and id(constant) not in inside and reads_polish(text, alone=True):
            yield text


def _collect(node: nodes.Node, pieces: list[str]) -> None:
    """Put the template's own text together; a value leaves a gap that is no word."""
    if isinstance(node, nodes.TemplateData):
        pieces.append(node.data)
    elif isinstance(node, nodes.Expr):
        pieces.append("0")
    else:
        for child in node.iter_child_nodes():
            _collect(child, pieces)


def _is_mark(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in MARKS


def reads_polish(text: str, *, alone: bool = False) -> bool:
    """Say whether a literal looks like Polish for people; `alone` also takes a single capitalised word for it."""
    if text in NAMES or not WORD.search(text):
        return False
    return bool(DIACRITIC.search(text) or POLISH_WORD.search(text) or (alone and CAPITALISED.fullmatch(text)))


def unmarked_in_python(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield (name at the module's top, line, text) of each literal that looks Polish and that no call marks."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        within = list(ast.walk(statement))
        passed = {id(argument) for call in within if _marks(call) for argument in call.args}
        passed |= {id(one.value) for one in within if isinstance(one, ast.Expr)}  # docstrings
        for node in within:
            text = node.value if isinstance(node, ast.Constant) and id(node) not in passed else None
            if isinstance(text, str) and reads_polish(text):
                yield _name(statement), node.lineno, text


def _name(statement: ast.stmt) -> str:
    """Return what the statement defines or assigns to."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", statement)
    return getattr(target, "id", None) or getattr(target, "name", "")


def _marks(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS | {"Text"}


def unmarked_in_script(path: Path, known: set[str]) -> Iterator[str]:
    """Yield each literal that looks Polish and is none of the `known`, marked texts."""
    for literal in SCRIPT_TEXT.findall(path.read_text(encoding="utf-8")):
        text = literal[1:-1].replace("\\u00a0", "\u00a0")
        if reads_polish(text) and text not in known:
            yield text
