"""Files and folders of this machine where a collector is given a path instead of a web address."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from collectors.base import SourceRefused

_DRIVE_LETTER = 1


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file's bytes, or None where its mark is the known one.

    Attributes:
        body: the content.
        mark: size and time of change; it differs as soon as the file does.
    """

    body: bytes | None
    mark: str


def local_path(address: str) -> Path | None:
    """The path that a ``file:`` URL or a plain path names; None for any other URL."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme == "file":
        return Path(url2pathname(parts.path)).absolute()
    if len(parts.scheme) <= _DRIVE_LETTER:
        return Path(address).expanduser().absolute()
    return None


def file_mark(path: Path) -> str:
    """Size in bytes and time of change in nanoseconds: cheap to get, and new whenever the content is."""
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


def read_local(path: Path, limit_bytes: int, known_mark: str | None = None) -> LocalFile:
    """Read a file unless it is as ``known_mark`` says.

    Raises:
        SourceRefused: it is missing, no file, unreadable or larger than ``limit_bytes``.
    """
    try:
        mark = file_mark(path)
        if mark == known_mark:
            return LocalFile(None, mark)
        if path.stat().st_size > limit_bytes:
            raise SourceRefused(f"{path} is larger than {limit_bytes:,} bytes; split it or raise the limit")
        return LocalFile(path.read_bytes(), mark)
    except (OSError, ValueError) as error:
        raise SourceRefused(cannot_read(path, error)) from error


def cannot_read(path: Path, error: Exception) -> str:
    """What to tell whoever configured ``path``."""
    if isinstance(error, FileNotFoundError):
        return f"{path}: there is no such file or folder; correct the path (a web address starts with https://)"
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path} cannot be read ({reason}); check what it is and its permissions"
