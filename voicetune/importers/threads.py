"""Short posts that answer one's own, joined into the one text that they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from voicetune.importers.candidate import Candidate
from voicetune.importers.making import make

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """A short post; `parent` is the id of the post that it answers, whoever wrote that."""

    id: str
    text: str
    where: str
    written_on: datetime | None = None
    parent: str = ""
    url: str = ""
    left_out: str | None = None


def join(
    posts: Iterable[Post], *, kind: str, thread: str, refuse: frozenset[str]
) -> Iterator[Candidate]:
    """Yields one candidate a post, and one for all posts of a thread, in the order of their starts.

    A post that answers somebody else is left out as a reply, with the thread below it; `kind` and
    `thread` are the kinds of the two.
    """
    own: dict[str, Post] = {}
    for post in posts:
        own.setdefault(post.id, post)
    roots: dict[str, str] = {}
    for post in own.values():
        path = [post.id]
        seen = {post.id}
        while True:
            parent = own[path[-1]].parent
            if path[-1] in roots:
                break
            if parent not in own or parent in seen or own[path[-1]].left_out:
                roots[path[-1]] = path[-1]
                break
            path.append(parent)
            seen.add(parent)
        for step in path:
            roots[step] = roots[path[-1]]
    members: dict[str, list[Post]] = {}
    for post in own.values():
        members.setdefault(roots[post.id], []).append(post)
    for root, together in members.items():
        first = own[root]
        rest = [post for post in together if post is not first and post.text.strip()]
        rest.sort(key=lambda post: post.written_on or _LAST)
        left_out = first.left_out or ("reply" if first.parent and first.parent not in own else None)
        yield make(
            "\n\n".join([first.text, *(post.text for post in rest)]),
            where=first.where,
            kind=thread if rest else kind,
            refuse=refuse,
            written_on=first.written_on,
            url=first.url,
            left_out=left_out,
        )
