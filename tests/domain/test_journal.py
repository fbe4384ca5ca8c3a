"""Which answer counts: within a client its highest number, between clients the latest received."""

from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.journal import Entry, winners

ITEMS, CLIENTS = ("woda", "alarm"), ("telefon", "karta-1", "karta-2")


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """Any history that the database allows: ordinals are unique, and so is each client's seq."""
    keys = draw(st.lists(st.tuples(st.sampled_from(CLIENTS), st.integers(1, 9)), unique=True, max_size=12))
    return [
        Entry(ordinal, client, seq, draw(st.sampled_from(ITEMS)), draw(st.sampled_from([(), ("a",), ("b",)])))
        for ordinal, (client, seq) in enumerate(keys, start=1)
    ]


@given(journals(), st.randoms())
def test_the_order_of_reading_and_duplicates_do_no_harm(entries, random) -> None:
    shuffled = [*entries, *random.sample(entries, len(entries) // 2)]
    random.shuffle(shuffled)
    assert winners(shuffled) == winners(entries)


@given(journals())
def test_no_entry_beats_the_winner(entries: list[Entry]) -> None:
    chosen = winners(entries)
    assert set(chosen) == {entry.item_id for entry in entries}
    for item, response in chosen.items():
        last_words = [entry for entry in entries if entry.item_id == item and not _superseded(entry, entries)]
        assert response == max(last_words, key=lambda entry: entry.ordinal).response


def _superseded(entry: Entry, entries: list[Entry]) -> bool:
    """Whether its own client said something newer about the item."""
    return any(
        other.client == entry.client and other.item_id == entry.item_id and other.seq > entry.seq for other in entries
    )


def test_an_old_answer_that_arrives_late_does_not_win() -> None:
    entries = [Entry(1, "telefon", 2, "woda", ("b",)), Entry(2, "telefon", 1, "woda", ("a",))]
    assert winners(entries) == {"woda": ("b",)}


def test_the_latest_received_wins_between_clients_whatever_their_own_numbers() -> None:
    entries = [Entry(1, "telefon", 9, "woda", ("a",)), Entry(2, "karta-1", 1, "woda", ("b",))]
    assert winners(entries) == {"woda": ("b",)}


def test_a_late_old_answer_does_not_make_its_client_the_latest() -> None:
    entries = [
        Entry(1, "telefon", 5, "woda", ("a",)),
        Entry(2, "karta-1", 1, "woda", ("b",)),
        Entry(3, "telefon", 4, "woda", ("c",)),
    ]
    assert winners(entries) == {"woda": ("b",)}


def test_an_answer_can_be_withdrawn() -> None:
    entries = [Entry(1, "telefon", 1, "woda", ("a",)), Entry(2, "telefon", 2, "woda", ())]
    assert winners(entries) == {"woda": ()}


def test_an_empty_journal_answers_nothing() -> None:
    assert winners([]) == {}
