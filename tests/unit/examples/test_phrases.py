"""Template slots and leftovers of AI chats are found; what only looks like them is not."""

import pytest

from voicetune.examples.phrases import ai_leftover, template_slot


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Hi {{name}},", "{{name}}"),
        ("Hi {{ 名前 }},", "{{ 名前 }}"),
        ("At [Company] we care.", "[Company]"),
        ("Dear [Hiring Manager's Name]", "[Hiring Manager's Name]"),
        ("a [job title] with ten years", "[job title]"),
        ("[your main point here, please]", "[your main point here, please]"),
        ("[INSERT COMPANY]", "[INSERT COMPANY]"),
        ("[MAIN_POINT]", "[MAIN_POINT]"),
        ("Dear {first_name}", "{first_name}"),
        ("Dear ${company}", "${company}"),
        ("<your name>", "<your name>"),
        ("%NAME%", "%NAME%"),
        ("{% if vip %}", "{% if vip %}"),
    ],
)
def test_a_slot_is_found(text: str, slot: str) -> None:
    assert template_slot(text) == slot


@pytest.mark.parametrize(
    "text",
    [
        "See [my company page](https://a.example) and [name]: https://b.example",
        "[1], [x], [ ], [sic], [laughs], [...]",
        "[applause from the team]",
        "<b>bold</b> and 3 < 5 > 4",
        "50% of my name is 50% yours",
        '{"a": 1} and {x}',
        "🌱 {} [] 関係",
    ],
)
def test_what_only_looks_like_a_slot_is_left_alone(text: str) -> None:
    assert template_slot(text) is None


@pytest.mark.parametrize(
    "answer",
    [
        "As an AI language model, I have no job.",
        "I’m just an AI, but I'd wait.",
        "My knowledge cutoff is 2023.",
        "As of my last knowledge update, this held.",
        "I'm sorry, but I can't assist with that request.",
        "Certainly! Here's a LinkedIn post about burnout:\n\nRest is work.",
        "Here is your revised draft:\n\nRest is work.",
        "Rest is work.\n\nLet me know if you'd like me to adjust the tone.",
        "Rest is work. I hope this helps!",
        "Rest is work.:contentReference[oaicite:0]{index=0}",
        "https://a.example/?utm_source=chatgpt.com",
    ],
)
def test_a_leftover_of_an_ai_chat_is_found(answer: str) -> None:
    assert ai_leftover(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "As an AI engineer I ship on Fridays.",
        "As an AI-first company, we still phone people.",
        "Here's the post I wrote in 2019: it flopped.",
        "Absolutely not. Certainly, she said.",
        "I sent it. Let me know if you want it.",
        "I can't help with heavy lifting, but I can make tea.",
        "ChatGPT wrote my cover letter once.",
        "",
    ],
)
def test_a_persons_own_words_are_left_alone(answer: str) -> None:
    assert ai_leftover(answer) is None
