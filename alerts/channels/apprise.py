"""The some 150 services that Apprise knows by their address: e-mail, Teams, Discord, Telegram, SMS and the rest."""

import logging
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, NotifyType
from apprise.plugins import N_MGR, url_to_dict
from apprise.result import AppriseResult, AppriseResultStatus

from alerts.base import DeliveryError, Event, Notification
from alerts.channels.answers import failure
from alerts.channels.kind import ChannelKind, Place
from alerts.messages import Content, compose, to_markdown, to_text
from alerts.messages.markdown import hush
from alerts.receipts import receiver_key

# Both write addresses with their tokens into the log. What a person must know stands in the DeliveryError.
for name in ("apprise", "urllib3.connectionpool"):
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())

list_schemes: Callable[[], Iterable[str]] = N_MGR.schemas
with warnings.catch_warnings():
    # Some services import modules that Python is about to drop; that is between Apprise and Python.
    warnings.simplefilter("ignore", DeprecationWarning)
    KNOWN_SCHEMES = frozenset(list_schemes())

read_address: Callable[[str], dict[str, Any] | None] = url_to_dict
TYPES = {Event.ENDED: NotifyType.SUCCESS, Event.TEST: NotifyType.INFO}
STATUS_IN_LOG = re.compile(r"error=(\d{3})\b")
LIMIT = 20_000
ROOM_FOR_TITLE = 10

OTHER_SHAPES = {
    ("discord.com", "discordapp.com"): "https://discord.com/api/webhooks/ID/TOKEN or discord://ID/TOKEN",
    ("webhook.office.com", "outlook.office.com"): "the address of a Teams workflow; Office connectors are retired",
    ("logic.azure.com", "powerplatform.com"): "the whole address of a Teams workflow, up to &sig=…",
    ("api.telegram.org",): "tgram://BOT_TOKEN/CHAT_ID",
}
"""Hosts of services whose webhooks are not Slack-shaped, and the address each of them needs."""


class AppriseChannel:
    """One service by its Apprise address."""

    def __init__(self, place: Place) -> None:
        self.name = place.name
        self._place = place
        self._asset = AppriseAsset(
            app_id="Reputation Monitor",
            app_desc="Reputation Monitor",
            image_url_mask="",
            image_url_logo="",
            http_redirects=False,
            service_timeout=place.timeout_seconds,
        )

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r})"

    async def send(self, notification: Notification) -> None:
        """Hand the message to the service, in the richest form that it shows.

        Services that take headers (e-mail, ``json://``, ``form://``, ``xml://``) get ``Idempotency-Key``.

        Raises:
            DeliveryError: the service did not take it.
        """
        service = _instance(self._place.url, self._asset, receiver_key(notification.key))
        if service is None:
            raise DeliveryError("Apprise does not accept the address of this channel any more", permanent=True)
        content = compose(notification, self._place.time_zone)
        body, form = _body(content, service)
        sender = Apprise(asset=self._asset)
        sender.add(service)
        result = await sender.async_notify(
            title=hush(content.title),
            body=hush(body),
            body_format=form,
            notify_type=TYPES.get(notification.event, NotifyType.WARNING),
        )
        if not result:
            raise _failure(str(service.service_name), result, self._place.timeout_seconds)


def claims(url: str) -> bool:
    """Whether Apprise knows the scheme, or the webhook's shape; Slack's own webhooks have their own kind."""
    scheme = _scheme(url)
    if scheme not in {"http", "https"}:
        return scheme in KNOWN_SCHEMES
    known = read_address(url)
    return known["schema"] != "slack" if known else bool(_expected_of_host(url))


def check(url: str) -> None:
    """Check that Apprise makes a service of the address."""
    if _instance(url, AppriseAsset()) is not None:
        return
    scheme = _scheme(url)
    if expected := _expected_of_host(url):
        raise ValueError(f"expected {expected}")
    if scheme not in KNOWN_SCHEMES:
        raise ValueError("expected an address that Apprise knows, such as mailto://, discord:// or workflows://")
    plugin = N_MGR[scheme]
    fullest = max(plugin.templates, key=len).replace("{schema}", scheme)
    raise ValueError(f"expected an address for {plugin.service_name}, such as {fullest}")


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""


def _expected_of_host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    for suffixes, expected in OTHER_SHAPES.items():
        if any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes):
            return expected
    return ""


def _instance(url: str, asset: AppriseAsset, key: str = "") -> NotifyBase | None:
    """Make the service anew for each message, since its headers are part of it."""
    described = read_address(url)
    if not described:
        return None
    if key and "headers" in described:
        described["headers"]["Idempotency-Key"] = key
    return Apprise.instantiate(described, asset=asset)


def _body(content: Content, service: NotifyBase) -> tuple[str, NotifyFormat]:
    """Write Markdown, which Apprise turns into HTML where that is asked for, or text for services that show no more."""
    # A service without titles gets the title as the first line of the body.
    taken = len(content.title) + ROOM_FOR_TITLE if service.title_maxlen <= 0 else 0
    limit = max(min(service.body_maxlen, LIMIT) - taken, 0)
    if service.resolve_format(NotifyFormat.MARKDOWN) is NotifyFormat.TEXT:
        return to_text(content, limit), NotifyFormat.TEXT
    return to_markdown(content, limit), NotifyFormat.MARKDOWN


def _failure(service: str, result: AppriseResult, timeout_seconds: float) -> DeliveryError:
    """Read from Apprise's log lines what happened; the lines themselves may hold secrets and go no further."""
    lines = [entry.message for one in result.results for entry in one.logs()]
    statuses = [int(found) for line in lines for found in STATUS_IN_LOG.findall(line)]
    if statuses:
        return failure(service, statuses[-1])
    if any(one.status is AppriseResultStatus.TIMEOUT for one in result.results):
        return DeliveryError(f"{service} did not answer in {timeout_seconds:g} s")
    if any("onnection error" in line for line in lines):
        return DeliveryError(f"{service} cannot be reached, or breaks off")
    return DeliveryError(f"{service} did not take the message")


KIND = ChannelKind(claims=claims, check=check, open=AppriseChannel)
