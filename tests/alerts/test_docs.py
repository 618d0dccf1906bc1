import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.channels import check_channel
from alerts.channels.registry import BUILT_IN
from alerts.messages import compose, to_text
from alerts.rules import Rule, When

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
SECRETS = {
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0000/B0000/abcdefgh",
    "TEAMS_WORKFLOW_URL": "https://prod-1.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abcdefgh",
    "DISCORD_WEBHOOK_URL": "https://discord.com/api/webhooks/123456789/abcdefgh",
    "MAIL_USER": "monitor",
    "MAIL_PASSWORD": "abcdefgh",
}


def pasted() -> dict[str, Any]:
    """Read what a person would paste from the page, with the secrets filled in."""
    blocks = "\n".join(re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL))
    return yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda match: SECRETS[match.group(1)], blocks))


@pytest.mark.parametrize("channel", pasted()["channels"], ids=lambda channel: channel["name"])
def test_every_channel_on_the_page_can_be_pasted(channel: dict[str, str]):
    check_channel(channel["url"])


def test_every_rule_on_the_page_can_be_pasted():
    written = pasted()
    names = {channel["name"] for channel in written["channels"]}
    for rule in [Rule.model_validate(one) for one in written["alerts"]]:
        assert set(rule.send_to) <= names


def test_every_key_and_kind_is_on_the_page():
    keys = [*Rule.model_fields, *(f"when.{key}" for key in When.model_fields)]
    assert not [key for key in keys if f"| `{key}` |" not in PAGE]
    assert not [entry.name for entry in BUILT_IN if f"| `{entry.name}` |" not in PAGE]


def test_the_message_on_the_page_is_the_one_that_is_sent(all_notifications: dict[str, Any], london: Any):
    content = compose(all_notifications["linked_customers_first"], london)
    page = " ".join(PAGE.split())
    for line in [content.title, content.lead, *(fact.value for fact in content.facts[:8])]:
        assert " ".join(line.split()) in page
    assert content.facts[0].label in to_text(content)
