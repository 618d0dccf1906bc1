"""The configuration file, typed. The descriptions are those of the JSON Schema and of docs/configuration.md."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from alerts.durations import Duration, format_duration
from alerts.rules import Rule, default_rules
from reputation_monitor.matching import Query, names_of
from reputation_monitor.settings.addresses import (
    ChannelAddress,
    CollectorOptions,
    DatabaseAddress,
    FeedAddress,
    is_loopback,
)
from reputation_monitor.settings.problems import suggest

ENVIRONMENT_PREFIX = "REPUTATION_MONITOR__"
DEFAULT_DATABASE = "sqlite:///reputation-monitor.db"
BUILT_IN_MODEL = "built-in"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Screen = Literal["web", "tv", "mobile"]
SCREENS: tuple[Screen, ...] = ("web", "tv", "mobile")


class Stars(StrEnum):
    """When a review's stars serve in the place of the model."""

    UNKNOWN_LANGUAGE = "unknown language"
    ALWAYS = "always"
    NEVER = "never"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        known = suggest(name, available_timezones())
        raise ValueError(f"expected an IANA time zone such as Europe/London{known}") from None
    return name


def _telling_query(text: str) -> str:
    query = Query.parse(text)  # its error says where and what was expected
    if query.matches(""):
        raise ValueError("expected a query with something to look for; this one answers to any text")
    return text


def _database_scheme(address: DatabaseAddress) -> DatabaseAddress:
    scheme = address.get_secret_value().partition("://")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("expected sqlite:///file.db or postgresql://user:password@host/name")
    return address


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Section(BaseModel):
    """A part of the file: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Brand(Section):
    """A company or product that is watched."""

    name: Name = Field(description="The brand's name, as reports show it.")
    match: Annotated[str, AfterValidator(_telling_query)] | None = Field(
        default=None,
        description='Query that finds its mentions: AND OR NOT, "phrases", NEAR/5, wildcard*, (groups). '
        "Left out: its name as a phrase.",
    )
    names: tuple[Name, ...] = Field(
        default=(),
        description="What else customers call it, for the model to see whom a text judges. Known without being told: "
        "its name, and terms of its query that are written like it.",
    )
    rivals: tuple[Name, ...] = Field(default=(), description="Brands of this file that it is compared with.")

    @property
    def query(self) -> Query:
        """The query that finds the brand's mentions."""
        return Query.of_name(self.name) if self.match is None else Query.parse(self.match)

    @property
    def called(self) -> tuple[str, ...]:
        """Every name that it goes by in texts."""
        return names_of(self.name, self.query, self.names)

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.match is None:
            _telling_query(f'"{self.name.replace(chr(34), " ")}"')
        return self


class Models(Section):
    """Models beside the usual one."""

    by_language: dict[Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")], Name] = Field(
        default={},
        description="Hugging Face ids or folders of the models that read other languages, by language code: "
        "{fr: FOLDER}. Mentions in a language that no model knows are left unscored.",
    )


class Service(Section):
    """An IT service that incidents happen to."""

    name: Name = Field(description="The service's name, as the incident tool writes it.")
    brands: tuple[Name, ...] = Field(default=(), description="Brands that an incident of the service can hurt.")
    screens: tuple[Screen, ...] = Field(
        default=SCREENS, min_length=1, description="Screens on which its customers would speak: web, tv, mobile."
    )


class Source(Section):
    """One feed. Keys that are not of every source are told to its collector, whose options they must be."""

    name: Name = Field(description="The source's name; what is stored is known by it.")
    screen: Screen = Field(description="The screen it belongs to: web, tv or mobile.")
    collector: Name = Field(description="The kind of collector that reads it: feed, captions, app_store, file, ...")
    brand: Name | None = Field(
        default=None,
        description="The brand that all of it speaks of, as an app's reviews do; left out: the brands' queries decide.",
    )
    every: Duration = Field(default=timedelta(minutes=15), description="How often it is collected.")
    allow_private: bool = Field(
        default=False,
        description="Whether it may ask addresses of this machine and of private networks, which others must not.",
    )
    obey_robots: bool | None = Field(
        default=None,
        description="Whether robots.txt of its server is obeyed; left out: as its kind of collector does.",
    )
    options: CollectorOptions = Field(default=CollectorOptions({}))

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: value[name] for name in value if name in SOURCE_KEYS} | {"options": options_in(value)}

    @model_serializer
    def _spread_options(self) -> dict[str, Any]:
        own: dict[str, Any] = {"name": self.name, "screen": self.screen, "collector": self.collector}
        if self.brand is not None:
            own["brand"] = self.brand
        own["every"] = format_duration(self.every)
        if self.allow_private:
            own["allow_private"] = True
        if self.obey_robots is not None:
            own["obey_robots"] = self.obey_robots
        return own | self.options.shown()


SOURCE_KEYS = ("name", "screen", "collector", "brand", "every", "allow_private", "obey_robots")


def options_in(source: dict[str, Any]) -> dict[str, Any]:
    """What of a source's keys its collector is told."""
    return {str(name): value for name, value in source.items() if name not in SOURCE_KEYS}


class IncidentSettings(Section):
    """A place that knows of IT incidents."""

    name: Name = Field(description="The incident source's name.")
    kind: Name = Field(
        default="statuspage", description="statuspage (polled) or file (Statuspage JSON, CSV, JSON lines)."
    )
    url: FeedAddress = Field(description="Address of the status page, or the file's path.")
    every: Duration = Field(default=timedelta(minutes=5), description="How often it is asked.")
    allow_private: bool = Field(
        default=False, description="Whether the page may be on this machine or in a private network."
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        is_web = self.url.get_secret_value().startswith(("http://", "https://"))
        if self.kind == "statuspage" and not is_web:
            raise ValueError(
                "url: expected a web address such as https://status.example.com; of a file, say kind: file"
            )
        if self.kind == "file" and is_web:
            raise ValueError("url: expected the path of a file; of a status page, leave out kind: file")
        return self


class ChannelSettings(Section):
    """A place where people read alerts."""

    name: Name = Field(description="The channel's name, as rules use it.")
    url: ChannelAddress = Field(
        description="console://, the https:// address of a Slack-shaped webhook, or any Apprise address; a secret."
    )
    kind: Name | None = Field(default=None, description="console, slack or apprise, where the address does not tell.")
    audience: Literal["all", "it"] = Field(
        default="all", description="Who reads it. Without rules, channels of it hear of a suspected outage first."
    )


class LinkingSettings(Section):
    """How shifts are found and linked to incidents."""

    false_shifts_per_quarter: float = Field(
        default=1.0, gt=0, le=100, description="False shifts that a brand may have in a quarter of a year."
    )
    lead_hours: float = Field(
        default=3.0,
        gt=0,
        le=48,
        description="How long before an incident's start a shift may begin and be linked to it.",
    )
    q: float = Field(
        default=0.05, gt=0, lt=1, description="Share of false links among links (Benjamini-Hochberg) that is accepted."
    )
    history_weeks: int = Field(default=8, ge=1, le=104, description="Weeks of history the baseline is fitted on.")
    min_voices: int = Field(
        default=3,
        ge=1,
        description="Negative voices above the usual that a shift must have at least, each a customer or a story.",
    )


class SilenceSettings(Section):
    """When a source that brings nothing is called silent."""

    false_alarms_per_year: float = Field(
        default=1.0, gt=0, le=365, description="False alarms that each source may give in a year."
    )


class RevenueSettings(Section):
    """What unhappy customers cost, by the company's own figures."""

    brand: Name = Field(description="The brand these figures are of.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code of the currency, such as EUR."
    )
    customer_value: float = Field(
        gt=0, allow_inf_nan=False, description="What a customer brings in a year, in that currency."
    )
    customers_per_complaint: float = Field(
        default=1.0,
        ge=1,
        allow_inf_nan=False,
        description="Customers who felt the same for each one who said so in public.",
    )
    churn_share: float = Field(ge=0, le=1, description="Share of customers so touched who leave.")


class ReportSettings(Section):
    """The weekly reputation report."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = Field(
        default="monday", description="Day on which the report of the week before is made."
    )
    time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="08:00", description="Time of that day, HH:MM in the file's time zone."
    )
    channel: Name | None = Field(default=None, description="Channel that is told where the report is; none: nobody is.")
    folder: str = Field(default="reports", min_length=1, description="Folder that reports are written to.")

    @property
    def hour_and_minute(self) -> tuple[int, int]:
        """The time of day, in the file's time zone."""
        hour, minute = self.time.split(":")
        return int(hour), int(minute)


class WebSettings(Section):
    """The dashboard."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(default=8765, ge=0, le=65535, description="Port to listen on; 0 for any that is free.")
    url: str | None = Field(
        default=None, pattern=r"^https?://", description="Address by which people and hubs reach it."
    )
    labels: bool | None = Field(
        default=None,
        description="Whether people may set labels in it; left out: where host is this machine and there is no url.",
    )
    person: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")] | None = Field(
        default=None, description="Header in which the proxy before it says who signed in, such as X-Forwarded-User."
    )
    token: SecretStr | None = Field(
        default=None, min_length=16, description="Bearer token of programs that set labels; without it none may."
    )

    @property
    def takes_labels(self) -> bool:
        """Whether people may set labels in the dashboard."""
        alone = self.url is None and is_loopback(self.host)
        return alone if self.labels is None else self.labels

    @property
    def address(self) -> str:
        """The address that links begin with, without a slash at the end."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")


class Settings(BaseSettings):
    """Everything that the service is told."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
    )

    time_zone: TimeZone = Field(default="UTC", description="IANA time zone that people read times in.")
    database: Annotated[DatabaseAddress, AfterValidator(_database_scheme)] = Field(
        default=DatabaseAddress(DEFAULT_DATABASE),
        description="sqlite:///file.db (relative to this file) or postgresql://user:password@host/name.",
    )
    model: str = Field(
        default=BUILT_IN_MODEL,
        min_length=1,
        description="built-in, or a Hugging Face id or folder of a sentiment model.",
    )
    models: Models = Field(default=Models(), description="Models for languages that the model does not know.")
    stars: Stars = Field(
        default=Stars.UNKNOWN_LANGUAGE,
        description="When a review's stars serve in the place of the model: unknown language, always or never.",
    )
    contact: str = Field(
        default="contact not configured",
        min_length=1,
        description="Your e-mail address or page, told to the servers that are collected from.",
    )
    brands: tuple[Brand, ...] = Field(default=(), description="What is watched.")
    services: tuple[Service, ...] = Field(default=(), description="IT services, and whom their incidents can hurt.")
    sources: tuple[Source, ...] = Field(default=(), description="Where customers speak.")
    incidents: tuple[IncidentSettings, ...] = Field(default=(), description="Where IT incidents are known.")
    channels: tuple[ChannelSettings, ...] = Field(default=(), description="Where people read alerts.")
    alerts: tuple[Rule, ...] = Field(
        default=(), description="Which alerts go to which channels; without rules, everything to every channel."
    )
    linking: LinkingSettings = Field(default=LinkingSettings(), description="How shifts are found and linked.")
    silence: SilenceSettings = Field(default=SilenceSettings(), description="When a source is called silent.")
    revenue: tuple[RevenueSettings, ...] = Field(default=(), description="What unhappy customers cost.")
    report: ReportSettings = Field(default=ReportSettings(), description="The weekly report.")
    web: WebSettings = Field(default=WebSettings(), description="The dashboard's place.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given and nothing else: ``load`` reads the environment it is handed, not the process's own."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that people read times in."""
        return ZoneInfo(self.time_zone)

    @property
    def rules(self) -> list[Rule]:
        """The alert rules; where the file has none, everything goes everywhere, what may be an outage to IT first."""
        it = {channel.name for channel in self.channels if channel.audience == "it"}
        return list(self.alerts) or default_rules([channel.name for channel in self.channels], it)

    def redacted(self) -> dict[str, Any]:
        """The settings as people may see them: JSON-ready, without secrets."""
        return self.model_dump(mode="json")
