"""Questions and answers as people paste them: labelled, in paragraphs, or as spreadsheet cells."""

import re
from dataclasses import dataclass

_QUESTION = (
    "q|question|user|prompt|human|customer|reader|frage|pregunta|pergunta|domanda|вопрос|问题?|問題?"
    "|質問|질문|سؤال|שאלה"
)
_ANSWER = (
    "a|answer|assistant|response|reply|completion|ai|bot|me|antwort|respuesta|réponse|resposta"
    "|risposta|ответ|答案?|回答|답변|답|جواب|תשובה"
)
_LABEL = re.compile(
    r"^[ \t]*(?:[>#\-]+[ \t]*)?(?:\*[ \t]+)?(?P<bold>\*{1,3}|_{1,2})?[ \t]*"
    rf"(?:(?P<question>{_QUESTION})|(?P<answer>{_ANSWER})|(?P<system>system))"
    r"[ \t]*(?:no\.?[ \t]*)?[\d]{0,4}[ \t]*"
    r"(?:[*_]{1,3}[ \t]*[:：]|[:：](?(bold)[ \t]*[*_]{0,3}))[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|={3,}|_{3,}|#{3,})[ \t]*$\n?", re.MULTILINE)
_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_WIDE_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")
_ASKING = ("?", "？", "؟", '?"', "?”", "?)")


@dataclass(frozen=True, slots=True)
class Pair:
    """One pasted pair and the line it starts on; `problem` says what is missing."""

    line: int
    question: str = ""
    answer: str = ""
    system: str = ""
    problem: str | None = None
    text: str = ""


def is_labelled(text: str) -> bool:
    """Returns whether `text` has at least one question and one answer marked by a label."""
    marks = list(_LABEL.finditer(text))
    return any(m["question"] for m in marks) and any(m["answer"] for m in marks)


def labelled_pairs(text: str) -> list[Pair]:
    """Returns the pairs of a text with labels such as Q: and A:, Question: and Answer:.

    A text belongs to the label before it, up to the next label. A system label holds for the pairs
    after it. A question without an answer, or an answer without a question, comes back with a
    `problem`.
    """
    marks = list(_LABEL.finditer(text))
    pairs: list[Pair] = []
    if marks and text[: marks[0].start()].strip():
        before = text[: marks[0].start()].strip()
        pairs.append(Pair(1, problem="This text stands before the first question.", text=before))
    system = ""
    asked: tuple[int, str, str] | None = None
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following else len(text)
        said, whole = text[mark.end() : end].strip(), text[mark.start() : end].strip()
        line = text.count("\n", 0, mark.start()) + 1
        if mark["answer"]:
            if asked is None:
                problem = "This answer has no question before it."
                pairs.append(Pair(line, answer=said, problem=problem, text=whole))
            elif not said or not asked[1]:
                text_of_pair = f"{asked[2]}\n{whole}"
                pairs.append(Pair(asked[0], problem=_emptiness(asked[1]), text=text_of_pair))
            else:
                pairs.append(Pair(asked[0], asked[1], said, system, text=f"{asked[2]}\n{whole}"))
            asked = None
            continue
        if asked is not None:
            problem = "This question has no answer after it."
            pairs.append(Pair(asked[0], asked[1], problem=problem, text=asked[2]))
        asked = (line, said, whole) if mark["question"] else None
        system = said if mark["system"] else system
    if asked is not None:
        problem = "This question has no answer after it."
        pairs.append(Pair(asked[0], asked[1], problem=problem, text=asked[2]))
    return pairs


def _emptiness(question: str) -> str:
    return "The answer is empty." if question else "The question is empty."


def paragraph_pairs(text: str) -> tuple[list[Pair], str]:
    """Returns the pairs of a text without labels, and how it was read, as part of a sentence.

    Tried in this order: parts between rules (---), parts between two or more blank lines, and
    paragraphs that each begin with a line ending in a question mark: in all three the question
    comes first and all the rest is the answer. Otherwise paragraphs take turns: question, answer,
    question, answer.
    """
    if _RULE.search(text):
        return [
            _block(part, line) for line, part in _parts(text, _RULE)
        ], "the rules (---) between them"
    if _WIDE_GAP.search(text.strip("\n")):
        return [
            _block(part, line) for line, part in _parts(text, _WIDE_GAP)
        ], "the wide gaps between them"
    paragraphs = _parts(text, _GAP)
    if paragraphs and all(
        part.split("\n")[0].rstrip().endswith(_ASKING) and "\n" in part for _, part in paragraphs
    ):
        how = "the first line of each paragraph, which asks"
        return [_block(part, line) for line, part in paragraphs], how
    pairs: list[Pair] = []
    for place in range(0, len(paragraphs), 2):
        line, question = paragraphs[place]
        if place + 1 < len(paragraphs):
            answer = paragraphs[place + 1][1]
            pairs.append(Pair(line, question, answer, text=f"{question}\n\n{answer}"))
        else:
            problem = "This paragraph is left over: it has no answer after it."
            pairs.append(Pair(line, question, problem=problem, text=f"Q: {question}"))
    return pairs, "paragraphs in turn (question, answer)"


def _parts(text: str, separator: re.Pattern[str]) -> list[tuple[int, str]]:
    """Returns the parts between separators that are not blank, each with the line it starts on."""
    parts: list[tuple[int, str]] = []
    done, line = 0, 1
    for start, end in [*(m.span() for m in separator.finditer(text)), (len(text), len(text))]:
        part = text[done:start]
        if part.strip():
            blank = len(part) - len(part.lstrip())
            parts.append((line + part.count("\n", 0, blank), part.strip()))
        line += text.count("\n", done, end)
        done = end
    return parts


def _block(part: str, line: int) -> Pair:
    """One part with its question first: its first paragraph, or its first line if it asks."""
    first_line, _, after_line = part.partition("\n")
    if first_line.rstrip().endswith(_ASKING) and after_line.strip():
        return Pair(line, first_line.strip(), after_line.strip(), text=part)
    gap = _GAP.search(part)
    if gap:
        return Pair(line, part[: gap.start()].strip(), part[gap.end() :].strip(), text=part)
    if after_line.strip():
        return Pair(line, first_line.strip(), after_line.strip(), text=part)
    problem = "This part has one paragraph only: a question, or an answer without its question."
    return Pair(line, part, problem=problem, text=f"Q: {part}\nA: ")
