"""What no part of the file can tell by itself: names that lead nowhere or are there twice, and collectors' options."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from alerts.channels import check_channel
from collectors.base import SourceRefused
from collectors.registry import known_kinds, options_model
from reputation_monitor import incidents
from reputation_monitor.settings.problems import Path, Problem, explain, suggest
from reputation_monitor.settings.schema import SOURCE_KEYS, options_in

_NAMED = {
    **dict.fromkeys(("brands", "services", "sources", "incidents", "channels", "alerts"), "name"),
    "revenue": "brand",
}
"""Section, and the key that no two of its entries may share."""
_USES = (
    ("brands", "rivals", "brands"),
    ("services", "brands", "brands"),
    ("sources", "brand", "brands"),
    ("revenue", "brand", "brands"),
    ("alerts", "send_to", "channels"),
)
"""Section, key, and the section whose names the key's values are."""

Tree = dict[str, Any]


def check(tree: Tree, written: Tree) -> list[Problem]:
    """Check a tree that may have other faults too, which are not told here.

    Args:
        tree: with references resolved.
        written: as its author wrote it.
    """
    return [
        *_duplicates(tree),
        *_dangling(tree),
        *_own_rivals(tree),
        *_sources(tree, written),
        *_incidents(tree),
        *_channels(tree),
    ]


def _entries(tree: Tree, section: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = tree.get(section)
    if isinstance(entries, list):
        yield from ((number, entry) for number, entry in enumerate(entries) if isinstance(entry, dict))


def _names(tree: Tree, section: str) -> list[str]:
    return [entry["name"].strip() for _, entry in _entries(tree, section) if isinstance(entry.get("name"), str)]


def _duplicates(tree: Tree) -> Iterator[Problem]:
    for section, key in _NAMED.items():
        seen: set[str] = set()
        for number, entry in _entries(tree, section):
            if isinstance(entry.get(key), str):
                name = entry[key].strip()
                if name.casefold() in seen:
                    yield Problem((section, number, key), f"found {name!r} a second time; expected a {key} of its own")
                seen.add(name.casefold())


def _dangling(tree: Tree) -> Iterator[Problem]:
    for section, key, target in _USES:
        for number, entry in _entries(tree, section):
            yield from _unknown(tree, entry.get(key), (section, number, key), target)
    for number, entry in _entries(tree, "alerts"):
        if isinstance(when := entry.get("when"), dict):
            yield from _unknown(tree, when.get("brands"), ("alerts", number, "when", "brands"), "brands")
    if isinstance(report := tree.get("report"), dict):
        yield from _unknown(tree, report.get("channel"), ("report", "channel"), "channels")


def _unknown(tree: Tree, value: object, path: Path, target: str) -> Iterator[Problem]:
    """Names at a path that the target section does not have."""
    known = _names(tree, target)
    used = [(path, value)] if not isinstance(value, list) else [((*path, at), name) for at, name in enumerate(value)]
    for place, name in used:
        if isinstance(name, str) and name.strip() not in known:
            nothing = "" if known else f"; {target}: has none"
            yield Problem(place, f"found {name!r}, which is no name under {target}:{suggest(name, known)}{nothing}")


def _own_rivals(tree: Tree) -> Iterator[Problem]:
    for number, entry in _entries(tree, "brands"):
        rivals = entry.get("rivals")
        if isinstance(rivals, list) and entry.get("name") in rivals:
            yield Problem(("brands", number, "rivals"), f"found {entry['name']!r}; a brand is no rival of its own")


def _sources(tree: Tree, written: Tree) -> Iterator[Problem]:
    for number, entry in _entries(tree, "sources"):
        kind, path = entry.get("collector"), ("sources", number)
        if not isinstance(kind, str):
            continue
        try:
            model = options_model(kind)
        except SourceRefused:
            found = f"found {kind!r}, which is no collector"
            yield Problem((*path, "collector"), found + suggest(kind, known_kinds()))
        else:
            yield from _options(entry, model, written, path)


def _options(entry: dict[str, Any], model: type[BaseModel], written: Tree, path: Path) -> Iterator[Problem]:
    try:
        model.model_validate(options_in(entry))
    except ValidationError as error:
        for problem in explain(error, model, written, path):
            if problem.message.startswith("unknown key"):
                known = [*SOURCE_KEYS, *model.model_fields]
                yield Problem(problem.path, "unknown key" + suggest(problem.path[-1], known))
            else:
                yield problem


def _incidents(tree: Tree) -> Iterator[Problem]:
    for number, entry in _entries(tree, "incidents"):
        kind, known = entry.get("kind", "statuspage"), incidents.kinds()
        if isinstance(kind, str) and kind not in known:
            found = f"found {kind!r}, which is no kind of incident source"
            yield Problem(("incidents", number, "kind"), found + suggest(kind, known))


def _channels(tree: Tree) -> Iterator[Problem]:
    for number, entry in _entries(tree, "channels"):
        url, kind = entry.get("url"), entry.get("kind")
        if isinstance(url, str) and (kind is None or isinstance(kind, str)):
            try:
                check_channel(url, kind)
            except ValueError as error:
                yield Problem(("channels", number, "url"), str(error))
