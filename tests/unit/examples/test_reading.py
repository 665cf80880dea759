"""Files in: what comes in, what is refused and why, what a file is called."""

import json
from datetime import date
from typing import Any

import pytest

from voicetune.examples.example import Example
from voicetune.examples.finding import Severity
from voicetune.examples.reading import Reading, Refusal, read_file, read_line


def line(question: str = "Why?", answer: str = "Because.", **extra: Any) -> str:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": messages, **extra}, ensure_ascii=False)


def read(text: str, name: str = "voice.jsonl") -> Reading:
    return read_file(name, text.encode())


def only_refusal(reading: Reading) -> Refusal:
    assert len(reading.refusals) == 1
    return reading.refusals[0]


@pytest.mark.parametrize(
    "words",
    ["🌱👩‍🌾", "春の庭", "حديقة في الربيع", "שלום", "e\u0301te\u0301", "a\u2028b", "\ufeffx"],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_script_comes_in_as_it_is(words: str, codec: str):
    reading = read_file("voice.jsonl", f"{line(words)}\n{line('b')}".encode(codec))
    assert [example.question for example in reading.examples] == [words, "b"]


def test_crlf_blank_lines_and_a_missing_last_newline_do_no_harm():
    reading = read(f"\r\n{line('a')}\r\n\r\n   \r\n{line('b')}")
    assert [example.question for example in reading.examples] == ["a", "b"]
    assert reading.lines == [2, 5]
    assert (reading.kind, reading.refusals, reading.findings) == ("chat", [], [])


def test_good_lines_come_in_and_bad_ones_are_listed_with_their_text():
    reading = read("\n".join([line("a"), "{oops", line("b"), '"text"', "{}", line("c")]))
    assert [example.question for example in reading.examples] == ["a", "b", "c"]
    assert [(r.line, r.code, r.text) for r in reading.refusals] == [
        (2, "not-json", "{oops"),
        (4, "not-object", '"text"'),
        (5, "no-messages", "{}"),
    ]
    assert "3 examples" in reading.explanation
    assert "3 lines did not come in" in reading.explanation


def test_a_line_with_wrong_messages_is_an_example_for_the_checks():
    reading = read('{"messages": []}\n{"messages": [{"role": "human"}, 7]}')
    assert [example.messages for example in reading.examples] == [[], [{"role": "human"}, 7]]


def test_other_keys_the_origin_and_the_day_are_kept():
    example = read(line(date="2024-03-01T09:30:00Z", tools=[1])).examples[0]
    assert example.extra == {"date": "2024-03-01T09:30:00Z", "tools": [1]}
    assert (example.written_on, example.origin) == (date(2024, 3, 1), "voice.jsonl line 1")


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_an_array_gives_its_items(indent: int | str | None):
    items = [json.loads(line(question)) for question in "abc"]
    reading = read(json.dumps(items, indent=indent), "voice.json")
    assert [example.question for example in reading.examples] == ["a", "b", "c"]
    assert reading.refusals == []


def test_items_on_one_line_are_told_apart_by_their_number():
    origins = [e.origin for e in read(f"[{line('a')}, {line('b')}]", "v.json").examples]
    assert origins == ["v.json line 1", "v.json item 2"]


def test_pretty_printed_objects_named_jsonl_come_in_with_their_first_lines():
    pretty = [json.dumps(json.loads(line(question)), indent=4) for question in "ab"]
    reading = read("\n".join(pretty))
    assert [example.question for example in reading.examples] == ["a", "b"]
    assert reading.lines == [1, 1 + pretty[0].count("\n") + 1]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_broken_item_costs_an_array_only_itself(indent: int | None):
    items = [json.loads(line(question)) for question in "abc"]
    reading = read(json.dumps(items, indent=indent).replace('"b"', '"b'), "voice.json")
    assert [example.question for example in reading.examples] == ["a", "c"]
    assert '"b' in only_refusal(reading).text
    assert '"a"' not in only_refusal(reading).text


def test_a_broken_pretty_object_is_refused_in_one_piece():
    pretty = [json.dumps(json.loads(line(question)), indent=4) for question in "abc"]
    reading = read("\n".join(pretty).replace('"b"', '"b'))
    assert [example.question for example in reading.examples] == ["a", "c"]
    assert only_refusal(reading).text == pretty[1].replace('"b"', '"b')


def test_two_objects_on_one_line_both_come_in():
    assert len(read(line("a") + line("b")).examples) == 2


def test_a_line_that_breaks_off_does_not_swallow_the_next():
    reading = read(f'{line("a")}\n{{"messages": [{{"role": "user"}},\n{line("b")}\n{line("c")}')
    assert [example.question for example in reading.examples] == ["a", "b", "c"]
    assert "breaks off" in only_refusal(reading).reason


def test_a_named_list_around_all_examples_is_opened():
    items = [json.loads(line(question)) for question in "ab"]
    assert len(read(json.dumps({"version": 1, "data": items}), "v.json").examples) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{“messages”: [{“role”: “user”}]}", "curly quotes"),
        ("<<<<<<< HEAD", "git"),
        ("{'messages': []}", "single quotes"),
        ('{"messages": [],}', "comma too many"),
        ('{"messages": [None]}', "null"),
        ('{"messages": NaN}', "NaN"),
        ('{"messages": [-Infinity]}', "Infinity"),
        ('{"messages": [1e999]}', "too big"),
        ('{"messages": ' + "9" * 5000 + "}", "digits"),
        ('{"messages": ' + "[" * 5000, "nested"),
        ('{"messages": ' + "[" * 150 + "]" * 150 + "}", "nested"),
        ('{"messages": ["\\ud83d"]}', "half of a character"),
        ('{"messages": ["a\tb"]}', "tab"),
        ('{"messages": ["a\0b"]}', "NUL"),
        ('{"messages": ["C:\\dir"]}', "backslash"),
        ('{"messages": ["he said "no" then"]}', "quote inside the text"),
        ('{"messages": []} and so on', "goes on with"),
        ('{"messages": [', "breaks off"),
        ('{"messages" []}', "colon"),
        ("# a comment", "comment"),
    ],
)
def test_a_line_that_is_not_json_says_why(text: str, words: str):
    reading = read(f"{line('a')}\n{text}\n{line('b')}")
    refusal = only_refusal(reading)
    assert (refusal.line, refusal.code, refusal.text) == (2, "not-json", text)
    assert words in refusal.reason
    assert [example.question for example in reading.examples] == ["a", "b"]


def test_curly_quotes_inside_a_text_are_no_fault():
    assert read(line("“Really?” she asked")).refusals == []


def test_curly_quotes_and_marks_of_git_are_told_with_their_lines():
    curly = line().replace('"', "”")
    text = "\n".join([line("a"), "<<<<<<< HEAD", curly, "=======", line("b"), ">>>>>>> main"])
    explanation = read(text).explanation
    assert "curly quotes from a word processor in line 3" in explanation
    assert "lines 2, 4 and 6" in explanation


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"Messages": []}, 'spelt "Messages"'),
        ({"messages": "hi"}, "must be a list"),
        ({"role": "user", "content": "hi"}, "one message by itself"),
        ({"title": "a", "body": "b"}, "title, body"),
    ],
)
def test_an_object_without_messages_says_what_it_has(record: dict[str, Any], words: str):
    refusal = only_refusal(read(json.dumps(record)))
    assert refusal.code == "no-messages"
    assert words in refusal.reason


def test_repeated_names_are_found_with_their_row():
    twice = '{"messages": [{"role": "user", "role": "assistant", "content": "x"}]}'
    finding = read(f"{{\n{line('a')}\n{twice}").findings[0]
    assert (finding.code, finding.severity, finding.rows) == (
        "duplicate-key",
        Severity.WARNING,
        (1,),
    )
    assert '"role"' in finding.message


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"prompt": "a", "chosen": "b", "rejected": "c"}, "preference"),
        (
            {
                "input": {"messages": []},
                "preferred_output": [{"role": "assistant"}],
                "non_preferred_output": [],
            },
            "preference",
        ),
        ({"Prompt": "a", "Completion": "b"}, "prompt-completion"),
        ({"conversations": [{"from": "human", "value": "a"}]}, "sharegpt"),
        ({"instruction": "a", "input": "", "output": "b"}, "instruction"),
    ],
)
def test_other_formats_are_named_and_kept_for_conversion(record: dict[str, Any], kind: str):
    reading = read(f"{json.dumps(record)}\n{json.dumps(record)}")
    assert (reading.kind, reading.examples, len(reading.refusals)) == (kind, [], 2)
    assert "(2 lines)" in reading.explanation


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(data: bytes):
    reading = read_file("voice.jsonl", data)
    assert (reading.kind, reading.explanation) == ("unknown", "The file is empty.")


def test_what_is_not_text_or_not_examples_is_named():
    assert "This is a PDF" in read_file("voice.jsonl", b"%PDF-1.4").explanation
    assert "web page" in read("<!DOCTYPE html><p>hi", "page.html").explanation
    assert "plain text" in read("Once, twice\nand, again", "notes.txt").explanation
    assert "Nothing in this file" in read("Just words.").explanation


def test_a_labelled_text_file_gives_pairs():
    reading = read("Q: Why?\nA: Because.\n", "notes.txt")
    assert (reading.kind, reading.examples[0].answer) == ("pairs", "Because.")


def test_older_windows_text_comes_with_a_finding():
    reading = read_file("voice.jsonl", line("café").encode("cp1252"))
    assert reading.examples[0].question == "café"
    assert (reading.encoding, reading.findings[0].code) == ("cp1252", "encoding")


def test_a_line_with_bytes_of_no_encoding_is_refused_and_others_come_in():
    reading = read_file(
        "v.jsonl", f"{line('🌱')}\n".encode() + line("X").encode().replace(b"X", b"\x81")
    )
    assert [example.question for example in reading.examples] == ["🌱"]
    assert "�" in only_refusal(reading).text


def test_a_mended_line_is_read_again():
    made = read_line(line("a"), 12)
    assert isinstance(made, Example)
    assert (made.question, made.origin) == ("a", "line 12")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{oops", "not-json"),
        ("", "not-json"),
        (f"{line()}\n{line()}", "not-json"),
        ("[]", "not-object"),
        ('{"text": "a"}', "no-messages"),
        ("Q: a\nA: b\nQ: c\nA: d", "pair"),
    ],
)
def test_a_line_still_wrong_keeps_its_text_and_number(text: str, code: str):
    made = read_line(text, 7)
    assert isinstance(made, Refusal)
    assert (made.line, made.code, made.text) == (7, code, text)


def test_a_line_can_be_mended_as_a_labelled_pair():
    made = read_line("Q: Why?\nA: Because,\nyes.", 3)
    assert isinstance(made, Example)
    assert (made.question, made.answer) == ("Why?", "Because,\nyes.")
