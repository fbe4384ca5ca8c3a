"""The proof: the whole road in a real browser, to a certificate that software of others accepts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo, fetch, sign_in, stranger
from tests.e2e.steps import answer_all, go_to_the_exam, hand_in, wait_for_the_pdf
from tests.verifiers.engines import ENGINES, run_engine

pytestmark = pytest.mark.browser
PAPER_DPI = 150
POINTS_PER_INCH = 72


def test_from_sign_in_to_a_certificate_that_a_stranger_and_others_software_accept(
    desktop: Page, browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    page = desktop
    go_to_the_exam(page, demo, "anna")
    answer_all(page, right=True)
    expect(page.get_by_text("Zapisano o").first).to_be_visible()
    hand_in(page)
    expect(page.get_by_text("100").first).to_be_visible()

    wait_for_the_pdf(page, demo)
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz PDF").first.click()
    pdf = Path(download.value.path()).read_bytes()

    link = read_qr(pdf)
    assert link.startswith(f"{demo.url.upper()}/C/")
    outside = stranger(browser)
    verdict = outside.new_page()
    assert verdict.goto(link).status == 200
    expect(verdict.get_by_role("heading", level=1)).to_have_text("Zaświadczenie jest ważne")
    expect(verdict.get_by_text("A. W.", exact=True)).to_be_visible()
    assert not outside.cookies()
    outside.close()

    credential = attached_json(pdf)
    assert credential["id"].upper() == link
    documents = what_verifiers_fetch(demo, credential)
    for engine in ENGINES:
        found = run_engine(engine, credential, documents=documents)
        assert found["verified"] is True, (engine, found)
        forged = json.loads(json.dumps(credential).replace("Anna", "Ewa"))
        assert run_engine(engine, forged, documents=documents)["verified"] is False, engine


def read_qr(pdf: bytes) -> str:
    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=PAPER_DPI / POINTS_PER_INCH).to_pil()
    codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1
    return codes[0].text


def attached_json(pdf: bytes) -> dict:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return json.loads(document.attachments["credential.json"].get_file().read_bytes())


def what_verifiers_fetch(demo: Demo, credential: dict) -> dict:
    """The issuer's DID document and status list, as the running server publishes them.

    did:web means https; the demo listens on http, so its answers are handed over under the https address.
    """
    secure = demo.url.replace("http://", "https://")
    status = credential["credentialStatus"]["statusListCredential"]
    return {
        f"{secure}/i/filar/did.json": json.loads(fetch(f"{demo.url}/i/filar/did.json")),
        status: json.loads(fetch(status)),
    }


def test_who_fails_gets_the_result_and_no_certificate(desktop: Page, demo: Demo) -> None:
    page = desktop
    sign_in(page, demo, "piotr")
    page.goto(f"{demo.url}/my")
    page.get_by_role("link", name="Kontynuuj").first.click()
    page.get_by_role("button", name="Rozpocznij").click()
    answer_all(page, right=False)
    hand_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Egzamin niezaliczony")
    page.goto(f"{demo.url}/certificates")
    assert page.get_by_role("link", name="Pobierz PDF").count() == 0
