"""Renew `lms_core/translations/en.po` from the sources: `./run translations`, which is this module."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.translations.sources import ROOT, marked

EN = ROOT / "lms_core/translations/en.po"
HEADER = """\
# The English of Filar; docs/translating.md. Fill in what is empty; ./run translations does the rest.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def renewed(po: bytes) -> bytes:
    """Return the file with every message that is marked and no other, each with the English that it had.

    As `pybabel extract` and `pybabel update` do it, less what would change at every run: dates and lines.
    """
    english, template = read_po(BytesIO(po), locale="en"), Catalog()
    for message, places in marked().items():
        template.add(message, locations=[(path, None) for path, _line in places])
    english.update(template, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, english, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return HEADER.encode() + written.getvalue().rstrip() + b"\n"


def main(file: Path = EN) -> None:
    file.write_bytes(renewed(file.read_bytes()))


if __name__ == "__main__":
    main()
