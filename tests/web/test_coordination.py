"""My organisation: upload, preview, confirmation, choosing from the list, progress and files; and who may not."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lms_core.content.roster_files import LARGEST_FILE, MOST_ROWS
from lms_core.domain.permissions import Role
from lms_core.models import Credential, Enrolment, Person
from lms_core.services.pages import ROWS
from lms_core.web.result_tables import CERTIFICATE_STATES, HEADING
from tests.content.workbook import workbook
from tests.road import Browser, Site
from tests.services.organisation import WITH_ROLES, WITHOUT, foreign_organisation, home, moved, offering
from tests.services.school import changed

BASE = "/organisation/1"
IMPORT = f"{BASE}/import"
LIST = "imię i nazwisko;e-mail;rola\r\nŻaneta Nowa;zaneta@gmina.pl;radny\r\nJan Łoś;jan@gmina.pl;Wójt, burmistrz\r\n"


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def chief(site: Site) -> Browser:
    return site.sign_in(site.add("Katarzyna Koordynująca", Role.COORDINATOR))


def upload(chief: Browser, content: bytes | str, *, name: str = "lista.csv", **form: str) -> TestResponse:
    content = content if isinstance(content, bytes) else content.encode("cp1250")
    file = FileStorage(io.BytesIO(content), filename=name)
    boundary, body = encode_multipart({"csrf_token": chief.token(IMPORT), "file": file, **form})  # in memory
    return chief.client.post(IMPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def sealed(page: TestResponse) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def confirm(chief: Browser, seal: str, *, at: str = BASE) -> TestResponse:
    return chief.client.post(f"{at}/import/confirmation", data={"csrf_token": chief.token(IMPORT), "sealed": seal})


def test_from_a_file_to_people_who_learn(site: Site, chief: Browser) -> None:
    page = upload(chief, LIST, joins=f"{WITH_ROLES}/")
    assert page.status_code == 200
    for said in ("Żaneta Nowa", "jan@gmina.pl", "zapis i zaproszenie", "Jeszcze nic nie zostało zapisane"):
        assert said in page.text, said
    assert len(site.rows(Person)) == 1, "a preview writes nothing"
    answer = confirm(chief, sealed(page))
    assert (answer.status_code, answer.location) == (302, f"{BASE}/people")
    people = chief.get(f"{BASE}/people").text
    for said in (
        "Nowe konta: 2. Zaproszenia są w drodze. Osoby zapisane na program: 2.",
        "Zaproszenie czeka na wysłanie",
    ):
        assert said in people, said
    assert [one.role for one in site.rows(Enrolment)] == ["radny", "wojt"]
    site.run_jobs()
    assert "Zaproszenie z&nbsp;21" in chief.get(f"{BASE}/people").text


def test_a_workbook_and_a_pasted_list_do_as_well(site: Site, chief: Browser) -> None:
    rows = [line.split(";") for line in LIST.strip().split("\r\n")]
    assert "Żaneta Nowa" in upload(chief, workbook(rows), name="lista.xlsx").text
    page = chief.post(IMPORT, {"pasted": LIST.replace(";", "\t")}, page=IMPORT)
    assert page.status_code == 200
    assert confirm(chief, sealed(page)).status_code == 302
    assert len(site.rows(Person)) == 3
    assert site.rows(Enrolment) == []


def test_wrong_rows_are_shown_with_their_numbers_and_cannot_be_confirmed(site: Site, chief: Browser) -> None:
    page = upload(chief, LIST + "Ewa;to nie adres;radny\r\n;brak@gmina.pl;cesarz\r\n", joins=f"{WITH_ROLES}/")
    assert page.status_code == 200
    assert 'name="sealed"' not in page.text
    assert "Wiersze z błędami: 2 z 4" in page.text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert re.search(r" 4 Ewa to nie adres Osoba zasiadająca w radzie Podaj adres e-mail", text)
    assert re.search(r" 5 \(brak nazwiska\) brak@gmina.pl – Brakuje imienia albo nazwiska\..*cesarz", text)
    assert page.text.count("<li>Pracownik urzędu</li>") == 1, "the roles are listed once"


@pytest.mark.parametrize(
    ("content", "form", "sentence"),
    [
        (b"\x00\x01", {}, "nie da się odczytać"),
        (b"a;b\n1;2\n", {}, "Nie widać kolumny"),
        (LIST.encode(), {"pasted": LIST}, "nie jedno i drugie"),
        (b"", {}, "pusty"),
    ],
)
def test_a_file_of_no_use_is_told_beside_the_field(chief: Browser, content: bytes, form: dict, sentence: str) -> None:
    page = upload(chief, content, **form)
    assert page.status_code == 422
    assert page.text.count(sentence) == 2, "in the summary and beside the field"
    assert "<title>Błąd:" in page.text


def test_nothing_sent_at_all_is_told(chief: Browser) -> None:
    page = chief.post(IMPORT, {}, page=IMPORT)
    assert (page.status_code, "Wybierz plik z listą osób" in page.text) == (422, True)


def test_a_list_of_two_thousand_people_passes_and_a_file_that_is_too_large_is_refused(
    site: Site, chief: Browser
) -> None:
    lines = "".join(f"Osoba {'ABCDE'[n % 5]}{'nopq'[n % 4]};osoba{n}.{'x' * 40}@gmina.pl;\n" for n in range(MOST_ROWS))
    page = upload(chief, f"imię i nazwisko;e-mail;rola\n{lines}")
    assert page.status_code == 200
    assert confirm(chief, sealed(page)).status_code == 302
    assert len(site.rows(Person)) == MOST_ROWS + 1
    assert "ponad 1 MB" in upload(chief, b"x" * (LARGEST_FILE + 10)).text
    assert upload(chief, b"x" * (LARGEST_FILE + 200_000)).status_code == 413


def test_only_the_import_takes_large_forms(chief: Browser) -> None:
    token = chief.token("/password")
    large = {"csrf_token": token, "old": "x" * 300_000}
    assert chief.client.post("/password", data=large).status_code == 413
    assert chief.client.post(IMPORT, data={"csrf_token": token, "pasted": "x" * 300_000}).status_code == 422


def test_a_preview_is_confirmed_by_who_saw_it_where_and_as_it_was(site: Site, chief: Browser) -> None:
    seal = sealed(upload(chief, LIST))
    other = site.sign_in(site.add("Druga Koordynująca", Role.COORDINATOR))
    for browser, text in ((other, seal), (chief, f"{seal[:-3]}abc"), (chief, ""), (chief, "a.b.c")):
        answer = confirm(browser, text)
        assert (answer.status_code, "stracił ważność" in answer.text) == (422, True)
    assert len(site.rows(Person)) == 2


def test_a_preview_that_is_not_true_any_more_is_shown_anew(site: Site, chief: Browser) -> None:
    seal = sealed(upload(chief, LIST))
    site.add("Żaneta Nowa", email="zaneta@gmina.pl")
    answer = confirm(chief, seal)
    assert answer.status_code == 409
    assert "Od podglądu zmieniło się" in answer.text
    assert len(site.rows(Person)) == 2
    assert confirm(chief, sealed(answer)).status_code == 302
    assert len(site.rows(Person)) == 3
    assert confirm(chief, seal).status_code == 409, "the same list twice"


def test_a_list_with_nothing_new_says_so(site: Site, chief: Browser) -> None:
    confirm(chief, sealed(upload(chief, LIST)))
    page = upload(chief, LIST)
    assert "Nie ma nic do zrobienia" in page.text
    assert 'name="sealed"' not in page.text


def test_what_stands_in_a_list_is_shown_not_run(chief: Browser) -> None:
    page = upload(chief, 'imię i nazwisko;e-mail;rola;<b>x</b>\n<script>alert(1)</script>;x"><i>;<u>\n').text
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_people_of_the_list_are_enrolled_in_a_role(site: Site, chief: Browser) -> None:
    anna, ewa = site.add("Anna Nowak"), site.add("Ewa Nowak")
    form = {"person": [anna.person_id, ewa.person_id], "joins": f"{WITH_ROLES}/wojt", "since": "2026-10-01"}
    answer = chief.post(f"{BASE}/enrolments", form, page=f"{BASE}/people")
    assert answer.status_code == 302
    assert [(one.role, str(one.role_since)) for one in site.rows(Enrolment)] == [("wojt", "2026-10-01")] * 2
    assert "Osoby zapisane na program: 2." in chief.get(f"{BASE}/people").text
    chief.post(f"{BASE}/enrolments", form, page=f"{BASE}/people")
    assert "Osoby zapisane na program: 0. Wcześniej w programie: 2." in chief.get(f"{BASE}/people").text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"joins": f"{WITHOUT}/"}, "Zaznacz osoby"),
        ({"person": "1"}, "Wybierz program z listy."),
        ({"person": "1", "joins": f"{WITH_ROLES}/"}, "Wybierz swoją rolę"),
        ({"person": "1", "joins": f"{WITH_ROLES}/cesarz"}, "nie zna takiej roli"),
        ({"person": "1", "joins": f"{WITH_ROLES}/radny", "since": "3026-01-01"}, "który już minął"),
        ({"person": "1", "joins": f"{WITH_ROLES}/radny", "since": "wczoraj"}, "w postaci 2026-11-21"),
    ],
)
def test_a_mistake_keeps_the_ticks_and_says_what_to_do(site: Site, chief: Browser, form: dict, sentence: str) -> None:
    page = chief.post(f"{BASE}/enrolments", form, page=f"{BASE}/people")
    assert page.status_code == 422
    assert sentence in page.text
    assert ("checked" in page.text) is ("person" in form)
    assert site.rows(Enrolment) == []


def test_an_invitation_is_sent_again_only_to_who_has_no_password(site: Site, chief: Browser) -> None:
    confirm(chief, sealed(upload(chief, LIST)))
    site.run_jobs()
    jan = site.rows(Person, email="jan@gmina.pl")[0].id
    path = f"{BASE}/people/{jan}/invitation"
    assert chief.post(path, page=f"{BASE}/people").status_code == 302
    assert [job.name for job in site.rung] == ["send_invitation"]
    changed(site, Person, jan, password_hash="x")
    assert chief.post(path, page=f"{BASE}/people").status_code == 302
    assert "ma już hasło" in chief.get(f"{BASE}/people").text
    assert chief.post(f"{BASE}/people/999/invitation", page=f"{BASE}/people").status_code == 404


def test_an_invitation_that_ran_out_is_marked(site: Site, chief: Browser) -> None:
    confirm(chief, sealed(upload(chief, LIST)))
    site.run_jobs()
    site.clock.advance(days=14, seconds=1)
    chief = site.sign_in(site.add("Druga Koordynująca", Role.COORDINATOR))
    assert chief.get(f"{BASE}/people").text.count("Zaproszenie wygasło") == 2


def progressed(site: Site, chief: Browser) -> None:
    site.sign_in(site.add("=Ewa Formuła".replace("=", ""))).graduate(WITHOUT)
    late = site.add("Łucja Żak").person_id
    form = {"person": late, "joins": f"{WITH_ROLES}/wojt", "since": "2026-01-01"}
    chief.post(f"{BASE}/enrolments", form, page=f"{BASE}/people")


def test_progress_is_shown_and_filtered(site: Site, chief: Browser) -> None:
    progressed(site, chief)
    page = chief.get(BASE).text
    for said in ("Ewa Formuła", "ukończone", "Ważne", "Łucja Żak", "nierozpoczęte", "1 kwietnia 2026", "po terminie"):
        assert said.replace(" ", "\u00a0") in page or said in page, said
    for query, shown in (
        ("state=completed", "Ewa"),
        ("late=training", "Łucja"),
        (f"program={WITHOUT}", "Ewa"),
        ("q=łucja", "Łucja"),
    ):
        rows = re.findall(r'role="rowheader">(\w+)', chief.get(f"{BASE}?{query}").text)
        assert rows == [shown], query
    assert "Nikt nie pasuje do filtra" in chief.get(f"{BASE}?program=nie-ma").text
    assert chief.get(f"{BASE}?page=x&state=y&order=z&late=1&program=%00&q=%00").status_code == 200


def exported(chief: Browser, query: str) -> list[dict[str, str]]:
    text = chief.get(f"{BASE}/results.csv{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_list_filter_and_file_call_a_state_alike(site: Site, chief: Browser) -> None:
    progressed(site, chief)
    begun = site.sign_in(site.add("Jan Łoś"))
    begun.read_lessons(begun.enrol(WITHOUT), WITHOUT)
    for state, word, name in (
        ("not_started", "nierozpoczęte", "Łucja Żak"),
        ("open", "w toku", "Jan Łoś"),
        ("completed", "ukończone", "Ewa Formuła"),
    ):
        page = chief.get(f"{BASE}?state={state}").text
        assert f'<option value="{state}" selected>{word}</option>' in page
        assert re.findall(r'role="rowheader">([^<]+)', page) == [name]
        assert re.search(rf'class="course-state"><span class="tag[^>]*>(<svg.*?</svg>)?{word}</span>', page, re.DOTALL)
        rows = exported(chief, f"?state={state}")
        assert [(row["Imię i nazwisko"], row["Stan"]) for row in rows] == [(name, word)]


def test_an_expired_certificate_is_no_term_of_the_training(site: Site, chief: Browser) -> None:
    site.sign_in(site.add("Ewa Dawna")).graduate(WITHOUT)
    ended = site.clock() - timedelta(days=1)
    changed(site, Credential, site.rows(Credential)[0].id, valid_until=ended)
    page = chief.get(f"{BASE}?late=certificate").text
    assert re.search(r'data-title="Termin szkolenia"><span class="muted">bez terminu</span></td>', page)
    assert "było ważne do 20\N{NO-BREAK SPACE}listopada" in page
    (row,) = exported(chief, "")
    assert (row["Szkolenie po terminie"], row["Stan zaświadczenia"]) == ("nie", "po terminie ważności")


def test_each_tile_leads_to_the_list_of_those_whom_it_counts(site: Site, chief: Browser) -> None:
    progressed(site, chief)
    tiles = re.findall(r'<dt><a href="([^"]+)">([^<]+)</a></dt><dd>(?:<svg.*?</svg>)?(\d+)</dd>', chief.get(BASE).text)
    assert [(said, int(number)) for _, said, number in tiles] == [
        ("Osoby uczące się", 2),
        ("Zapisy na programy", 2),
        ("Ukończone", 1),
        ("Szkolenia po terminie", 1),
        ("Zaświadczenia po terminie ważności", 0),
    ]
    for address, said, number in tiles:
        path, _, anchor = html.unescape(address).partition("#")
        page = chief.get(path).text
        assert len(re.findall(r'role="rowheader">', page)) == int(number), said
        assert anchor == "lista"


def test_the_list_of_progress_is_paged_and_the_pages_keep_the_search(site: Site, chief: Browser) -> None:
    people = "".join(f"Osoba {'abcde'[n % 5]};o{n}@gmina.pl\r\n" for n in range(ROWS + 1))
    confirm(chief, sealed(upload(chief, f"imię i nazwisko;e-mail\r\n{people}", joins=f"{WITHOUT}/")))
    page = chief.get(f"{BASE}?q=osoba").text
    assert page.count('role="rowheader">') == ROWS == 50
    assert f'href="{BASE}?page=2&amp;q=osoba"' in page
    assert chief.get(f"{BASE}?q=osoba&page=2").text.count('role="rowheader">') == 1
    assert chief.get(f"{BASE}?q=o7@gmina").text.count('role="rowheader">') == 1
    assert f'href="{BASE}/results.csv?q=osoba"' in page


def test_results_are_files_of_what_is_filtered(site: Site, chief: Browser) -> None:
    progressed(site, chief)
    answer = chief.get(f"{BASE}/results.csv?state=completed")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wyniki-2026-11-21.csv"'
    assert answer.content_type == "text/csv; charset=utf-8"
    heading, *rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert tuple(heading) == HEADING
    (row,) = [dict(zip(heading, row, strict=True)) for row in rows]
    assert (row["Imię i nazwisko"], row["Stan"], row["Ukończone części"]) == ("Ewa Formuła", "ukończone", "1")
    assert row["Stan zaświadczenia"] == "ważne"
    answer = chief.get(f"{BASE}/results.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "Łucja Żak" in sheet
    assert "<f>" not in sheet
    assert chief.get(f"{BASE}/results.pdf").status_code == 404


def test_a_name_like_a_formula_cannot_become_one(site: Site, chief: Browser) -> None:
    """An account may have any name: who adds one by another way must not run something at the coordinator's desk."""
    person = site.add("Ewa Nowak")
    site.sign_in(person).enrol(WITHOUT)
    changed(site, Person, person.person_id, name='=HYPERLINK("http://x","Ewa")')
    assert "'=HYPERLINK" in chief.get(f"{BASE}/results.csv").data.decode()
    with zipfile.ZipFile(io.BytesIO(chief.get(f"{BASE}/results.xlsx").data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="A2" t="inlineStr"><is><t xml:space="preserve">=HYPERLINK(' in sheet


def test_every_state_of_a_certificate_has_its_words(site: Site) -> None:
    assert set(CERTIFICATE_STATES) == {"pending", "issued", "expired", "revoked", "erased"}


def test_a_foreign_organisation_is_refused_as_one_that_is_not_there(site: Site, chief: Browser) -> None:
    abroad = foreign_organisation(site)
    token = {"csrf_token": chief.token(IMPORT)}
    for number in (abroad, abroad + 999):
        base = f"/organisation/{number}"
        for path in ("", "/people", "/import", "/results.csv", "/results.xlsx", "/import/template.xlsx"):
            assert chief.get(base + path).status_code == 403, path
        for path in ("/enrolments", "/import", "/import/confirmation", "/people/1/invitation"):
            assert chief.client.post(base + path, data=token).status_code == 403, path
    seal = sealed(upload(chief, LIST))
    assert confirm(chief, seal, at=f"/organisation/{abroad}").status_code == 403
    stranger = site.add("Ewa Obca")
    moved(site, stranger, abroad)
    form = {"person": stranger.person_id, "joins": f"{WITHOUT}/"}
    assert chief.post(f"{BASE}/enrolments", form, page=f"{BASE}/people").status_code == 404
    path = f"{BASE}/people/{stranger.person_id}/invitation"
    assert chief.post(path, page=f"{BASE}/people").status_code == 404


def test_who_coordinates_several_organisations_chooses(site: Site) -> None:
    actor = site.add("Katarzyna Koordynująca", Role.COORDINATOR)
    abroad = foreign_organisation(site, name="Gmina Obca")
    chief = site.sign_in(actor)
    assert chief.get("/organisation").location == f"/organisation/{home(site)}"
    site.add("Ktoś Inny")
    moved(site, actor, abroad, Role.COORDINATOR)
    assert chief.get("/organisation").location == f"/organisation/{abroad}"
    assert chief.get(BASE).status_code == 403, "not any more"


def test_the_entry_is_there_for_coordinators_alone(site: Site, chief: Browser) -> None:
    assert "Moja organizacja" in chief.get("/my").text
    for role in set(Role) - {Role.COORDINATOR}:
        browser = site.sign_in(site.add(f"Osoba {role.value}", role))
        assert "Moja organizacja" not in browser.get("/my").text, role
    assert site.visitor().get("/organisation").location == "/sign-in?next=/organisation"


def test_the_field_says_which_program_is_chosen(chief: Browser) -> None:
    page = chief.get(IMPORT).text
    assert re.search(rf'<option value="{WITHOUT}/">Program {WITHOUT}</option>', page)
    assert re.search(rf'<option value="{WITH_ROLES}/">Program {WITH_ROLES} – rola z kolumny „rola”</option>', page)


def test_the_roles_of_a_list_stand_on_the_page_and_in_the_template(chief: Browser) -> None:
    assert chief.get(IMPORT).text.count("<li>Wójt, burmistrz</li>") == 1
    with zipfile.ZipFile(io.BytesIO(chief.get(f"{IMPORT}/template.xlsx").data)) as archive:
        roles = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "Wójt, burmistrz" in roles
    assert "Osoba zasiadająca w radzie" in roles


def test_the_template_reads_as_a_list(chief: Browser) -> None:
    for kind in ("csv", "xlsx"):
        template = chief.get(f"{IMPORT}/template.{kind}").data
        assert "nie ma żadnej osoby" in upload(chief, template, name=f"wzor.{kind}").text
