"""Which kinds of channel there are, and which one an address belongs to.

Others ship a kind as a package with an entry point in the group ``reputation_monitor.channels`` that names a
`ChannelKind`.
"""

from datetime import UTC, tzinfo
from importlib.metadata import EntryPoint, entry_points

import aiohttp

from alerts.base import Channel
from alerts.channels.kind import ChannelKind, Place

GROUP = "reputation_monitor.channels"

# In the order in which they are asked whether an address is theirs. They load when they are needed: Apprise alone
# knows some 150 services.
BUILT_IN = (
    EntryPoint("console", "alerts.channels.console:KIND", GROUP),
    EntryPoint("apprise", "alerts.channels.apprise:KIND", GROUP),
    EntryPoint("slack", "alerts.channels.slack:KIND", GROUP),
)


def kinds() -> dict[str, EntryPoint]:
    """Give the known kinds by name, those of other packages first; a built-in kind cannot be replaced."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    built_in = {entry.name: entry for entry in BUILT_IN}
    return {name: entry for name, entry in found.items() if name not in built_in} | built_in


def check_channel(url: str, kind: str | None = None) -> None:
    """Check a channel's configuration without sending anything.

    Raises:
        ValueError: says what was expected, and never repeats the address.
    """
    _kind_of(url, kind).check(url)


def open_channel(
    name: str,
    url: str,
    kind: str | None = None,
    *,
    session: aiohttp.ClientSession | None = None,
    time_zone: tzinfo = UTC,
    timeout_seconds: float = 15.0,
) -> Channel:
    """Open a channel by its address, or by its kind where the address does not tell.

    Raises:
        ValueError: as `check_channel` does.
    """
    chosen = _kind_of(url, kind)
    chosen.check(url)
    return chosen.open(Place(name=name, url=url, session=session, time_zone=time_zone, timeout_seconds=timeout_seconds))


def _kind_of(url: str, kind: str | None) -> ChannelKind:
    known = kinds()
    if kind is not None:
        if kind not in known:
            raise ValueError(f"expected one of the kinds {', '.join(sorted(known))}, found {kind!r}")
        return _load(known[kind])
    for entry in known.values():
        loaded = _load(entry)
        if loaded.claims(url):
            return loaded
    raise ValueError(
        "expected console://, the https:// address of a Slack-shaped webhook, "
        "or an Apprise address such as mailto://, discord:// or workflows://"
    )


def _load(entry: EntryPoint) -> ChannelKind:
    loaded = entry.load()
    if not isinstance(loaded, ChannelKind):
        raise TypeError(f"entry point {entry.name} of {GROUP} gives {type(loaded).__name__}, expected a ChannelKind")
    return loaded
