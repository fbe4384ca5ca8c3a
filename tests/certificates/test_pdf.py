from __future__ import annotations

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from certificates import pdf as pdf_module
from certificates.claims import IDENTITY_LEVELS
from certificates.pdf import missing_letter, render_pdf
from certificates.qr import verification_link

LONG_NAME = "Aleksandra Maria Katarzyna Konstantynopolitańczykowianeczka-Brzęczyszczykiewicz-Chrząszczyżewoszycka"
HOSTILE = [
    "#let x = 1; #panic()",
    "$ x^2 $ *gruby* _pochyły_ `kod`",
    "<script>alert(1)</script> &amp; <etykieta> @odsyłacz",
    "= nagłówek // uwaga /* uwaga */ \\u{41} \\ ~ -- --- [a](b) ..",
    '\'); DROP TABLE credential;-- "cudzysłów" {{ 7*7 }} %s',
    "W" * 120,
]


def _draw(office, claims):
    return render_pdf(claims, json.dumps(office.issue(claims), ensure_ascii=False).encode())


def _words(text):
    """Text as a person compares it: no difference of spaces, of line ends or of a hyphen repeated at a line's end."""
    plain = re.sub(r"[\s\u200b\u00ad\ufffe\u0002]+", "", text)
    return plain.replace("--", "-")


def _text(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _pictures(pdf, dpi):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def pdf(office, claims):
    return _draw(office, claims)


@pytest.mark.parametrize(
    "url", ["https://filar.example", "http://127.0.0.1:8080", "https://szkolenia.gmina-przykladowa.example"]
)
def test_the_code_on_the_paper_is_read_at_150_dpi(url, open_office, make_claims):
    claims = make_claims(public_url=url)
    (page,) = _pictures(_draw(open_office(url), claims), 150)
    (read,) = zxingcpp.read_barcodes(page)
    assert read.text == verification_link(url, claims.code)
    corners = read.position
    assert (corners.top_right.x - corners.top_left.x) / 150 * 25.4 >= 31.5


def test_the_code_is_read_when_the_paper_lies_turned_on_a_dark_table(pdf):
    (page,) = _pictures(pdf, 150)
    for rotation in (0, 90, 17):
        turned = page.rotate(rotation, expand=True, fillcolor="#333333")
        assert len(zxingcpp.read_barcodes(turned)) == 1


def test_the_attached_credential_is_the_signed_one(office, claims):
    document = json.dumps(office.issue(claims), ensure_ascii=False, indent=1).encode()
    with pikepdf.open(io.BytesIO(render_pdf(claims, document))) as opened:
        assert list(opened.attachments) == ["credential.json"]
        assert opened.attachments["credential.json"].get_file().read_bytes() == document
        (associated,) = opened.Root.AF
        assert associated.AFRelationship == "/Source"
        assert str(associated.EF.F.Subtype) == "/application/json"


def test_every_claim_on_the_paper_is_the_one_in_the_json(pdf, office, claims):
    paper = _words(_text(pdf))
    document = office.issue(claims)
    subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
    fields = {
        "title": document["name"],
        "statement": document["description"],
        "holder": subject["identifier"][0]["identityHash"],
        "number": subject["licenseNumber"],
        "issuer": document["issuer"]["name"],
        "program": achievement["name"],
        "version": f"wersja {achievement['version']}",
        "address": document["id"],
    }
    for line in (*subject["narrative"].split("\n\n"), *achievement["criteria"]["narrative"].split("\n\n")):
        name, colon, value = line.partition(": ")
        fields[name] = value if colon else line
    assert fields.pop(claims.criteria) == claims.criteria  # the paper leaves the criteria to the page
    for basis in fields.pop("Tło prawne programu").split("; "):
        assert _words(basis) in paper
    law = next(name for name in fields if name.startswith("Stan prawny"))
    fields[law] = fields[law].removeprefix("Stan prawny")
    assert fields.keys() >= {"Wymiar programu", "Data ukończenia", "Data wydania", "Ważność", "Tożsamość"}
    for name, value in fields.items():
        assert _words(value) in paper, name


def test_the_paper_tells_a_stranger_what_to_do(pdf):
    paper = _words(_text(pdf))
    for words in (
        "Jak sprawdzić",
        "7Q2M-4KX9-R0TB-ZZ01",
        "https://filar.example/verify",
        "Czym to zaświadczenie nie jest",
    ):
        assert _words(words) in paper


def test_polish_letters_can_be_searched_and_copied(office, make_claims):
    pangram = "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ"
    assert pangram in _text(_draw(office, make_claims(holder_name=pangram)))


def test_the_same_input_gives_the_same_bytes_in_any_thread(office, claims, pdf):
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(lambda _: _draw(office, claims), range(8)))
    assert set(copies) == {pdf}


def test_the_file_is_an_archival_and_accessible_one(pdf, claims):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert metadata.pdfa_status == "3A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert opened.Root.Lang == claims.language
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"]) == claims.title
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20261120080000")
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("Lato" in str(font.BaseFont) for font in fonts)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(office, make_claims, text):
    claims = make_claims(
        holder_name=text,
        title=text,
        statement=text,
        program_title=text,
        disclaimer=text,
        legal_basis=(text,),
        issuer_name=text,
    )
    pdf = _draw(office, claims)
    assert _words(_text(pdf)).count(_words(text)) == 7
    assert len(_pictures(pdf, 36)) == 1


def test_a_line_end_in_a_name_is_only_a_space(office, make_claims):
    assert _words("Jan#Kowalski") in _words(_text(_draw(office, make_claims(holder_name="Jan#\nKowalski"))))


@pytest.mark.parametrize("level", IDENTITY_LEVELS)
def test_long_texts_stay_on_one_page_and_inside_it(office, make_claims, level):
    claims = make_claims(
        holder_name=LONG_NAME,
        title="Zaświadczenie o ukończeniu szkolenia z ochrony ludności i obrony cywilnej dla członków straży pożarnych",
        program_title="Postępowanie w czasie zagrożenia: ewakuacja, schronienie, łączność i współdziałanie ze służbami",
        statement="Poświadcza się ukończenie programu szkolenia i zaliczenie sprawdzianu końcowego. " * 3,
        disclaimer="Zaświadczenie nie nadaje uprawnień ani kwalifikacji, które przyznaje wyłącznie państwo. " * 4,
        legal_basis=("ustawa z dnia 5 grudnia 2024 r. o ochronie ludności i obronie cywilnej (Dz.U. poz. 1907)",) * 4,
        identity_level=level,
        number="OSRODEK-SZKOLENIA-W-LODZI/ZPOS-MODULE2/2026/000123",
    )
    pdf = _draw(office, claims)
    (page,) = _pictures(pdf, 72)
    assert _words(LONG_NAME) in _words(_text(pdf))
    millimetre = page.width / 210
    margin = page.crop((int(page.width - 15 * millimetre), 0, page.width, page.height)).convert("L")
    assert margin.getextrema() == (255, 255)
    assert len(zxingcpp.read_barcodes(_pictures(pdf, 150)[0])) == 1


def test_more_text_than_fits_goes_on_to_a_second_page(office, make_claims):
    claims = make_claims(disclaimer="Zaświadczenie nie nadaje uprawnień ani kwalifikacji. " * 110)
    pdf = _draw(office, claims)
    assert len(_pictures(pdf, 36)) == 2
    assert _words(claims.disclaimer) in _words(_text(pdf))


@pytest.mark.parametrize("basis", [(), ("ustawa o ochronie ludności",) * 6])
def test_the_page_that_is_not_measured_is_the_measured_one_to_the_byte(monkeypatch, office, make_claims, basis):
    drawn = []
    compile_page = pdf_module._compile

    def watched(source, inputs, **rest):
        drawn.append(inputs["layout"])
        return compile_page(source, inputs, **rest)

    quick = {}
    for sentences in (1, 8, 16, 18, 20, 24, 28, 32, 40, 60):
        claims = make_claims(disclaimer="Zaświadczenie nie nadaje uprawnień. " * sentences, legal_basis=basis)
        with monkeypatch.context() as patch:
            patch.setattr(pdf_module, "_compile", watched)
            pdf = _draw(office, claims)
        quick[sentences] = drawn == ["plain"]
        drawn.clear()
        with monkeypatch.context() as patch:
            patch.setattr(pdf_module, "_ONE_PAGE", re.compile(rb"never"))
            assert _draw(office, claims) == pdf
    assert quick[1]
    assert quick[8]
    assert not quick[60]


def test_a_certificate_without_end_says_so(office, make_claims):
    assert "bezterminowo" in _text(_draw(office, make_claims(valid_until=None, legal_basis=())))


@pytest.mark.parametrize(("name", "letter"), [("Jan 日本", "日"), ("Jan 😀", "😀"), ("Jan \ue000", "\ue000")])
def test_a_letter_without_a_shape_is_refused_by_name(office, make_claims, name, letter):
    with pytest.raises(ValueError, match="no letter") as refusal:
        _draw(office, make_claims(holder_name=name))
    assert repr(letter) in str(refusal.value)
    assert missing_letter(name) == letter


@pytest.mark.parametrize(
    "name", ["Zażółć gęślą jaźń", "Nguyễn Đức", "Ţăran Őry", "Олена Ґудзь", "O’Brien-Müller", "Þórður Ærø"]
)
def test_names_of_the_neighbours_can_be_printed(office, make_claims, name):
    assert missing_letter(name) is None
    assert _words(name) in _words(_text(_draw(office, make_claims(holder_name=name))))


def test_an_unknown_template_is_refused(make_claims):
    with pytest.raises(ValueError, match="template 2"):
        render_pdf(make_claims(template=2), b"{}")
