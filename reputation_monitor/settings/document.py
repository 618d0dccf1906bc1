"""A YAML file as a tree of plain values, with the line of each key and the references in its values resolved.

Read is YAML 1.2's core: ``no`` and ``on`` are words, ``10:30`` is text and so is a date; only ``true`` and ``false``
are truth values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from reputation_monitor.settings.addresses import is_secret_key
from reputation_monitor.settings.problems import Path, Problem

_REFERENCE = re.compile(r"\$(\$\{)|\$\{(file:)?([^}:]+)(:-([^}]*))?\}|\$\{(?P<broken>[^}]*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema in place of 1.1's."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _letters in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", "~|null|Null|NULL", "~nN"),
    ("null", "", [""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_letters))


@dataclass(slots=True)
class Document:
    """A file's content: the tree as written, the line of each path, and what is wrong with it as YAML."""

    tree: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_document(text: str) -> Document:
    """Read YAML; what is wrong with it is in ``problems``."""
    document = Document()
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return document
        _note(node, (), document)
        tree = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        document.problems.append(Problem((), _syntax(error)))
        return document
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        document.problems.append(Problem((), f"is no YAML: {error}"))
        return document
    if not isinstance(tree, dict):
        document.problems.append(Problem((), "expected keys with values, such as brands:, at the top of the file"))
        return document
    document.tree = tree
    return document


def _syntax(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{place}is no YAML: {error.problem or error.context or error}"


def _note(node: yaml.Node, path: Path, document: Document) -> None:
    """Note the line of everything under a node, and keys that are there twice."""
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _note(item, (*path, number), document)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                again = key.start_mark.line + 1
                document.problems.append(
                    Problem((*path, name), f"the key is there again in line {again}; expected one")
                )
            seen.add(name)
            document.lines.setdefault((*path, name), key.start_mark.line + 1)
            _note(value, (*path, name), document)


@dataclass(frozen=True, slots=True)
class Resolver:
    """Puts what they stand for in the place of references.

    ``${NAME}``, ``${NAME:-default}`` and ``${file:/path}`` anywhere in a text; ``file:/path`` as the whole of a secret
    (a channel's address, the database, a token). ``$${`` is a plain ``${``.
    """

    environ: Mapping[str, str]
    folder: FilePath
    problems: list[Problem] = field(default_factory=list)

    def resolve(self, value: Any, path: Path = ()) -> Any:
        """A tree with its references resolved; those that lead nowhere are in ``problems``."""
        if isinstance(value, dict):
            return {str(key): self.resolve(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item, (*path, number)) for number, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if value.startswith("file:") and _is_secret(path):
            return self._file(value.removeprefix("file:"), path)
        return _REFERENCE.sub(lambda match: self._reference(match, path), value)

    def _reference(self, match: re.Match[str], path: Path) -> str:
        escaped, file, name, _, default = match.group(1, 2, 3, 4, 5)
        if escaped:
            return "${"
        if file:
            return self._file(name, path)
        if match["broken"] is not None or not _NAME.fullmatch(name):
            return self._fail(path, "expected ${NAME}, ${NAME:-default} or ${file:/path}")
        value = self.environ.get(name) or default
        return self._fail(path, f"${{{name}}} is not set in the environment") if value is None else value

    def _file(self, name: str, path: Path) -> str:
        file = self.folder / ("/" + name.lstrip("/") if name.startswith("/") else name)
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            return self._fail(path, f"the file {file} that it refers to cannot be read ({reason})")

    def _fail(self, path: Path, message: str) -> str:
        self.problems.append(Problem(path, message))
        return ""


def _is_secret(path: Path) -> bool:
    is_channel = path[:1] == ("channels",) and path[-1:] == ("url",)
    return path == ("database",) or is_channel or any(map(is_secret_key, path))
