"""From a look to messages in the shared channel: state and outbox together, then delivery."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.base import Alert, Channel, Event, Incident, Notification, Quote
from alerts.delivery import Delivered, deliver, next_attempt
from alerts.rules import Decision, Sent, decide
from reputation_monitor.clock import Clock
from reputation_monitor.conditions import (
    CORRECTED,
    DISTURBANCES,
    Condition,
    conditions,
    describe,
    gone,
    incident_id,
    taken_back,
    unwatched,
)
from reputation_monitor.failing import what_fails
from reputation_monitor.outcomes.revenue import RevenueAtRisk, RevenueModel, revenue_at_risk
from reputation_monitor.places import review_path
from reputation_monitor.settings import Settings
from reputation_monitor.source_watch import SIGHT, must_be_told, source_alerts
from reputation_monitor.sources.health import Health
from reputation_monitor.store import AlertChange, AlertState, Delivery, KnownAlert, Mention, Store
from reputation_monitor.surveillance import Encoder, Look, find_witnesses

QUOTES, TERMS = 3, 5
KNOWN = 1000
CLAIMED_AT_ONCE = 20
LEASE_SECONDS = 120


class Watch:
    """Tells people what looks find.

    Args:
        store: keeps alerts and the outbox.
        settings: rules, revenue models and addresses.
        load: gives the encoder that ranks quotes; asked only when there is something to tell.
    """

    def __init__(self, store: Store, settings: Settings, load: Callable[[], Awaitable[Encoder]]) -> None:
        self._store, self._settings, self._load = store, settings, load

    async def tell(self, found: Look) -> list[Decision]:
        """Bring the alerts up to date with a look, and put what must be told into the outbox, in one transaction."""
        now = found.now
        ended = [kept for kept in await self._store.alerts(KNOWN) if kept.state is AlertState.ENDED]
        known = [*await self._store.open_alerts(), *ended]
        firing = [kept.alert for kept in known if kept.state is AlertState.FIRING]
        over = [kept.alert for kept in ended if kept.alert.ended and now - kept.alert.ended <= CORRECTED]
        lately = await self._as_told(over)
        current = [c for c in conditions(found.findings, [*firing, *lately], now) if self._is_watched(c.brand)]
        alerts = [await self._alert(c, found) for c in current]
        keys = {a.key for a in alerts}
        left = self._without_condition(firing, lately, keys, found)
        return await self._apply([*alerts, *left], known, now)

    def _without_condition(
        self, firing: Sequence[Alert], lately: Sequence[Alert], keys: Container[str], found: Look
    ) -> Iterator[Alert]:
        """Alerts with no condition behind them any more, and that must be told: ended, or with a false incident."""
        for alert in (*firing, *lately):
            if alert.key in keys or alert.kind not in DISTURBANCES:
                continue
            incident = found.set_aside.get(alert.incident.id) if alert.incident else None
            if incident is not None and incident.called_off:
                yield taken_back(alert, incident, found.now)
            elif alert.ended is None:
                yield (gone if self._is_watched(alert.brand) else unwatched)(alert, found.now)

    def _is_watched(self, brand: str) -> bool:
        """Whether a brand is configured; where none is, all that are spoken of are watched."""
        return not self._settings.brands or brand in {b.name for b in self._settings.brands}

    async def tell_sources(self, healths: Sequence[Health], now: datetime) -> list[Decision]:
        """Bring the alerts of sources up to date, in the same way."""
        known = await self._store.open_alerts()
        # Who loses sight is read from all counts of weeks, which a day without trouble is spared.
        rollups = await self._store.rollups(None, now - SIGHT, now) if any(map(must_be_told, healths)) else []
        firing = [kept.alert for kept in known]
        return await self._apply(source_alerts(healths, self._settings, rollups, firing, now), known, now)

    async def _apply(self, alerts: Sequence[Alert], known: Sequence[KnownAlert], now: datetime) -> list[Decision]:
        told, found = await self._told(alerts), {kept.alert.key: kept.raised_at for kept in known}
        decisions, notifications = [], []
        for alert in alerts:
            previous = told.get(alert.key, {})
            for decision in decide(alert, previous, self._settings.rules, now, found=found.get(alert.key, now)):
                decisions.append(decision)
                if decision.event is not None:
                    notifications.append((decision.channel, notify(alert, decision, now)))
        changes = [AlertChange(a, AlertState.ENDED if a.ended else AlertState.FIRING) for a in alerts]
        await self._store.apply(changes, notifications, now)
        return decisions

    async def _as_told(self, alerts: Sequence[Alert]) -> list[Alert]:
        """The alerts, each with the incident that a channel still believes in where that is another by now."""
        told = await self._told(alerts)
        return [replace(a, incident=_believed(a, told.get(a.key, {}).values())) for a in alerts]

    async def _told(self, alerts: Sequence[Alert]) -> dict[str, dict[str, Sent]]:
        told: dict[str, dict[str, Sent]] = {}
        for delivery in await self._store.last_deliveries([a.key for a in alerts]):
            told.setdefault(delivery.notification.alert.key, {})[delivery.channel] = Sent.by(delivery.notification)
        return told

    async def _alert(self, condition: Condition, found: Look) -> Alert:
        link = condition.link
        subject = ""
        if link:
            incident = found.incidents[link.id]
            subject = f"{incident.title}. {incident.words}"
        span = (condition.started - timedelta(minutes=5), min(condition.ended(found.now) or found.now, found.now))
        ranked, terms = await find_witnesses(
            self._store,
            await self._load(),
            condition.brand,
            screens=condition.screens,
            span=span,
            subject=subject,
        )
        words = [t.words for t in terms]
        if condition.suspected_outage:
            ranked, words = by_what_fails(ranked)
        return describe(
            condition,
            incidents=found.incidents,
            quotes=[quote(m) for m in ranked[:QUOTES]],
            terms=words[:TERMS],
            cost=self._cost(condition),
            review_url=self._review_url(condition),
            now=found.now,
        )

    def _cost(self, condition: Condition) -> RevenueAtRisk | None:
        figures = condition.link or condition.shift
        model = revenue_models(self._settings).get(condition.brand)
        if model is None or figures is None or figures.excess is None:
            return None
        low, high = figures.excess_low or 0.0, figures.excess_high or figures.excess
        return revenue_at_risk(model, figures.excess, low, high)

    def _review_url(self, condition: Condition) -> str:
        link = condition.link
        return f"{self._settings.web.address}{review_path(link.id, link.brand) if link else '/'}"


def _believed(alert: Alert, told: Iterable[Sent]) -> Incident | None:
    others = (s.alert.incident for s in told if incident_id(s.alert.incident) != incident_id(alert.incident))
    return next(others, alert.incident)


def revenue_models(settings: Settings) -> dict[str, RevenueModel]:
    """The revenue models of the configuration, by brand."""
    return {
        r.brand: RevenueModel(
            currency=r.currency,
            customer_value=r.customer_value,
            customers_per_voice=r.customers_per_complaint,
            churn_share=r.churn_share,
        )
        for r in settings.revenue
    }


def notify(alert: Alert, decision: Decision, now: datetime) -> Notification:
    """The notification of a decision; its key is the same on every attempt to deliver it."""
    if decision.event is None:
        raise ValueError("there is nothing to tell")
    key = f"{alert.key}|{decision.channel}|{decision.event}|{now:%Y-%m-%dT%H:%M:%SZ}"
    return Notification(key=key, event=decision.event, alert=alert, at=now, reason=decision.reason)


async def announce(store: Store, channel: str, alert: Alert, now: datetime) -> None:
    """Tell one channel of something that is over as soon as it is told: a report that is ready."""
    told = Notification(key=f"{alert.key}|{channel}", event=Event.RAISED, alert=alert, at=now)
    await store.apply([AlertChange(alert, AlertState.ENDED)], [(channel, told)], now)


def quote(mention: Mention) -> Quote:
    """A mention as a message quotes it."""
    text = mention.text or mention.title
    return Quote(text=text, source=f"{mention.source} ({mention.screen})", url=mention.url, published=mention.published)


def by_what_fails(ranked: Sequence[Mention]) -> tuple[list[Mention], list[str]]:
    """Order mentions so that each way of saying what fails is heard once, the commonest first; and those ways."""
    ways: dict[str, list[Mention]] = {}
    for mention in ranked:
        if said := what_fails(mention.words):
            ways.setdefault(said, []).append(mention)
    commonest = sorted(ways, key=lambda way: -len(ways[way]))
    again = [mention for way in commonest for mention in ways[way][1:]]
    heard = [*(ways[way][0] for way in commonest), *again]
    told = {mention.key for mention in heard}
    return [*heard, *(mention for mention in ranked if mention.key not in told)], commonest


async def deliver_due(store: Store, channels: Mapping[str, Channel], now: datetime, clock: Clock | None = None) -> int:
    """Deliver what is due, at least once each; what fails is tried again later. Returns how many were taken.

    Args:
        store: with the outbox.
        channels: by name.
        now: what is due by then is delivered.
        clock: tells when each attempt was over, for many may take minutes; it stands still if not given.
    """
    delivered, clock = 0, clock or (lambda: now)
    while True:
        lease = LEASE_SECONDS + max((clock() - now).total_seconds(), 0.0)
        claimed = await store.claim(now, CLAIMED_AT_ONCE, lease)
        if not claimed:
            return delivered
        delivered += sum(await asyncio.gather(*(_deliver(store, channels, one, clock) for one in claimed)))


async def _deliver(store: Store, channels: Mapping[str, Channel], delivery: Delivery, clock: Clock) -> bool:
    channel = channels.get(delivery.channel)
    if channel is None:
        await store.failed(delivery.id, f"no channel {delivery.channel!r} is configured any more", None, clock())
        return False
    outcome = await deliver(delivery.notification, channel)
    now = clock()
    if isinstance(outcome, Delivered):
        await store.sent(delivery.id, now)
        return True
    again = next_attempt(delivery.attempts, now, outcome.retry_after_seconds, age=now - delivery.created)
    await store.failed(delivery.id, outcome.error, None if outcome.permanent else again, now)
    return False
