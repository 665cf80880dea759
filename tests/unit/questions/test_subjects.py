from voicetune.questions.subjects import load_subjects, mentions


def test_subjects_are_told_apart_by_id_and_word() -> None:
    subjects = load_subjects()
    assert len({s.id for s in subjects}) == len(subjects) > 30
    words = [word for subject in subjects for word in subject.words]
    assert sorted(words) == sorted(set(words))
    assert all(word == word.casefold() for word in words)


def test_a_star_stands_for_any_ending_and_phrases_are_found_whole() -> None:
    assert mentions("Networking is work. My NETWORK grew.")["networking"] == 2
    assert mentions("a pay rise")["salary"] == 1
    assert mentions("I pay. We rise.")["salary"] == 0
    assert mentions("we raised a glass")["salary"] == 0


def test_curly_apostrophes_are_read() -> None:
    assert mentions("writer’s block")["posting"] == 1
