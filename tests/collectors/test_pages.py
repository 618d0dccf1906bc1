"""Each kind has a page that names its options and shows a configuration that can be pasted."""

import re
from pathlib import Path

import pytest
import yaml

from collectors.registry import BUILT_IN, options_model
from reputation_monitor.settings.schema import Source

PAGES = Path(__file__).parents[2] / "docs" / "collectors"
OF_ANY_SOURCE = set(Source.model_fields) - {"options"}

A_SECRET = "whsec_" + "c2VjcmV0" * 4
"""What the environment might hold under the names of the pages; it looks as the pickiest kind wants it."""


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_option_is_on_the_page(kind: str):
    page = (PAGES / f"{kind}.md").read_text(encoding="utf-8")
    assert [name for name in options_model(kind).model_fields if f"`{name}`" not in page] == []


@pytest.mark.parametrize("kind", BUILT_IN)
def test_the_configuration_on_the_page_can_be_pasted(kind: str):
    page = (PAGES / f"{kind}.md").read_text(encoding="utf-8")
    page = re.sub(r"\$\{\w+\}", A_SECRET, page)
    blocks = re.findall(r"^    sources:\n(?:    .*\n)+", page, flags=re.MULTILINE)
    sources = [source for block in blocks for source in yaml.safe_load(block)["sources"]]
    assert kind in {source["collector"] for source in sources}
    for source in sources:
        options = {key: value for key, value in source.items() if key not in OF_ANY_SOURCE}
        options_model(source["collector"]).model_validate(options)
