"""What works on this machine, and what to do about the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from collectors.http import without_secrets
from reputation_monitor.application import Application, open_application
from reputation_monitor.settings import Settings
from reputation_monitor.sources.health import Condition, Health
from reputation_monitor.store import StoreError

CLOCK_TOLERANCE = timedelta(minutes=2)
CHECK_SECONDS = 10
QUARANTINE_SHOWN = 5
SAMPLE = "The app keeps crashing and I cannot log in, this is terrible."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``detail`` says what was found, and what to do where it is not ok."""

    what: str
    ok: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at database, model, sources, channels, quarantine and clock."""
    try:
        async with open_application(settings) as application:
            found = [Finding("database", ok=True, detail=await _database(application))]
            found.append(await _checked("model", _model, application))
            found += await _sources(application)
            found += await _channels(application)
            found += await _quarantine(application)
            found.append(await _checked("clock", _clock, application))
            return found
    except StoreError as error:
        return [Finding("database", ok=False, detail=str(error))]


async def _checked(what: str, check: Callable[[Application], Awaitable[Finding]], application: Application) -> Finding:
    try:
        return await check(application)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what the doctor is asked for
        return Finding(what, ok=False, detail=f"{type(error).__name__}: {error}")


async def _database(application: Application) -> str:
    counts = await application.store.counts()
    waiting = f", {counts.unscored:,} wait to be scored" if counts.unscored else ""
    if unread := await application.store.unread_languages():
        told = ", ".join(f"{language} {count:,}" for language, count in list(unread.items())[:5])
        waiting += f", {counts.unread:,} are unscored, for no model knows their language ({told}; models.by_language)"
    return (
        f"{counts.mentions:,} mentions{waiting}; {counts.incidents:,} incidents; {counts.alerts_firing} alerts firing; "
        f"{counts.outbox_waiting} messages waiting, {counts.outbox_given_up} given up"
    )


async def _model(application: Application) -> Finding:
    scorer = await application.models.scorer()
    (score,) = await asyncio.to_thread(scorer.score, [SAMPLE])
    right = score.negative > 0.5
    detail = f"{scorer.identity} reads a complaint as {score.label} ({score.negative:.2f})"
    advice = "" if right else "; choose another model: in the configuration"
    return Finding("model", ok=right, detail=detail + advice)


async def _sources(application: Application) -> list[Finding]:
    found = [source_finding(health) for health in await application.survey()]
    return found or [Finding("sources", ok=True, detail="none configured; mentions come by import only")]


def source_finding(health: Health) -> Finding:
    """Whether a source spoke when it was last judged; what cannot be known is no fault, unless there is advice."""
    what = f"source {health.source}"
    judged = f"(judged {health.judged_at:%Y-%m-%d %H:%M} UTC)" if health.judged_at else ""
    if health.condition is Condition.NEVER:
        return Finding(what, ok=True, detail=f"never polled yet; try: reputation-monitor collect {health.source}")
    ok = health.condition is Condition.WELL or (health.condition is Condition.UNKNOWN and not health.advice)
    advice = health.advice.replace("NAME", health.source)
    told = (f"{health.condition}: {health.reason}", judged, advice)
    return Finding(what, ok=ok, detail=" ".join(part for part in told if part))


async def _channels(application: Application) -> list[Finding]:
    try:
        names = list(application.channels)
    except ValueError as error:
        return [Finding("channels", ok=False, detail=str(error))]
    if not names:
        return [Finding("channels", ok=True, detail="none configured; nobody is told of alerts")]
    late = {d.channel: d for d in await application.store.pending() if d.last_error}
    return [
        Finding(f"channel {n}", ok=n not in late, detail=late[n].last_error if n in late else f"try: alerts test {n}")
        for n in names
    ]


async def _quarantine(application: Application) -> list[Finding]:
    counts = await application.store.quarantine_counts()
    if not counts:
        return [Finding("quarantine", ok=True, detail="empty")]
    examples = await application.store.quarantined(limit=QUARANTINE_SHOWN)
    told = "; ".join(f"{q.source} {q.place}: {q.reason}".replace("  ", " ") for q in examples)
    return [Finding("quarantine", ok=True, detail=f"{_sums(counts)} set aside. Latest: {told}")]


def _sums(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} of {source}" for source, count in counts.items())


async def _clock(application: Application) -> Finding:
    """Compare this machine's clock with that of the first status page, if one is configured."""
    pages = [i.url.get_secret_value() for i in application.settings.incidents if i.kind == "statuspage"]
    if not pages or not pages[0].startswith("http"):
        now = application.now()
        return Finding("clock", ok=True, detail=f"{now:%Y-%m-%d %H:%M:%S} UTC; nothing to compare it with")
    timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.head(pages[0]) as response:
        told = response.headers.get("Date", "")
    off = abs(application.now() - parsedate_to_datetime(told).astimezone(UTC))
    right = off <= CLOCK_TOLERANCE
    detail = f"{off.total_seconds():.0f} s from {without_secrets(pages[0])}"
    return Finding("clock", ok=right, detail=detail + ("" if right else "; set it by NTP"))
