"""Which mentions tell the same story: copies of one text that were published close together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

STORY_LASTS = timedelta(days=14)
"""From a story's first copy to its last. Without the bound a text that is posted weekly would be one endless story."""

StoryKey = tuple[str, str]
"""(brand, fingerprint)"""


class Telling(NamedTuple):
    """A new mention of a text that may be told elsewhere too."""

    id: int
    key: StoryKey
    published: datetime


@dataclass(slots=True)
class Story:
    """A story as far as it is known: the id it goes by, and when its first and its last copy were published."""

    id: int
    first: datetime
    last: datetime

    def takes(self, published: datetime) -> bool:
        """Whether a copy of that time still belongs to it; copies may be collected in any order."""
        return max(self.last, published) - min(self.first, published) <= STORY_LASTS

    def widen(self, published: datetime) -> None:
        """Take a copy of that time in."""
        self.first, self.last = min(self.first, published), max(self.last, published)


def join_stories(tellings: Iterable[Telling], known: Mapping[StoryKey, Sequence[Story]]) -> dict[int, int]:
    """The stories that gained copies: mention id -> story id, for each telling that is not the first of its story."""
    stories = {key: list(of_key) for key, of_key in known.items()}
    joined: dict[int, int] = {}
    for telling in sorted(tellings, key=lambda telling: (telling.published, telling.id)):
        candidates = stories.setdefault(telling.key, [])
        story = next((story for story in candidates if story.takes(telling.published)), None)
        if story is None:
            candidates.append(Story(telling.id, telling.published, telling.published))
        else:
            story.widen(telling.published)
            joined[telling.id] = story.id
    return joined
