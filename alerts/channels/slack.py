"""Slack's incoming webhooks, and whatever else takes a POST of the same shape."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from alerts.base import DeliveryError, Notification
from alerts.channels.answers import failure, retry_after
from alerts.channels.concealment import conceal
from alerts.channels.kind import ChannelKind, Place
from alerts.messages import compose, to_slack
from alerts.receipts import receiver_key
from alerts.words import tidy

SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
EXCERPT_LIMIT = 200
READ_LIMIT_BYTES = 4_096

# Words that Slack refuses with, now and then under status 200
# (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
REFUSALS = frozenset(
    {
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_payload",
        "invalid_token",
        "missing_text_or_fallback_or_attachments",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "no_text",
        "posting_to_general_channel_denied",
        "team_disabled",
        "too_many_attachments",
        "user_not_found",
    }
)


class SlackChannel:
    """Posts Block Kit to a webhook."""

    def __init__(self, place: Place) -> None:
        self.name = place.name
        self._place = place

    def __repr__(self) -> str:
        return f"SlackChannel({self.name!r})"

    async def send(self, notification: Notification) -> None:
        """Post the message; a receiver can drop a repeat by the header ``Idempotency-Key``.

        Raises:
            DeliveryError: the webhook did not take it.
        """
        payload = to_slack(compose(notification, self._place.time_zone), notification)
        headers = {"Idempotency-Key": receiver_key(notification.key)}
        timeout = aiohttp.ClientTimeout(total=self._place.timeout_seconds)
        try:
            async with (
                self._session() as session,
                session.post(
                    self._place.url, json=payload, headers=headers, timeout=timeout, allow_redirects=False
                ) as answer,
            ):
                self._judge(answer, await _beginning(answer))
        except TimeoutError as error:
            raise DeliveryError(f"{self._service} did not answer in {self._place.timeout_seconds:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from None  # the error's own words hold the address

    @property
    def _service(self) -> str:
        return "Slack" if urlsplit(self._place.url).hostname in SLACK_HOSTS else "the webhook"

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        if self._place.session is not None:
            yield self._place.session
            return
        async with aiohttp.ClientSession() as session:
            yield session

    def _judge(self, answer: aiohttp.ClientResponse, body: bytes) -> None:
        words = body.decode(errors="replace").strip()
        excerpt = tidy(conceal(words, self._place.url), EXCERPT_LIMIT)
        if not 200 <= answer.status < 300:
            wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise failure(self._service, answer.status, excerpt, wait)
        if words in REFUSALS:
            raise DeliveryError(f"{self._service} refused the message: {words}", permanent=True)
        if self._service == "Slack" and words != "ok":
            raise DeliveryError(f"{self._service} did not say ok but: {excerpt or 'nothing'}")

    def _unreachable(self, error: Exception) -> DeliveryError:
        if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
            return DeliveryError(f"{self._service} has an address that is none", permanent=True)
        if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
            return DeliveryError(f"{self._service} shows a certificate that is not valid")
        return DeliveryError(f"{self._service} cannot be reached: {type(error).__name__}")


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """Read as much of an answer as is worth telling; one that breaks off before is none."""
    body = b""
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) >= READ_LIMIT_BYTES:
            break
    return body[:READ_LIMIT_BYTES]


def claims(url: str) -> bool:
    """Whether an address is of the web; the kinds that know better are asked before."""
    return url.startswith(("http://", "https://"))


def check(url: str) -> None:
    """Check that the address can be a webhook."""
    expected = "the address of a webhook, such as https://hooks.slack.com/services/T…/B…/…"
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port != 0
    except ValueError:
        raise ValueError(f"expected {expected}; this is no valid address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_valid or url != url.strip():
        raise ValueError(f"expected {expected}")
    if parts.hostname in SLACK_HOSTS and not (parts.path.strip("/").count("/") >= 2 and parts.scheme == "https"):
        raise ValueError(f"expected {expected}; its path has too few parts")


KIND = ChannelKind(claims=claims, check=check, open=SlackChannel)
