"""The store: the one place that speaks SQL.

``Store.open`` connects and brings the tables up to date. Every method is one transaction; what goes in and comes out
are the plain values of ``records``. Times are aware UTC, and the clock is an argument.
"""

from reputation_monitor.store.alerts import Alerts
from reputation_monitor.store.counts import Overview
from reputation_monitor.store.engine import StoreError
from reputation_monitor.store.findings import Findings
from reputation_monitor.store.history import History
from reputation_monitor.store.incidents import Incidents
from reputation_monitor.store.ingest import Ingest
from reputation_monitor.store.label_records import Correction, KeptTuning
from reputation_monitor.store.labels import Labels, TextChangedError
from reputation_monitor.store.mentions import Mentions, Order
from reputation_monitor.store.outbox import Outbox
from reputation_monitor.store.quarantine import Quarantine
from reputation_monitor.store.records import (
    AddResult,
    AlertChange,
    AlertState,
    Counts,
    Delivery,
    KeptReport,
    KnownAlert,
    KnownLink,
    KnownShift,
    Mention,
    NewMention,
    Quarantined,
    Revision,
    ScoredMention,
    ScoreMethod,
    Scores,
    SourceState,
    Spoken,
    Standing,
    Subscription,
)
from reputation_monitor.store.reports import Reports
from reputation_monitor.store.rollup_records import Rollup, RollupMark, Span
from reputation_monitor.store.rollups import Rollups
from reputation_monitor.store.source_health import SourceHealths
from reputation_monitor.store.source_history import SourceHistory
from reputation_monitor.store.sources import Sources
from reputation_monitor.store.subscriptions import Subscriptions
from reputation_monitor.store.tunings import Tunings

__all__ = [
    "AddResult",
    "AlertChange",
    "AlertState",
    "Correction",
    "Counts",
    "Delivery",
    "KeptReport",
    "KeptTuning",
    "KnownAlert",
    "KnownLink",
    "KnownShift",
    "Mention",
    "NewMention",
    "Order",
    "Quarantined",
    "Revision",
    "Rollup",
    "RollupMark",
    "ScoreMethod",
    "ScoredMention",
    "Scores",
    "SourceState",
    "Span",
    "Spoken",
    "Standing",
    "Store",
    "StoreError",
    "Subscription",
    "TextChangedError",
]


class Store(
    Ingest,
    Mentions,
    History,
    Labels,
    Tunings,
    Rollups,
    Sources,
    SourceHistory,
    SourceHealths,
    Subscriptions,
    Quarantine,
    Incidents,
    Findings,
    Alerts,
    Outbox,
    Reports,
    Overview,
):
    """All rooms of the store on one database."""
