"""A lesson as it is read."""

import pytest

from lms_core.content.reading import reading, slug
from lms_core.domain.lessons import Term
from lms_core.domain.text import Text


def term(word: str, *forms: str) -> Term:
    return Term(word, Text(f"Czym jest {word}."), "art. 1", forms)


def html(markdown: str, *glossary: Term) -> str:
    return reading(markdown, glossary, "/figures/abc/").html


def test_sections_can_be_jumped_to_and_never_share_an_address() -> None:
    read = reading("## Żółta łódź\n\nTekst.\n\n## Żółta łódź\n\nTekst.", (), "/f/")
    assert [section.id for section in read.sections] == ["s-zolta-lodz", "s-zolta-lodz-2"]
    assert all(f'id="{section.id}"' in read.html for section in read.sections)


def test_the_checklist_is_a_part_of_its_own() -> None:
    shown = html("## Cel\n\nA.\n\n## Lista\u00a0kontrolna\n\n- B\n\n## Stan prawny\n\nC.")
    checklist = shown.partition("<section")[2].partition("</section>")[0]
    assert "<li>B</li>" in checklist
    assert "A." not in checklist
    assert "C." not in checklist


def test_the_first_use_of_a_term_leads_to_its_explanation() -> None:
    read = reading("## Syrena\n\nSyreny wyją. Syreny milkną.", (term("syrena", "syreny"),), "/f/")
    assert read.html.count("<a ") == 1
    assert '<a class="term" href="#pojecie-syrena">Syreny</a> wyją' in read.html
    assert [(at, one.term) for at, one in read.terms] == [("pojecie-syrena", "syrena")]


def test_a_term_is_not_found_inside_a_word_a_link_or_a_heading() -> None:
    shown = html("## Plan\n\n[plan](https://example.org) i planowanie `plan`", term("plan"))
    assert "pojecie-plan" not in shown


def test_the_longest_term_wins() -> None:
    read = reading("Plan ewakuacji gminy.", (term("plan"), term("plan ewakuacji")), "/f/")
    assert [one.term for _, one in read.terms] == ["plan ewakuacji"]


def test_letters_of_markup_are_never_taken_for_words() -> None:
    shown = html('<b>strong</b> & "strong" **strong**', term("strong"), term("lt"), term("amp"))
    assert "<strong>strong</strong>" in shown
    assert "&lt;b&gt;" in shown


def test_a_drawing_gets_its_address_and_nothing_else_is_shown() -> None:
    assert html("![Kto kogo szkoli](figures/kto.svg)") == (
        '<figure class="diagram"><img src="/figures/abc/kto.svg" alt="Kto kogo szkoli"></figure>\n'
    )
    assert "src" not in html("![x](https://example.org/x.svg)")
    assert "src" not in html("![x](figures/../../etc/passwd.svg)")


def test_spaces_that_do_not_break_make_no_difference() -> None:
    read = reading("## Art.\u00a01\n\nSchron\u00a0w mieście.", (term("schron w\u00a0mieście"),), "/f/")
    assert [one.term for _, one in read.terms] == ["schron w\u00a0mieście"]
    assert read.sections[0].title == "Art.\u00a01"


@pytest.mark.parametrize("word", ["cıszy", "cİszy"])
def test_a_letter_that_is_nearly_another_leaves_the_text_alone(word: str) -> None:
    read = reading(f"Alarm {word} i cisza.", (term("cisza", "ciszy"),), "/f/")
    assert [one.term for _, one in read.terms] == ["cisza"]
    assert f"Alarm {word} i <a" in read.html


def test_terms_that_sound_alike_have_explanations_of_their_own() -> None:
    read = reading("Obrona cywilna to O.C. albo O C.", (term("O.C."), term("O C")), "/f/")
    assert [at for at, _ in read.terms] == ["pojecie-o-c", "pojecie-o-c-2"]
    assert all(f'href="#{at}"' in read.html for at, _ in read.terms)


def test_a_slug_is_never_empty() -> None:
    assert slug("„…”") == "cz"
