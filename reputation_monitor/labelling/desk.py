"""Labels by hand: finding the mention, setting its label, drawing what is to be labelled."""

from reputation_monitor.clock import Clock
from reputation_monitor.labelling.sample import allocate
from reputation_monitor.store import Correction, Mention, Store
from sentiment.scores import LABELS, Label


class LabelError(Exception):
    """What was to be labelled is not there, or not clear; the message says what to do."""


class LabelDesk:
    """Where people set labels."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store, self._now = store, now

    async def find(self, mention: str, brand: str | None = None) -> Mention:
        """The mention of that number, or of that source and id (``source:id``).

        Raises:
            LabelError: there is none, or it speaks of several brands.
        """
        if mention.isascii() and mention.isdigit() and len(mention) < 19:
            found = [one for one in await self._store.mentions_by_id([int(mention)]) if brand in {None, one.brand}]
        else:
            found = await self._store.mentions_by_key([mention], brand)
        if not found:
            of_brand = f" and speaks of {brand}" if brand else ""
            raise LabelError(
                f"no mention is called {mention!r}{of_brand}; the dashboard shows each one's number, "
                "and reputation-monitor sentiment sample draws some to label"
            )
        if len(found) > 1:
            brands = ", ".join(one.brand for one in found)
            raise LabelError(f"{mention!r} speaks of several brands ({brands}); name the one that the label is for")
        return found[0]

    async def set(
        self, mention: Mention, label: str, person: str, *, note: str = "", revision: int | None = None
    ) -> Correction:
        """Set a label; ``revision`` is that of the text which the person read, where it is known.

        Raises:
            LabelError: there is no such label, or the mention was taken back meanwhile.
            reputation_monitor.store.TextChangedError: the text was edited meanwhile.
        """
        chosen = _label(label)
        kept = await self._store.set_label(mention.id, chosen, person, self._now(), note=note, revision=revision)
        if kept is None:
            raise LabelError(f"the author of {mention.key} took it back meanwhile; there is nothing to label any more")
        return kept

    async def withdraw(self, mention: Mention, person: str) -> bool:
        """Take a label back; returns whether there was one."""
        return await self._store.withdraw_label(mention.id, person, self._now())

    async def draw(self, amount: int) -> int:
        """Draw mentions at random to be labelled, as many of each screen. Returns how many there were to draw."""
        available = await self._store.different_texts(undrawn=True)
        return len(await self._store.draw(allocate(amount, available), self._now()))

    async def to_label(self, limit: int | None = None) -> list[Mention]:
        """The mentions that were drawn and wait for their label."""
        return await self._store.mentions_by_id(await self._store.drawn_unlabelled(limit))


def _label(text: str) -> Label:
    for label in LABELS:
        if text == label:
            return label
    raise LabelError(f"{text!r} is no label; expected {', '.join(LABELS)}")
