"""From a file and an environment to settings, or to one error that names everything that is wrong."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

import pydantic_settings
from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from reputation_monitor.settings import references
from reputation_monitor.settings.document import Resolver, read_document
from reputation_monitor.settings.problems import Problem, SettingsError, explain, suggest
from reputation_monitor.settings.schema import DEFAULT_DATABASE, ENVIRONMENT_PREFIX, Settings

FILE_NAME = "reputation-monitor.yaml"
FILE_VARIABLE = "REPUTATION_MONITOR_CONFIG"
DATABASE_VARIABLE = "REPUTATION_MONITOR_DATABASE"

Tree = dict[str, Any]


def find(path: FilePath | None, environ: Mapping[str, str], folder: FilePath | None = None) -> FilePath | None:
    """The configuration file: the one named, else the environment's, else that of the folder; None where none is.

    Args:
        path: what ``--config`` names.
        environ: the environment.
        folder: where to look last; the current one unless told.
    """
    if path is not None:
        return path
    if named := environ.get(FILE_VARIABLE):
        return FilePath(named)
    usual = (folder or FilePath.cwd()) / FILE_NAME
    return usual if usual.is_file() else None


def load(path: FilePath | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a file, overridden by the environment.

    ``REPUTATION_MONITOR_DATABASE`` overrides the database, ``REPUTATION_MONITOR__WEB__PORT`` the port under ``web:``,
    and so on for every key that is in no list. Relative paths of the file are relative to its folder.

    Raises:
        SettingsError: there is no file, or it cannot be used.
    """
    file = find(path, environ)
    if file is None:
        message = (
            f"there is no {FILE_NAME} in {FilePath.cwd()}; write one (config/reputation-monitor.example.yaml is a "
            f"start), name one by --config FILE, or set {FILE_VARIABLE}"
        )
        raise SettingsError("no configuration", [Problem((), message)])
    return read_settings(_text(file), str(file), file.absolute().parent, environ)


def default_settings(environ: Mapping[str, str], folder: FilePath | None = None) -> Settings:
    """The settings where there is no file: nothing is watched, and the data lie in the folder (else the current one).

    Raises:
        SettingsError: the environment sets what cannot be used.
    """
    return read_settings("", "the environment", (folder or FilePath.cwd()).absolute(), environ)


def read_settings(text: str, place: str, folder: FilePath, environ: Mapping[str, str]) -> Settings:
    """The settings that a YAML text says.

    Args:
        text: the YAML.
        place: what errors call it.
        folder: what relative paths are relative to.
        environ: for references and overrides.

    Raises:
        SettingsError: it cannot be used.
    """
    document = read_document(text)
    if document.problems:
        raise SettingsError(place, document.problems, document.lines)
    resolver = Resolver(environ, folder)
    overrides, unknown = _overrides(environ)
    filled = {name: value for name, value in document.tree.items() if value is not None}
    tree = _merged(_anchored(resolver.resolve(filled), folder), overrides)
    settings, problems = _validated(tree, _merged(filled, overrides))
    broken = {problem.path for problem in resolver.problems}
    told = [_with_variable(problem, overrides, environ) for problem in problems if problem.path not in broken]
    if settings is None or told or resolver.problems or unknown:
        raise SettingsError(place, dict.fromkeys([*resolver.problems, *unknown, *told]), document.lines)
    return settings


def _text(file: FilePath) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem((), f"expected UTF-8; byte {error.start} is none")
        raise SettingsError(str(file), [problem]) from None
    except OSError as error:
        raise SettingsError(str(file), [Problem((), f"cannot be read ({error.strerror})")]) from None


def _validated(tree: Tree, written: Tree) -> tuple[Settings | None, list[Problem]]:
    problems = [*_strange_keys(tree), *references.check(tree, written)]
    known = {name: value for name, value in tree.items() if name in Settings.model_fields}
    try:
        return Settings(**known), problems
    except ValidationError as error:
        return None, [*explain(error, Settings, written), *problems]


def _with_variable(problem: Problem, overrides: Tree, environ: Mapping[str, str]) -> Problem:
    """The problem; where the environment set what is wrong, its variable in the place of the file's key."""
    value: Any = overrides
    for part in problem.path:
        if not isinstance(value, dict):
            break
        if part not in value:
            return problem
        value = value[part]
    variable = ENVIRONMENT_PREFIX + "__".join(str(part).upper() for part in problem.path)
    if problem.path == ("database",) and environ.get(DATABASE_VARIABLE):
        variable = DATABASE_VARIABLE
    return Problem((), f"environment variable {variable}: {problem.message}")


def _strange_keys(tree: Tree) -> list[Problem]:
    known = Settings.model_fields
    return [Problem((name,), "unknown key" + suggest(name, known)) for name in tree if name not in known]


class _Environment(EnvSettingsSource):
    """An environment that is handed over, in place of the process's own."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environ.items()}


def _overrides(environ: Mapping[str, str]) -> tuple[Tree, list[Problem]]:
    """What the environment sets, and what of it cannot be understood."""
    sections = {
        name: name.upper().removeprefix(ENVIRONMENT_PREFIX).partition("__")[0].lower()
        for name in environ
        if name.upper().startswith(ENVIRONMENT_PREFIX)
    }
    problems = [
        Problem((), f"environment variable {name}: unknown key {section}{suggest(section, Settings.model_fields)}")
        for name, section in sections.items()
        if section not in Settings.model_fields
    ]
    try:
        tree: Tree = _Environment(environ)()
    except pydantic_settings.SettingsError as error:
        return {}, [*problems, Problem((), f"environment: {error}; expected JSON")]
    if database := environ.get(DATABASE_VARIABLE):
        tree["database"] = _anchored_database(database, FilePath.cwd())
    return tree, problems


def _merged(tree: Tree, overrides: Tree) -> Tree:
    merged = dict(tree)
    for name, value in overrides.items():
        below = merged.get(name)
        merged[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _anchored(tree: Tree, folder: FilePath) -> Tree:
    """The tree with its relative paths made absolute."""
    anchored: Tree = {"database": DEFAULT_DATABASE, "report": {}} | tree
    if isinstance(anchored["database"], str):
        anchored["database"] = _anchored_database(anchored["database"], folder)
    if isinstance(report := anchored["report"], dict):
        anchored["report"] = {"folder": "reports"} | report
        anchored["report"] = _anchored_keys(anchored["report"], ("folder",), folder)
    for section, keys in (("sources", ("url", "path", "archive")), ("incidents", ("url",))):
        if isinstance(entries := anchored.get(section), list):
            anchored[section] = [_anchored_keys(entry, keys, folder) for entry in entries]
    if isinstance(model := anchored.get("model"), str) and (model.startswith(".") or (folder / model).is_dir()):
        anchored["model"] = str(folder / model)
    return anchored


def _anchored_keys(entry: Any, keys: tuple[str, ...], folder: FilePath) -> Any:
    if not isinstance(entry, dict):
        return entry
    paths = {
        key: str(folder / entry[key])
        for key in keys
        if isinstance(entry.get(key), str)
        and entry[key]
        and "://" not in entry[key]
        and not entry[key].startswith("file:")
    }
    return entry | paths


def _anchored_database(address: str, folder: FilePath) -> str:
    """A relative SQLite file is relative to the folder; ``sqlite://`` and ``:memory:`` are in memory."""
    scheme, separator, name = address.partition(":///")
    is_file = scheme.partition("+")[0] == "sqlite" and separator and name and not name.startswith((":memory:", "file:"))
    return f"{scheme}:///{folder / name}" if is_file else address
