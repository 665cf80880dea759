"""Exact duplicates, and questions that ask nearly the same thing."""

import random

import pytest

from voicetune.examples.duplicates import (
    THRESHOLD,
    exact_duplicates,
    near_duplicate_questions,
)
from voicetune.examples.example import Example
from voicetune.examples.frames import stripped, subject, wants_text
from voicetune.examples.synonyms import one_name_each
from voicetune.home import DATA


def asked(*questions: str) -> list[Example]:
    return [
        Example([{"role": "user", "content": q}, {"role": "assistant", "content": f"Answer {i}."}])
        for i, q in enumerate(questions)
    ]


def pair(question: str, answer: str, **more: str) -> Example:
    return Example(
        [{"role": "user", "content": question, **more}, {"role": "assistant", "content": answer}]
    )


def test_conversations_that_differ_only_in_spacing_are_exact_duplicates() -> None:
    examples = [pair("How?", "So.\n\nYes."), pair("How?", "No."), pair(" How? ", "So. Yes.")]
    assert exact_duplicates(examples) == [[0, 2]]


def test_composed_and_decomposed_accents_are_the_same_text() -> None:
    assert exact_duplicates([pair("Caf\u00e9?", "Yes"), pair("Cafe\u0301?", "Yes")]) == [[0, 1]]


def test_a_different_role_or_case_makes_another_conversation() -> None:
    swapped = Example(list(reversed(pair("How?", "So.").messages)))
    assert exact_duplicates([pair("How?", "So."), swapped, pair("how?", "So.")]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How to network?", "How do I network?"),
        ("How to network?", "Ways to network?"),
        (
            "Write a LinkedIn post about burnout",
            "Can you draft a short post about burnout, please?",
        ),
        ("How do I negotiate my salary?", "how can i negotiate a salary"),
        ("What's your advice on cover letters?", "Any tips for cover letters?"),
        ("¿Cómo negocio mi salario?", "¿Como negocio mi salario hoy?"),
        ("我应该如何准备面试", "我应该如何准备面试呢?"),
        ("كيف أكتب منشورا جيدا؟", "كيف أكتب منشورا جيدا"),
        ("🌱 growing slowly", "Growing slowly 🌱"),
        ("How do I network?", "Ways to network?"),
        ("Tips for a first-time manager?", "Advice for new managers?"),
        (
            "Write a LinkedIn post about my promotion",
            "Draft a post announcing that I was promoted",
        ),
        ("Is a photo on my CV a good idea?", "Should my résumé have a picture?"),
        ("How do I ask for a pay rise?", "Requesting a raise"),
    ],
)
def test_questions_that_ask_the_same_are_near(one: str, other: str) -> None:
    assert near_duplicate_questions(asked(one, "Is Premium worth it?", other)) == [[0, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Write a post about burnout", "Write a post about hiring"),
        ("What is your view on remote work?", "What is your view on AI at work?"),
        ("How do I write a hook?", "How do I write a headline?"),
        ("我应该如何准备面试", "你最喜欢什么食物"),
        ("How do I write a cover letter?", "How do I write a resignation letter?"),
        ("How do I get promoted?", "Write a post about my promotion"),
    ],
)
def test_a_shared_request_frame_alone_makes_no_duplicate(one: str, other: str) -> None:
    assert near_duplicate_questions(asked(one, other)) == []


@pytest.mark.parametrize(
    "question",
    [
        "Write a post about hiring",
        "Can you please draft a short LinkedIn post on hiring?",
        "Post: the day I hired my first employee",
        "Share a story about hiring",
        "Hiring without a degree, as a post",
    ],
)
def test_a_request_for_a_text_is_told_from_a_question(question: str) -> None:
    assert wants_text(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do I write a post about hiring?",
        "Tips for hiring?",
        "How often should I post?",
        "What makes a good story?",
        "Posting in the morning or at night?",
        "",
    ],
)
def test_a_question_is_no_request_for_a_text(question: str) -> None:
    assert not wants_text(question)


def test_no_word_is_in_two_groups_of_synonyms() -> None:
    lines = (DATA / "synonyms.txt").read_text("utf-8").splitlines()
    words = [word.strip() for line in lines if line[0] != "#" for word in line.split(",")]
    assert len(words) == len(set(words))
    assert "" not in words


def test_words_and_phrases_that_mean_much_the_same_get_one_name() -> None:
    assert one_name_each(["my", "cv"]) == one_name_each(["my", "résumé"])
    assert one_name_each(["a", "pay", "rise", "now"]) == ["a", "raise", "now"]
    assert one_name_each(["pay"]) == ["salary"]


def test_a_frame_that_many_questions_share_is_taken_off_in_any_language() -> None:
    topics = ("Burnout", "Steuern", "Führung", "Urlaub", "Netzwerke")
    topics += ("Bewerbungen", "Gehalt", "Pausen", "Vorträge")
    questions = [f"Schreibe mir bitte einen Beitrag über {topic}" for topic in topics]
    assert near_duplicate_questions(asked(*questions)) == []
    again = "Schreibe mir bitte einen Beitrag über Bewerbungen?"
    assert near_duplicate_questions(asked(*questions, again)) == [[5, 9]]


def test_a_group_is_its_first_question_and_those_near_to_it() -> None:
    examples = asked("How to network?", "Is it late?", "Ways to network?", "How do I network?")
    assert near_duplicate_questions(examples) == [[0, 2, 3]]


def test_empty_questions_are_in_no_group() -> None:
    assert near_duplicate_questions(asked("", " ", "?", "🤷")) == []
    assert near_duplicate_questions([]) == []


def test_the_fast_product_finds_exactly_the_pairs_of_the_plain_one() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    draw = random.Random(5)
    words = [
        "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 8)))
        for _ in range(300)
    ]
    texts = [" ".join(draw.sample(words, draw.randint(3, 7))) for _ in range(900)]
    for i in range(0, 900, 9):  # look-alikes at every distance, over the bounds of the blocks
        changed = texts[draw.randrange(900)].split()
        changed[draw.randrange(len(changed))] = draw.choice(words)
        texts[i] = " ".join(changed)
    whole = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), lowercase=False)
    vectors = whole.fit_transform([subject(stripped(text)) for text in texts])
    near = (vectors @ vectors.T).toarray() >= THRESHOLD
    free, expected = set(range(len(texts))), []
    for i in range(len(texts)):
        if i in free:
            group = [j for j in range(i, len(texts)) if j in free and (near[i, j] or i == j)]
            free -= set(group)
            if len(group) > 1:
                expected.append(group)
    assert len(expected) > 30
    assert near_duplicate_questions(asked(*texts)) == expected


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Please write a short LinkedIn post about my first hire.", "my first hire"),
        ("How do I network?", "network"),
        ("Could you give me tips for shy people, please?", "shy people"),
        ("Thoughts?", "thoughts"),
        ("BURNOUT: thoughts?", "burnout"),
    ],
)
def test_the_frame_of_a_request_is_taken_off(question: str, subject: str) -> None:
    assert stripped(question) == subject


def test_one_subject_asked_for_as_a_text_and_as_an_answer_does_not_mix_the_groups_up() -> None:
    examples = asked(
        "Write a post about hiring",
        "What is hiring?",
        "Draft a post on hiring",
        "How do I prune roses?",
        "How to prune roses",
    )
    assert near_duplicate_questions(examples) == [[0, 2], [3, 4]]
