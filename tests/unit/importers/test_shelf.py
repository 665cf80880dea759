"""Very many texts in little memory: packed, and the same as they were."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.linkedin_files import share, shares
from voicetune.importers import shelf
from voicetune.importers.candidate import Candidate, Mend
from voicetune.importers.recognition import leave_repeats_out, read
from voicetune.importers.shelf import Shelf

TEXT = st.text(max_size=20)
CANDIDATES = st.builds(
    Candidate,
    text=TEXT,
    original=TEXT,
    where=TEXT,
    kind=st.sampled_from(["linkedin-post", "tweet"]),
    written_on=st.none() | st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC)),
    title=TEXT,
    url=TEXT,
    question=TEXT,
    left_out=st.none() | st.just("too-short"),
    mends=st.lists(st.builds(Mend, TEXT, TEXT, st.integers(), st.integers())).map(tuple),
)


def made(number: int) -> Candidate:
    text = f"{number}: a text with a curly ’ in it and an odd half \ud83c of a sign."
    moment = datetime(2024, 1, 1, number % 24, tzinfo=UTC)
    return Candidate(text, text, f"Shares.csv, row {number}", "linkedin-post", moment)


@pytest.fixture
def small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "ROOM", 1000)


def test_what_is_packed_comes_out_as_it_went_in(small_room: None) -> None:
    candidates = [made(number) for number in range(1500)]
    packed = Shelf(candidates)
    assert packed._packed
    assert packed == candidates
    assert (len(packed), packed[3], packed[-1]) == (1500, candidates[3], candidates[-1])
    assert packed[510:514] == candidates[510:514]
    with pytest.raises(IndexError):
        packed[1500]


@settings(deadline=None, max_examples=30)
@given(st.lists(CANDIDATES, max_size=8))
def test_any_candidate_survives_the_packing(candidates: list[Candidate]) -> None:
    assert shelf._unpacked(shelf._packed(candidates)) == candidates


def test_leaving_out_holds_for_packed_and_loose_ones(small_room: None) -> None:
    candidates = [made(number) for number in range(1100)]
    packed = Shelf(candidates)
    for place in (0, 700, 1099):
        packed.leave_out(place, "duplicate")
    left = [place for place, candidate in enumerate(packed) if candidate.left_out]
    assert left == [0, 700, 1099]
    assert packed[700] == replace(candidates[700], left_out="duplicate")


def test_a_repeat_is_found_across_packed_blocks(small_room: None) -> None:
    candidates = [made(number) for number in range(1100)]
    packed = Shelf([*candidates, candidates[5]])
    seen: set[bytes] = set()
    leave_repeats_out(packed, seen)
    assert [c.left_out for c in packed].count("duplicate") == 1
    assert packed[1100].left_out == "duplicate"
    again = Shelf(candidates[:3])
    leave_repeats_out(again, seen)
    assert {c.left_out for c in again} == {"duplicate"}


def test_a_large_file_reads_the_same_packed_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        share(f"Post {n} of mine ’ is about hiring people slowly.", number=n) for n in range(1100)
    ]
    data = shares(*rows, rows[0]).encode()
    plain = read("Shares.csv", io.BytesIO(data))
    monkeypatch.setattr(shelf, "ROOM", 1000)
    packed = read("Shares.csv", io.BytesIO(data))
    assert packed.candidates._packed
    assert packed == plain
    assert packed.explanation.startswith("A file of a LinkedIn archive: 1,101 posts.")


def test_the_shelf_holds_fewer_bytes_than_the_texts(small_room: None, tmp_path: Path) -> None:
    sentences = ["We hired slowly ’ and were glad of it.", "Nobody came on Monday.", "It rained."]
    candidates = []
    for number in range(2048):
        text = f"{number} " + " ".join(sentences[(number * n) % 3] for n in range(30))
        candidates.append(Candidate(text, text, "row", "linkedin-post"))
    packed = Shelf(candidates)
    assert len(packed._packed) == 4
    assert sum(map(len, packed._packed)) * 5 < sum(len(c.text.encode()) for c in candidates)
