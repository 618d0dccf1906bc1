"""The application: settings, store and model in one place, and what the commands and the service do with them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from alerts.base import Channel
from alerts.channels import open_channel
from collectors.base import Batch, Collector, CollectorError, Receiver
from collectors.files.file import read_mentions
from collectors.http import API_POLICY, DEFAULT_LIMITS, DEFAULT_POLICY, HttpClient, Limits, Policy
from collectors.registry import build, is_polled
from collectors.web.feed import FeedCollector
from reputation_monitor.alerting import Watch, deliver_due
from reputation_monitor.clock import Clock, utc_now
from reputation_monitor.hubs import Hubs, NotExpectedError
from reputation_monitor.incidents import open_source, read_incidents
from reputation_monitor.incidents.base import Incident, RejectedIncident
from reputation_monitor.intake import Place
from reputation_monitor.labelling import LabelDesk, Lessons, errors_of
from reputation_monitor.matching import Matcher
from reputation_monitor.opinion import KnownErrors
from reputation_monitor.pipeline import Intake, Pipeline, Preview, Progress
from reputation_monitor.relinking.changes import Relinked
from reputation_monitor.reporting.review import ReviewError, ReviewFacts
from reputation_monitor.reporting.weekly import WeeklyFacts
from reputation_monitor.reporting.weeks import Week
from reputation_monitor.reports.review import IncidentReview
from reputation_monitor.reports.weekly import WeeklyReport
from reputation_monitor.settings import IncidentSettings, Settings, Source
from reputation_monitor.shelf import ModelShelf
from reputation_monitor.source_watch import judge_sources, survey
from reputation_monitor.sources.health import Health
from reputation_monitor.store import AddResult, Store
from reputation_monitor.surveillance import Look, Lookout, gather_evidence

DEFAULT_SCREEN = "web"


def silent(_: int) -> None:
    """Progress that nobody watches."""


class Application:
    """Everything that the commands and the service can do, on one store.

    Args:
        settings: what it is told.
        store: open.
        http: the client that collectors and incident sources share.
        now: the clock.

    Attributes:
        models: that read mentions; loaded when first asked for.
        looked_at: when the findings were last brought up to date by this process; None before that.
    """

    def __init__(self, settings: Settings, store: Store, http: HttpClient, now: Clock = utc_now) -> None:
        self.settings, self.store, self.http, self.now = settings, store, http, now
        self.models = ModelShelf(settings, store)
        self.looked_at: datetime | None = None

    @cached_property
    def pipeline(self) -> Pipeline:
        """Brings mentions into the store."""
        matcher = Matcher({b.name: b.query for b in self.settings.brands})
        return Pipeline(self.store, matcher, self.settings.stars, self.now, self.names)

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """What each brand is called in texts."""
        return {brand.name: brand.called for brand in self.settings.brands}

    @cached_property
    def hubs(self) -> Hubs:
        """Asks hubs to send the news of feeds."""
        return Hubs(self.settings, self.store, self.http, self.now)

    @cached_property
    def lookout(self) -> Lookout:
        """Finds shifts and links, and keeps what it found for the next look."""
        return Lookout(self.store, self.settings)

    @cached_property
    def labels(self) -> LabelDesk:
        """Where people set labels."""
        return LabelDesk(self.store, self.now)

    @cached_property
    def lessons(self) -> Lessons:
        """Measures and tunes the model by people's labels."""
        return Lessons(
            self.store,
            self.models.base_scorer,
            self.now,
            self.names,
            self.settings.models.by_language,
        )

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The configured channels by name."""
        return {
            c.name: open_channel(c.name, c.url.get_secret_value(), c.kind, time_zone=self.settings.zone)
            for c in self.settings.channels
        }

    # Mentions

    async def collect(self, source: Source, since: datetime | None = None) -> Intake:
        """Collect from one source; what goes wrong with it is told and kept, and stops nothing else."""
        try:
            return await self.pipeline.collect(place_of(source), self._collector(source), since)
        except Exception as error:  # noqa: BLE001 - the edge of a source: a fault in its collector must not stop others
            problem = _problem(error)
        await self.store.poll_failed(source.name, problem, self.now())
        return Intake(error=problem)

    async def receive(self, source: str, headers: Mapping[str, str], body: bytes) -> tuple[Batch, Intake]:
        """Store what was sent to a source; it is on disk when this returns.

        Raises:
            reputation_monitor.hubs.NotExpectedError: nothing can be sent to a source of that name.
            collectors.base.SenderUnknown: whoever sent it does not know the key.
        """
        told = next((s for s in self.settings.sources if s.name == source and not is_polled(s.collector)), None)
        receiver: object = self._collector(told) if told else None
        if told is None or not isinstance(receiver, Receiver):
            raise NotExpectedError(f"no source that takes what is sent is named {source!r}")
        batch = await asyncio.to_thread(receiver.receive, headers, body, self.now())
        intake = await self.pipeline.receive(place_of(told), batch)
        await self.store.poll_succeeded(source, self.now())
        return batch, intake

    async def preview(self, source: Source, since: datetime | None = None) -> Preview:
        """What collecting from one source would store; nothing is kept, not even that it was asked."""
        try:
            return await self.pipeline.preview(place_of(source), self._collector(source), since)
        except Exception as error:  # noqa: BLE001 - as in collect
            return Preview(error=_problem(error))

    async def receive_from_hub(self, source: str, key: str, headers: Mapping[str, str], body: bytes) -> Intake:
        """Store what a hub sent of a source's feed; it is on disk when this returns.

        Raises:
            reputation_monitor.hubs.NotExpectedError: no hub was asked for that, or no longer.
            collectors.base.SenderUnknown: the hub's signature does not fit.
        """
        told = await self.hubs.check(source, key, headers, body)
        collector = self._collector(told)
        if not isinstance(collector, FeedCollector):
            raise NotExpectedError(f"{source!r} is no feed")
        batch = await asyncio.to_thread(collector.read, headers, body, self.now())
        return await self.pipeline.receive(place_of(told), batch)

    def _collector(self, source: Source) -> Collector:
        return build(
            source.collector,
            source.options.get_secret_value(),
            self.http,
            allow_private=source.allow_private or None,  # None: as the client, which is the demo's on loopback
            obey_robots=source.obey_robots,
        )

    async def import_file(
        self, path: Path, mapping: Mapping[str, str], zone: str, progress: Progress = silent
    ) -> Intake:
        """Store the mentions of a file.

        Raises:
            collectors.base.SourceRefused: it cannot be read as a file of mentions.
        """
        place = Place(source=path.name.partition(".")[0], screen=DEFAULT_SCREEN)
        batches = read_mentions(path, mapping, now=self.now(), zone=zone)
        return await self.pipeline.import_batches(batches, place, progress)

    async def score(self, progress: Progress = silent) -> int:
        """Score what is unscored and count it. Returns how many mentions were scored."""
        await self.models.reconsider_unread()
        scored = await self.pipeline.score(self.models, progress)
        await self.pipeline.roll_up()
        return scored

    async def score_again(self, progress: Progress = silent) -> int:
        """Score anew what another model scored, or the same before it was tuned. Returns how many mentions were."""
        scored = await self.pipeline.score_again(self.models, progress)
        await self.pipeline.roll_up()
        return scored

    # Incidents

    async def import_incidents(self, path: Path) -> tuple[AddResult, Sequence[RejectedIncident]]:
        """Store the incidents of a file.

        Raises:
            OSError: it cannot be read.
        """
        found, rejected = await asyncio.to_thread(read_incidents, path, None, path.name.partition(".")[0])
        return await self._keep_incidents(path.name.partition(".")[0], found, rejected), rejected

    async def poll_incidents(self, source: IncidentSettings) -> AddResult:
        """Ask one incident source.

        Raises:
            CollectorError: it does not answer.
            OSError: its file cannot be read.
        """
        reaches = source.allow_private or self.http.policy.allow_private
        http = self.http.under(replace(API_POLICY, allow_private=reaches))

        async def fetch(url: str) -> bytes:
            return (await http.fetch(url)).body

        opened = open_source(source.name, source.kind, source.url.get_secret_value(), fetch)
        known = [incident for incident in await self.store.incidents() if incident.source == source.name]
        found, rejected = await opened.poll(known)
        return await self._keep_incidents(source.name, found, rejected)

    async def _keep_incidents(
        self, source: str, found: Sequence[Incident], rejected: Sequence[RejectedIncident]
    ) -> AddResult:
        return await self.store.store_incidents(source, found, rejected, None, self.now())

    # Findings

    async def look(self, now: datetime | None = None) -> Look | None:
        """Analyse everything counted so far; None while there is nothing."""
        await self.pipeline.roll_up()
        return await self.lookout.look(now or self.now())

    async def look_closely(self, now: datetime | None = None) -> Look | None:
        """A look with evidence for each link, kept as the last findings."""
        found = await self.look(now)
        if found and any(link.onset for link in found.links):
            found = await gather_evidence(found, self.store, await self.models.encoder())
        if found:
            await self._keep(found)
        self.looked_at = self.now()
        return found

    async def known_errors(self) -> KnownErrors:
        """What the models get wrong, by labels set here and by those of others.

        Raises:
            sentiment.validation.ValidationError: what lies beside a model's weights cannot be read.
        """
        return KnownErrors(errors_of(await self.store.labels()), self.models.validations)

    async def _keep(self, found: Look) -> None:
        """Put the findings in the place of the last, and the verdicts that they change into the history."""
        earlier = {known.link.key: (known.link, known.basis) for known in await self.store.links()}
        relinked = Relinked(
            earlier=earlier,
            findings=found.findings,
            incidents=found.incidents,
            set_aside=found.set_aside,
            now=found.now,
        )
        bases = await asyncio.to_thread(relinked.bases)
        changes = await asyncio.to_thread(relinked.changes)
        await self.store.replace_findings(found.shifts, found.links, found.now, bases, changes)

    async def weekly(self, week: str | None = None, notice: str = "") -> WeeklyReport:
        """The report of a week: the one named, or the last whole week of the data.

        Raises:
            reputation_monitor.reporting.weeks.WeekError: the text names no ISO week.
        """
        found = await self.look()
        zone, now = self.settings.zone, self.now()
        chosen = Week.parse(week, zone) if week else await self._last_week(now)
        encoder, errors = await self.models.encoder(), await self.known_errors()
        facts = WeeklyFacts(self.store, self.settings, encoder, found, errors)
        return await facts.report(chosen, now, notice)

    async def _last_week(self, now: datetime) -> Week:
        span = await self.store.span()
        last = Week.before(now, self.settings.zone)
        if span is None or span[1] >= last.start:
            return last
        return Week.holding(span[1], self.settings.zone)

    async def review(self, incident: str, brand: str | None = None, notice: str = "") -> IncidentReview:
        """The review of an incident.

        Raises:
            reputation_monitor.reporting.review.ReviewError: it is not known, or could have hurt no watched brand.
        """
        found = await self.look()
        if found is None:
            raise ReviewError("no mentions have been scored yet; run: reputation-monitor score")
        facts = ReviewFacts(self.store, self.settings, await self.models.encoder(), found)
        return await facts.review(incident, self.now(), brand, notice)

    # Alerts

    async def watch(self, now: datetime | None = None) -> Look | None:
        """Look, and put what people must be told into the outbox."""
        found = await self.look_closely(now)
        if found is not None:
            await Watch(self.store, self.settings, self.models.scorer).tell(found)
        return found

    async def survey(self) -> list[Health]:
        """How every configured source was when it was last judged."""
        return await survey(self.store, self.settings)

    async def judge_sources(self, now: datetime | None = None) -> int:
        """Judge the sources anew that need it. Returns how many did."""
        return await judge_sources(self.store, self.settings, now or self.now())

    async def watch_sources(self, now: datetime | None = None) -> list[Health]:
        """Judge the sources, and put what people must be told of them into the outbox."""
        moment = now or self.now()
        await self.judge_sources(moment)
        healths = await self.survey()
        await Watch(self.store, self.settings, self.models.scorer).tell_sources(healths, moment)
        return healths

    async def deliver(self, now: datetime | None = None) -> int:
        """Deliver what is due. Returns how many notifications were taken."""
        return await deliver_due(self.store, self.channels, now or self.now(), None if now else self.now)


def place_of(source: Source) -> Place:
    """Where the items of a source come from."""
    return Place(source=source.name, screen=source.screen, brand=source.brand or "")


def _problem(error: Exception) -> str:
    """What a collector's failure is told as: of an unknown error only the type, for its words may hold an address."""
    if isinstance(error, CollectorError):
        return str(error)
    return f"the collector itself failed: {type(error).__name__}"


@asynccontextmanager
async def open_application(
    settings: Settings, now: Clock = utc_now, policy: Policy = DEFAULT_POLICY, limits: Limits = DEFAULT_LIMITS
) -> AsyncIterator[Application]:
    """An application on the configured store.

    Args:
        settings: what it is told.
        now: its clock.
        policy: the rules of its HTTP client, where a source has none of its own.
        limits: those of its HTTP client.

    Raises:
        reputation_monitor.store.StoreError: the database cannot be opened.
    """
    async with (
        await Store.open(settings.database.get_secret_value()) as store,
        HttpClient(settings.contact, limits=limits, now=now, policy=policy) as http,
    ):
        yield Application(settings, store, http, now)
