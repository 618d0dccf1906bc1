"""YAML and environment to typed settings; an error names file, line, key, what was found and what was expected."""

from reputation_monitor.settings.json_schema import schema
from reputation_monitor.settings.loading import default_settings, find, load, read_settings
from reputation_monitor.settings.problems import Problem, SettingsError
from reputation_monitor.settings.schema import (
    Brand,
    ChannelSettings,
    IncidentSettings,
    LinkingSettings,
    ReportSettings,
    RevenueSettings,
    Service,
    Settings,
    Source,
    Stars,
    WebSettings,
)

__all__ = [
    "Brand",
    "ChannelSettings",
    "IncidentSettings",
    "LinkingSettings",
    "Problem",
    "ReportSettings",
    "RevenueSettings",
    "Service",
    "Settings",
    "SettingsError",
    "Source",
    "Stars",
    "WebSettings",
    "default_settings",
    "find",
    "load",
    "read_settings",
    "schema",
]
