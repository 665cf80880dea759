from voicetune.runs.held_out import held_out_answers
from voicetune.runs.launch import Settings, prepare
from voicetune.workspace.examples import update_example


def test_a_run_keeps_the_questions_that_were_held_out_with_the_own_answers(ws, prepared):
    assert held_out_answers(ws, prepared) == {
        "Question 12?": "Żółta róża 12, naturalnie.",
        "Question 13?": "Żółta róża 13, naturalnie.",
    }


def test_a_run_without_validation_examples_has_none(ws, dataset, place):
    from voicetune.workspace.examples import list_examples

    for example in list_examples(ws, dataset):
        update_example(ws, example.id, split="training")
    run = prepare(ws, dataset, place, "tiny", Settings(), "k2")
    assert held_out_answers(ws, run) == {}
