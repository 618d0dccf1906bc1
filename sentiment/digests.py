"""The identity of files: what a model was trained on, and which weights gave a score."""

import hashlib
from pathlib import Path


def sha256_of(*paths: Path) -> str:
    """SHA-256 of the files' contents, one after another, in hexadecimal (of one file: what ``sha256sum`` prints)."""
    found = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()
