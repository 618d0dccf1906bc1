"""What a site's lists name, and what is remembered of them, so that a list that did not change has nothing to say."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.base import Reject, State
from collectors.http import NO_STATE
from collectors.memory import short
from collectors.reading.sitemaps import Listed

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

_NAMES, _SITEMAPS = "names", "sitemaps"
"""Keys of what is remembered of a list, beside its validators."""


class Memory:
    """Lists as they were when everything that they name had been read: validators, names in short, further sitemaps."""

    def __init__(self, kept: str) -> None:
        self._lists: dict[str, State] = json.loads(kept) if kept else {}

    def of(self, key: str) -> State:
        """What is remembered of a list, to ask for it anew with; nothing of most."""
        return self._lists.get(key, NO_STATE)

    def learn(self, key: str, told: State) -> None:
        """Remember this of the list, if it is anything."""
        if told:
            self._lists[key] = told

    def kept(self) -> str:
        """For the state; what the constructor takes."""
        return json.dumps(self._lists, separators=(",", ":")) if self._lists else ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One list as it answered.

    Attributes:
        key: stands for the list and the way it is read.
        state: of a list with news, what to ask for the next time; of one without, or one that failed, what is
            remembered of it.
        is_news: whether it was read.
        hosts: that it may name.
        pages: of a list that was read.
        sitemaps: that it names, if it is an index.
    """

    key: str
    state: State
    is_news: bool = True
    hosts: frozenset[str] = frozenset()
    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = ()


def unchanged(key: str, state: State, hosts: frozenset[str]) -> Answered:
    """The answer of a list that is as ``state`` remembers it; an index may be, though its sitemaps changed."""
    return Answered(key, state, is_news=False, hosts=hosts, sitemaps=tuple(state.get(_SITEMAPS, "").split()))


class Lists:
    """What all lists of a site name in one run.

    A page that several lists name is as the first of them has it that tells a date; as long as that one does not
    change, the others are not listened to.

    Attributes:
        pages: the newest of the lists that were read, oldest first.
        names: in short, those pages and the ones of the lists that did not change.
        is_whole: whether pages that are not among them are listed no more.
    """

    def __init__(self, answers: Sequence[Answered], since: datetime | None, most: int) -> None:
        self._answers, self._since = answers, since
        quiet = {name for answer in answers if not answer.is_news for name in answer.state.get(_NAMES, "").split()}
        told = (page for answer in answers for page in answer.pages if short(page.address) not in quiet)
        self.pages = newest(told, since, max(0, most - len(quiet)))
        self.names = quiet | {short(page.address) for page in self.pages}
        self.rejects = tuple(reject for answer in answers for reject in answer.rejects)
        self.is_whole = since is None and not self.rejects  # what failed may name them again

    def remembered(self, is_read: Callable[[Listed], bool]) -> str:
        """What to keep for the next run: of lists that were read to the end, and of those that did not change.

        Nothing is kept of a list with pages that are still to be read, so that it will name them again; nor of any that
        was read with ``since``, which leaves out pages that are wanted without it.
        """
        memory = Memory("")
        listed = {page.address: page for page in self.pages}
        for answer in self._answers:
            named = [listed[page.address] for page in answer.pages if page.address in listed]
            if not answer.is_news:
                memory.learn(answer.key, answer.state)
            elif self._since is None and not answer.rejects and all(map(is_read, named)):
                own = (page for page in answer.pages if listed.get(page.address) is page)
                names = " ".join(short(page.address) for page in own)
                memory.learn(answer.key, {**answer.state, _NAMES: names, _SITEMAPS: " ".join(answer.sitemaps)})
        return memory.kept()


def newest(pages: Iterable[Listed], since: datetime | None, most: int) -> tuple[Listed, ...]:
    """Each page once, the oldest first and before them those without date; of many, the newest.

    Feeds and start pages begin with the newest, so the order is turned round where dates do not decide.
    """
    unique: dict[str, Listed] = {}
    for page in pages:
        if page.address not in unique or (unique[page.address].date is None and page.date is not None):
            unique[page.address] = page
    young = [page for page in unique.values() if since is None or (page.date or since) >= since]
    young.reverse()
    young.sort(key=lambda page: page.date or BEFORE_ALL)
    return tuple(young[max(0, len(young) - most) :])
