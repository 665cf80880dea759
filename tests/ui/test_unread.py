"""Pieces of archives and documents that could not be read: kept, written in, dropped, undone."""

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, go_to
from tests.ui.test_posts_import import QUIET, drop, said
from tests.unit.importers.linkedin_files import share, shares
from tests.unit.importers.zips import zipped
from voicetune.examples.intake import Refusal
from voicetune.ui.examples.unread import UNREAD, keep_unread, write_in
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, get_example, list_examples
from voicetune.workspace.history import undo
from voicetune.workspace.refusals import StoredRefusal, list_refusals

BROKEN = Refusal(12, "row", "Shares.csv, row 12: This row cannot be read.", "2024-01-01,Half a row")


def kept(ws: Workspace, voice: int, refusal: Refusal = BROKEN) -> StoredRefusal:
    keep_unread(ws, voice, [refusal], "Basic.zip")
    return list_refusals(ws, voice)[-1]


def area(at: AppTest, refusal: StoredRefusal):
    (found,) = [a for a in at.text_area if (a.key or "").startswith(f"piece_{refusal.id}.")]
    return found


def test_what_an_archive_could_not_give_is_kept_with_what_it_gave(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    archive = {"Shares.csv": shares(share(QUIET)), "old/older.zip": "PK"}
    at = drop(
        open_page("examples", voice=voice, way="file"),
        ("Basic_export.zip", zipped(archive).getvalue()),
    )
    at.button(key="add_found").click().run()
    assert not at.exception
    (refusal,) = list_refusals(ws, voice)
    assert (refusal.source, refusal.code, refusal.text) == (
        "Basic_export.zip",
        UNREAD,
        "old/older.zip",
    )
    assert "1 piece that could not be read is kept" in str([t.value for t in at.toast])


def test_a_file_of_which_nothing_could_be_read_can_still_be_kept(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("scan.pdf", b"%PDF-1.4\nx"))
    assert "damaged or locked" in said(at)
    at.button(key="keep_unread").click().run()
    assert not at.exception
    go_to(at, show="refused")
    assert "1 piece did not come in" in said(at).replace("*", "")
    assert "scan.pdf" in said(at)


def test_a_file_that_has_no_posts_at_all_leaves_nothing_to_keep(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    archive = zipped({"Profile.csv": "First Name\nMaya\n", "Connections.csv": "x\n"}).getvalue()
    at = drop(open_page("examples", voice=voice, way="file"), ("Basic.zip", archive))
    assert "basic archive" in said(at)
    assert not [button for button in at.button if button.key == "keep_unread"]


def test_a_piece_is_written_in_by_hand_as_a_text_or_as_a_pair(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = add_sample(ws, "hiring_manager")
    system = list_examples(ws, voice)[0].system
    refusal = kept(ws, voice)
    at = open_page("examples", voice=voice, show="refused")
    assert "Shares.csv, row 12" in said(at)
    area(at, refusal).set_value("What I had written there.").run()
    at.button(key=f"write_in_{refusal.id}").click().run()
    assert not at.exception
    last = list_examples(ws, voice)[-1]
    assert (last.question, last.answer, last.system) == ("", "What I had written there.", system)
    assert last.origin == "Basic.zip, written in by hand"
    assert list_refusals(ws, voice) == []
    undo(ws, voice)
    assert [r.text for r in list_refusals(ws, voice)] == ["What I had written there."]
    at.run()
    area(at, refusal).set_value("Q: How?\nA: Slowly, as always.").run()
    at.button(key=f"write_in_{refusal.id}").click().run()
    assert not at.exception
    last = list_examples(ws, voice)[-1]
    assert (last.question, last.answer) == ("How?", "Slowly, as always.")


def test_nothing_written_is_no_example(ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    refusal = kept(ws, voice, Refusal(1, "pdf", "Page 2 of a.pdf could not be read.", ""))
    made = write_in(ws, refusal, "  ")
    assert isinstance(made, Refusal)
    assert list_examples(ws, voice) == []
    assert [r.reason for r in list_refusals(ws, voice)] == ["Page 2 of a.pdf could not be read."]


def test_the_same_piece_is_kept_once_and_a_file_as_such_never(ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    whole = Refusal(1, "no-posts", "There are no posts in it.", "")
    assert keep_unread(ws, voice, [BROKEN, whole], "Basic.zip") == 1
    assert keep_unread(ws, voice, [BROKEN], "Basic.zip") == 0
    assert keep_unread(ws, voice, [BROKEN], "Other.zip") == 1


def test_a_table_of_posts_keeps_the_rows_that_did_not_come_in(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    table = f'Posting Time,Text\n2024-03-01 09:30,"{QUIET}"\n2024-03-02,"{QUIET}!","x","y"\n'
    at = drop(open_page("examples", voice=voice, way="file"), ("buffer.csv", table.encode()))
    at.button(key="add_found").click().run()
    assert not at.exception
    stored = list_examples(ws, voice)
    assert len(stored) + len(list_refusals(ws, voice)) == 2


def test_a_persons_words_in_a_piece_are_never_markup(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    nasty = "**Bold** $x$ <b>html</b> :red[red]"
    keep_unread(ws, voice, [Refusal(1, "row", nasty, nasty)], nasty)
    at = open_page("examples", voice=voice, show="refused")
    shown = "\n".join(str(element.value) for element in at.markdown)
    assert "**Bold** $x$" not in shown
    assert ":red[red]" not in shown
    refusal = list_refusals(ws, voice)[0]
    example = get_example(ws, write_in(ws, refusal, nasty))  # type: ignore[arg-type]
    assert example.answer == nasty
    assert add_examples(ws, voice, [example], "Again")
