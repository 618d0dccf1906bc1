"""What all commands share: the configuration, the application, progress on standard error, and exit statuses."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import structlog
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from collectors.base import CollectorError, SourceRefused
from reputation_monitor.application import Application, open_application
from reputation_monitor.labelling import CannotTuneError, LabelError
from reputation_monitor.reporting.review import ReviewError
from reputation_monitor.reporting.weeks import WeekError
from reputation_monitor.settings import Settings, SettingsError, default_settings, find, load
from reputation_monitor.store import StoreError
from sentiment.validation import ValidationError

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130

_MODEL_ERRORS = {"ModelError", "TuningError"}
"""By name: importing the first would load torch for every command."""

_chosen: list[Path] = []


def choose_config(path: Path | None) -> None:
    """Remember the configuration file that the command line names."""
    _chosen[:] = [path] if path else []


class WrongUseError(Exception):
    """The command cannot do what it was asked; the message says what to do."""


_MISTAKES = (
    *(SettingsError, WrongUseError, SourceRefused, WeekError, ReviewError, LabelError),
    *(FileNotFoundError, IsADirectoryError),
)
_FAILURES = (StoreError, CollectorError, CannotTuneError, ValidationError)


def read_settings(*, required: bool = False) -> Settings:
    """The settings of the file that is named or found; defaults where none is and none is required.

    Raises:
        SettingsError: the file is wrong, or one is required and there is none.
    """
    named = _chosen[0] if _chosen else None
    if required or find(named, os.environ) is not None:
        return load(named, os.environ)
    return default_settings(os.environ)


def run(work: Callable[[Application], Awaitable[T]], *, required: bool = False) -> T:
    """Run work on an open application."""
    settings = read_settings(required=required)

    async def _work() -> T:
        async with open_application(settings) as application:
            return await work(application)

    return asyncio.run(_work())


def fail(message: str, status: int = FAILED) -> NoReturn:
    """Say what went wrong and leave."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise SystemExit(status)


@contextmanager
def watch_errors() -> Iterator[None]:
    """Turn errors that a user can cause into a message and an exit status."""
    try:
        yield
    except _MISTAKES as error:
        fail(str(error), WRONG_USE)
    except _FAILURES as error:
        fail(str(error))
    except BrokenPipeError:
        # Whoever reads our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        fail(str(error))
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:  # how Typer passes on a Ctrl-C
            err.print("stopped; what was done is kept, run the command again to go on")
        raise
    except Exception as error:
        if type(error).__name__ in _MODEL_ERRORS:
            fail(str(error))
        raise


@asynccontextmanager
async def progress(label: str, total: int | None = None) -> AsyncIterator[Callable[[int], None]]:
    """A progress bar on standard error; gives the function that moves it on."""
    said = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), said, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda amount: bar.advance(task, amount)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def set_up_logs() -> None:
    """Logs of the service as lines on standard error."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Rich's own traceback shows the values of variables, and among them secrets.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
