"""What is said in templates, Python and scripts: what is marked for translation, and what looks Polish and is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "babel.cfg"
KEYWORDS = {"_": None, "gettext": None, "say": None, "counted": (2, 4)}
TEMPLATES = ROOT / "lms_core/web/templates"
SCRIPTS = ROOT / "lms_core/web/static"
READ = ("alt", "title", "aria-label", "placeholder", "label", "content")
WORD = re.compile(r"[^\W\d_]{2,}")
DIACRITIC = re.compile(r"[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
POLISH_WORD = re.compile(r"\b(?:nie|jest|dla|lub|albo|oraz|tego|jako|przez|tylko)\b", re.IGNORECASE)
CAPITALISED = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]+")
SCRIPT_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`')
NAMES = {"Filar", "PDF", "JSON", "CSV", "XLSX", "QR", "API", "OpenAPI", "Open", "Badges", "Excel", "Polski", "English"}
"""Names are the same in every language."""
MARKS = {"_", "gettext", "say", "counted"}

Found = dict[str | tuple[str, str], list[tuple[str, int]]]


def marked() -> Found:
    """Return what is marked, by message (a pair where something is counted), with the places where it stands."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: Found = {}
    for path, line, message, _comments, _context in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        key = message if isinstance(message, str) else (message[0], message[1])
        found.setdefault(key, []).append((path.replace("\\", "/"), line))
    return found


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
            self.found.append(data)


def _readable(html: str) -> list[str]:
    parser = _Readable()
    parser.feed(html)
    parser.close()
    return parser.found


def _unmarked_words(text: str) -> bool:
    return any(word not in NAMES for word in WORD.findall(text))


def unmarked_in_template(path: Path) -> Iterator[str]:
    """Yield what the template shows without marking it: words of its HTML, and literals that read like words."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(path.read_text(encoding="utf-8"))
    pieces: list[str] = []
    _collect(tree, pieces)
    yield from (text.strip() for text in _readable("".join(pieces)) if _unmarked_words(text))
    inside = {id(argument) for call in tree.find_all(nodes.Call) if _is_mark(call) for argument in call.args}
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
    if text in NAMES:
        return False
    return bool(DIACRITIC.search(text) or POLISH_WORD.search(text) or (alone and CAPITALISED.fullmatch(text)))


def unmarked_in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each literal that looks Polish and stands in no call that marks it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {id(node) for call in ast.walk(tree) if _marks(call) for node in ast.walk(call)}
    passed |= {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            if reads_polish(node.value):
                yield node.lineno, node.value


def _marks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS | {"Text"}


def unmarked_in_script(path: Path, known: set[str]) -> Iterator[str]:
    """Yield each literal with a Polish letter that is no marked message."""
    for literal in SCRIPT_TEXT.findall(path.read_text(encoding="utf-8")):
        text = literal[1:-1].replace("\\u00a0", "\u00a0")
        if DIACRITIC.search(text) and text not in known:
            yield text
