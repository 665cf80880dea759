"""Telling languages: rough, but never sure of what it cannot know."""

import pytest

from voicetune.importers.languages import in_other_languages, language_of

TEXTS = {
    "English": "The best teams I know are slow to hire, and that is what makes them fast later.",
    "German": "Die besten Teams, die ich kenne, sind nicht schnell, und das ist auch gut so.",
    "French": "Les meilleures équipes que je connais ne sont pas pressées, et c'est ce qui aide.",
    "Spanish": "Los mejores equipos que conozco no tienen prisa, y eso es lo que los hace fuertes.",
    "Portuguese": "As melhores equipes que eu conheço não têm pressa, e é isso que faz diferença.",
    "Italian": "Le squadre migliori che conosco non hanno fretta, ed è per questo che sono forti.",
    "Dutch": "De beste teams die ik ken zijn niet snel, en dat is ook goed voor je werk.",
    "Japanese": "私の知っている一番いいチームは、採用を急がない。それが強さになる。",
    "Chinese": "我认识的最好的团队都不急着招人，这正是他们后来很快的原因。",
    "Arabic": "أفضل الفرق التي أعرفها لا تستعجل في التوظيف وهذا ما يجعلها قوية",
    "Russian": "Лучшие команды, которые я знаю, не торопятся нанимать людей.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_tells_its_language(language: str):
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    ["", "So true", "12 34 56 🎉", "Kubernetes Terraform Ansible Docker Helm Istio Vault Nomad"],
)
def test_what_is_too_short_or_has_only_names_tells_nothing(text: str):
    assert language_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        'A client added me to hers as a spectator. Eighteen coaches, all writing "So true".',
        "Only if it's one line. Then don't. Typing still works. As for me: no comment, do it.",
        "I do as I am told: a die, a war, an era, a con, no more, in or on, et cetera, per se.",
    ],
)
def test_english_with_words_that_others_have_too_is_never_another_language(text: str):
    assert language_of(text) in (None, "English")


def different(texts: list[str]) -> list[bool]:
    return in_other_languages([language_of(text) for text in texts])


def test_the_few_texts_in_another_language_are_told():
    english = [TEXTS["English"]] * 6
    assert different([*english, TEXTS["French"], "So true"]) == [*[False] * 6, True, False]


def test_nothing_is_told_of_few_texts_or_where_no_language_leads():
    assert not any(different([TEXTS["English"], TEXTS["French"]]))
    assert not any(different([TEXTS["English"]] * 5 + [TEXTS["German"]] * 5))
