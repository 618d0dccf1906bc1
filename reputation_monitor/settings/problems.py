"""What is wrong with a configuration, said so that its author can mend it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError

from reputation_monitor.settings.addresses import HIDDEN, is_secret_key

Path: TypeAlias = tuple[str | int, ...]
"""Where in the tree of the file: ``("sources", 2, "every")``."""

_EXPECTED = {
    "string_type": "text (put quotation marks around it)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}
_SECRET_ENDS = frozenset({"url", "database"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where in the tree, and what was found and expected there."""

    path: Path
    message: str

    @property
    def key(self) -> str:
        """The path as people write it: ``sources[2].every``."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")


class SettingsError(ValueError):
    """A configuration that cannot be used; the message names file, lines, keys, what was found and what was expected.

    ``problems`` has every one of them.
    """

    def __init__(self, place: str, problems: Iterable[Problem], lines: Mapping[Path, int] | None = None) -> None:
        self.problems = tuple(problems)
        said = [_sentence(problem, lines or {}) for problem in self.problems]
        intro = f"{place}: " if len(said) == 1 else f"{place}: {len(said)} problems\n  "
        super().__init__(intro + "\n  ".join(said))


def _sentence(problem: Problem, lines: Mapping[Path, int]) -> str:
    line = next((lines[path] for path in _ancestors(problem.path) if path in lines), None)
    parts = [f"line {line}" if line else "", problem.key]
    where = ", ".join(filter(None, parts))
    return f"{where}: {problem.message}" if where else problem.message


def _ancestors(path: Path) -> Iterator[Path]:
    for length in range(len(path), 0, -1):
        yield path[:length]


def suggest(name: object, known: Iterable[str]) -> str:
    """`; did you mean X?` where a known name is near, else `; expected one of ...`, as far as they are few."""
    names = list(known)
    folded = {other.casefold(): other for other in names}
    near = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {folded[near[0]]}?"
    return f"; expected one of {', '.join(names)}" if 0 < len(names) <= 25 else ""


def explain(error: ValidationError, model: type[BaseModel], written: object, at: Path = ()) -> list[Problem]:
    """The problems that pydantic found.

    Args:
        error: what it found.
        model: what was validated.
        written: the tree as its author wrote it, from which values are quoted, but for secrets.
        at: where in that tree the model was validated.
    """
    found = error.errors(include_url=False, include_input=False)
    return [Problem(at + problem["loc"], _message(problem, model, written, at)) for problem in found]


def _message(problem: Any, model: type[BaseModel], written: object, at: Path) -> str:
    path: Path = problem["loc"]
    match problem["type"]:
        case "extra_forbidden":
            return "unknown key" + suggest(path[-1], known_keys(model, path[:-1]))
        case "missing":
            return f"is missing: {_description(model, path)}"
        case "value_error":
            reason = str(problem["ctx"]["error"])
        case "literal_error" | "enum":
            reason = f"expected {problem['ctx']['expected']}"
        case kind:
            reason = f"expected {_EXPECTED.get(kind) or problem['msg'].removeprefix('Input should be ')}"
    return reason if "found" in reason else f"found {quote(written, at + path)}; {reason}"


def quote(written: object, path: Path) -> str:
    """The value at a path as its author wrote it, shortened, or a mask where it may be secret."""
    for part in path:
        try:
            written = written[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return "nothing"
    if written is None:
        return "nothing"
    if isinstance(written, dict | list):
        return "keys with values" if isinstance(written, dict) else "a list"
    if _may_be_secret(path) and not str(written).startswith("${"):
        return HIDDEN
    text = repr(written)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _may_be_secret(path: Path) -> bool:
    return path[:1] != ("web",) and any(part in _SECRET_ENDS or is_secret_key(part) for part in path)


def known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys of the section at a path."""
    section = _section(model, path)
    return list(section.model_fields) if section else []


def _section(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the section at a path; list indexes are passed over."""
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return None
        model = inner
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _description(model: type[BaseModel], path: Path) -> str:
    section = _section(model, path[:-1])
    field = section.model_fields.get(str(path[-1])) if section else None
    return (field.description or "a value").rstrip(".") if field else "a value"
