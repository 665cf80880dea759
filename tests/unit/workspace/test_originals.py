from voicetune.examples.example import Example
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset, delete_dataset
from voicetune.workspace.examples import add_examples, delete_examples
from voicetune.workspace.history import undo
from voicetune.workspace.originals import original_of, save_originals

POST = Example([{"role": "user", "content": ""}, {"role": "assistant", "content": "WHY we write"}])


def test_the_text_as_it_was_found_outlives_a_deleted_example_for_undo() -> None:
    ws = open_workspace()
    voice = create_dataset(ws, "Ada")
    first, second = add_examples(ws, voice, [POST, POST], "Bring in 2 examples")
    save_originals(ws, voice, {first: "𝗪𝗛𝗬 we write \ud83d"})
    delete_examples(ws, voice, [first])
    undo(ws, voice)
    assert original_of(ws, voice, first) == "𝗪𝗛𝗬 we write \ud83d"
    assert original_of(ws, voice, second) is None


def test_it_goes_with_its_data_set() -> None:
    ws = open_workspace()
    voice = create_dataset(ws, "Ada")
    (example,) = add_examples(ws, voice, [POST], "Bring in 1 example")
    save_originals(ws, voice, {example: "𝗪𝗛𝗬"})
    delete_dataset(ws, voice)
    assert original_of(ws, voice, example) is None
