"""Every key is documented, in the example and in the page, and the example loads."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from reputation_monitor.settings import load, schema

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config" / "reputation-monitor.example.yaml"
PAGE = ROOT / "docs" / "configuration.md"


def keys_of(node: Any) -> set[str]:
    """Every property name in a JSON Schema."""
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, dict):
        return set()
    own = set(node.get("properties", {}))
    return own.union(*(keys_of(value) for value in node.values()))


def sections_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [document, *document["$defs"].values(), *(part["then"] for part in document["$defs"]["Source"]["allOf"])]


def test_the_example_loads():
    settings = load(EXAMPLE, {})
    assert [brand.name for brand in settings.brands] == ["Larkair", "Finchair"]
    assert {source.collector for source in settings.sources} == {"feed", "captions", "app_store", "push", "file"}


def test_the_example_has_every_key_of_the_schema():
    words = EXAMPLE.read_text(encoding="utf-8").replace("{", " ").replace("- ", " ").replace("#", " ").split()
    assert {key for key in keys_of(schema()) if f"{key}:" not in words} == set()


def test_every_key_is_described_in_the_schema():
    undescribed = [
        key
        for section in sections_of(schema())
        for key, what in section.get("properties", {}).items()
        if not what.get("description") and "const" not in what
    ]
    assert undescribed == []


def test_every_key_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert {key for key in keys_of(schema()) if f"`{key}`" not in text} == set()


def test_every_example_on_the_page_loads(tmp_path: Path):
    blocks = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1:]
    assert blocks
    for number, block in enumerate(blocks):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block.partition("```")[0], encoding="utf-8")
        load(file, {"SHARED_CHANNEL_URL": "https://hooks.example/x", "DATABASE_PASSWORD": "x"})


@pytest.mark.parametrize("hidden", ["options", "HIDDEN"])
def test_the_schema_has_no_key_that_the_file_has_not(hidden: str):
    assert hidden not in keys_of(schema())


def test_the_example_is_plain_yaml_too():
    assert list(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))) == [
        key for key in schema()["properties"] if key in EXAMPLE.read_text(encoding="utf-8")
    ]
