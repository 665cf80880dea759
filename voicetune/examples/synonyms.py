"""Words of working life that mean much the same, so that two questions can be seen to agree.

The groups are in data/synonyms.txt: English, a group a line, and a word is in one group only.
"""

from collections import defaultdict
from functools import cache

from voicetune.home import DATA


@cache
def _table() -> tuple[dict[str, str], dict[str, list[tuple[list[str], str]]]]:
    """Returns word -> name of its group, and first word -> the phrases it begins with their names.

    The name of a group is its first member. Longer phrases come first.
    """
    words: dict[str, str] = {}
    phrases: defaultdict[str, list[tuple[list[str], str]]] = defaultdict(list)
    for line in (DATA / "synonyms.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        members = [member.strip() for member in line.split(",")]
        name = members[0].replace(" ", "")
        for member in members:
            first, *rest = member.split()
            if rest:
                phrases[first].append((rest, name))
            else:
                words[member] = name
    for begun in phrases.values():
        begun.sort(key=lambda phrase: -len(phrase[0]))
    return words, dict(phrases)


def one_name_each(words: list[str]) -> list[str]:
    """Returns words in lower case, those that mean much the same under one name.

    A known phrase of several words becomes one.
    """
    names, phrases = _table()
    if phrases.keys().isdisjoint(words):
        return [names.get(word, word) for word in words]
    named: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        for rest, name in phrases.get(word, ()):
            if words[at + 1 : at + 1 + len(rest)] == rest:
                named.append(name)
                at += len(rest)
                break
        else:
            named.append(names.get(word, word))
        at += 1
    return named
