"""What is written for readers is true: commands, options, figures, links and paths."""

import ast
import inspect
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import typer

from reputation_monitor import outputs
from reputation_monitor.cli import app, config_first
from reputation_monitor.settings import load

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("benchmarks/*.md")])
COMMAND_LINES = (*PAGES, ROOT / "Dockerfile")
OF_TYPER = {"help"}
DISTRIBUTIONS = packages_distributions()
BY_ADDRESS = {"aiosqlite", "asyncpg", "tzdata"}
"""Drivers that SQLAlchemy chooses by a database's address, and the zones that zoneinfo looks for."""
INSTALLED_BY_HAND = {"causalpy", "onnx", "onnxruntime", "openvino", "pandas"}
"""What benchmarks compare with where it is there: nobody else needs their gigabyte."""
WITH_TRANSFORMERS = {"huggingface-hub", "tokenizers"}


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(group: Any = None, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words it is called by."""
    here = group or typer.main.get_command(app)
    for name, command in here.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name), command


COMMANDS = dict(commands())


def section_of(words: tuple[str, ...]) -> str:
    """The part of docs/commands.md under a command's heading."""
    sections = read("docs", "commands.md").split("\n## ")[1:]
    named = [s for s in sections if re.search(rf"`{' '.join(words)}[ `]", s.partition("\n")[0])]
    return named[0] if named else ""


def declared(kind: str) -> set[str]:
    """The names of the direct dependencies at run time, or of an extra."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    lines = project["dependencies"] if kind == "run" else project["optional-dependencies"][kind]
    return {re.split(r"[\[<>=]", line)[0] for line in lines}


def imported(*folders: str) -> set[str]:
    """The packages that the code of these folders imports, by the names they are installed by."""
    found = set()
    for path in (path for folder in folders for path in ROOT.joinpath(folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return {
        d.lower().replace("_", "-") for name in found for d in DISTRIBUTIONS.get(name, []) if d != "reputation-monitor"
    }


def makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), flags=re.MULTILINE))


def invocations() -> list[str]:
    """Every reputation-monitor command line of the pages: in blocks and in spans."""
    found = []
    for page in COMMAND_LINES:
        text = page.read_text(encoding="utf-8")
        found += re.findall(r"^(?: {4,}|\$ )?(?:\.venv/bin/)?reputation-monitor ([a-z-].*)$", text, flags=re.MULTILINE)
        found += re.findall(r"`(?:\.venv/bin/)?reputation-monitor ([a-z][^`]*)`", text)
    return sorted({line.partition(" #")[0].strip() for line in found})


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_documented_with_its_options(words: tuple[str, ...]):
    section = section_of(words)
    assert section, f"docs/commands.md has no heading for {' '.join(words)}"
    options = [
        name for p in COMMANDS[words].params if p.name not in OF_TYPER for name in p.opts if name.startswith("-")
    ]
    assert [name for name in options if f"`{name}`" not in section] == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_helps(words: tuple[str, ...]):
    assert COMMANDS[words].help


def test_no_page_documents_a_command_that_is_not_there():
    headings = re.findall(r"^## (.+)$", read("docs", "commands.md"), flags=re.MULTILINE)
    documented = {
        tuple(w for w in span.split() if w.islower()) for line in headings for span in re.findall("`([^`]+)`", line)
    }
    assert documented == set(COMMANDS)


@pytest.mark.parametrize("line", invocations())
def test_every_command_line_on_a_page_can_be_typed(line: str):
    words = config_first(shlex.split(line.replace("…", "")))
    while words[:1] == ["--config"]:
        words = words[2:]
    names = next((n for n in COMMANDS if tuple(words[: len(n)]) == n), None)
    if names is None:
        assert any(n[0] == words[0] for n in COMMANDS), f"no such command: {line}"
        return
    if len(words) == len(names):
        return  # it is only named
    command = COMMANDS[names]
    with command.make_context(" ".join(names), words[len(names) :], resilient_parsing=False) as context:
        assert context.command is command


def test_the_options_of_all_commands_are_documented():
    options = [name for parameter in typer.main.get_command(app).params for name in parameter.opts]
    assert "--config" in options
    assert [name for name in options if f"`{name}`" not in read("docs", "commands.md").partition("\n## ")[0]] == []


def test_the_readmes_configuration_loads(tmp_path: Path):
    (block,) = re.findall(r"```yaml\n(.*?)```", read("README.md"), flags=re.DOTALL)
    file = tmp_path / "reputation-monitor.yaml"
    file.write_text(block, encoding="utf-8")
    settings = load(file, {})
    assert {source.screen for source in settings.sources} == {"web", "tv", "mobile"}


def test_every_figure_of_the_json_is_documented():
    figures = set(re.findall(r'^ +"(\w+)":', inspect.getsource(outputs), flags=re.MULTILINE))
    pages = read("docs", "dashboard.md") + read("docs", "incidents.md") + read("docs", "commands.md")
    assert len(figures) > 40
    assert [figure for figure in sorted(figures) if not re.search(rf"\b{figure}\b", pages)] == []


@pytest.mark.parametrize("page", [ROOT / ".ci" / "run", *PAGES], ids=name_of)
def test_every_make_command_is_a_target(page: Path):
    used = set(re.findall(r"(?:^|`|^ +)make ([a-z]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert used <= makefile_targets()


def test_ci_runs_the_checks_and_the_readmes_test_command():
    commands_of_ci = re.findall(r"^make .+$", read(".ci", "run"), flags=re.MULTILINE)
    assert commands_of_ci == ["make check", "make test"]
    assert re.search(r"^ +make test\b", read("README.md"), flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_pages_lead_somewhere(page: Path):
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        goal = (page.parent / path) if path else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_line_of_code(page: Path):
    assert re.findall(r"\w+\.(?:py|md|toml|yaml|j2):\d+|#L\d+", page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", [README, ROOT / "CONTRIBUTING.md", DOCS / "architecture.md"], ids=name_of)
def test_every_path_on_the_page_exists(page: Path):
    spans = re.findall(
        r"`((?:reputation_monitor|collectors|sentiment|alerts|config|tests|docs|benchmarks)/[\w./-]*)`",
        page.read_text(encoding="utf-8"),
    )
    assert [path for path in spans if not (ROOT / path).exists()] == []


def test_every_page_is_reached_from_the_readme():
    seen, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)\s#:]+)[^)\s:]*\)", page.read_text(encoding="utf-8"))
        goals = [(page.parent / link).resolve() for link in links]
        waiting += [goal / "README.md" if goal.is_dir() else goal for goal in goals]
    assert [name_of(page) for page in PAGES if page not in seen] == []


def test_every_direct_dependency_has_its_line_and_its_pin():
    page, pins = read("docs", "dependencies.md"), read("constraints.txt").lower().replace("_", "-")
    wanted = declared("run") | declared("dev") | declared("training") | declared("evaluation")
    assert {name for name in wanted if f"| `{name}` |" not in page} == set()
    assert {name for name in wanted if f"\n{name}==" not in pins} == set()


def test_what_the_code_imports_is_what_it_declares():
    used = imported("reputation_monitor", "collectors", "sentiment", "alerts")
    assert used - declared("run") == set()
    assert declared("run") - used == BY_ADDRESS


def test_what_the_tests_import_is_declared_too():
    known = declared("run") | declared("dev") | declared("evaluation")
    assert imported("tests", "benchmarks") - known - INSTALLED_BY_HAND == WITH_TRANSFORMERS


def test_torch_is_pinned_without_a_build():
    assert "\ntorch==2.13.0\n" in read("constraints.txt")


def test_every_benchmark_is_described_and_run():
    names = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    packages = {path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")}
    told = read("benchmarks", "README.md")
    assert {name for name in names if f"`{name}.py`" in told} == names
    assert {name for name in packages if f"`{name}/`" in told} == packages
    listed = re.findall(r"^(?:BENCHMARKS|PROOFS) := (.+)$", read("Makefile"), flags=re.MULTILINE)
    assert sorted(name for line in listed for name in line.split()) == sorted(names | packages)
