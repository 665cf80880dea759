"""Letters that look bold or italic because they are mathematical signs (𝗪𝗛𝗬), made plain again.

Sites without formatting have made these popular. A model reads each as two to four tokens that no
other word shares, and a screen reader spells them out.
"""

import re
import unicodedata

_HOLES = "ℎℬℰℱℋℐℒℳℛℯℊℴℭℌℑℜℨℂℍℕℙℚℝℤ"  # the places that Unicode had given these letters before
_LETTER = f"[\U0001d400-\U0001d7ff{_HOLES}]"
_WORD = re.compile(rf"{_LETTER}[\u0300-\u036f]*(?:{_LETTER}[\u0300-\u036f]*)*")
_CERTAIN = re.compile("[\U0001d400-\U0001d7ff]")


def plain_letters(text: str) -> tuple[str, int]:
    """Returns the text with plain letters, and how many words had others.

    A lone ℝ or ℎ stays: only beside letters of the mathematical block is it part of a word.
    """
    words = 0

    def plain(match: re.Match[str]) -> str:
        nonlocal words
        word = match.group()
        if not _CERTAIN.search(word):
            return word
        words += 1
        letters = (unicodedata.normalize("NFKC", c) if _is_fancy(c) else c for c in word)
        return unicodedata.normalize("NFC", "".join(letters))

    if text.isascii():
        return text, 0
    return _WORD.sub(plain, text), words


def _is_fancy(character: str) -> bool:
    return not "\u0300" <= character <= "\u036f"
