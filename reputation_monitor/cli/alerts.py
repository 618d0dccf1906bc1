"""``alerts list``, ``alerts show`` and ``alerts test``."""

from datetime import tzinfo
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from alerts.base import Event, Notification
from alerts.delivery import Delivered, deliver
from alerts.messages.content import compose
from alerts.messages.plain import to_text
from alerts.trial import trial
from reputation_monitor.application import Application
from reputation_monitor.cli.context import FAILED, WrongUseError, out, print_json, run
from reputation_monitor.outputs import alert_json
from reputation_monitor.store import Delivery, KnownAlert

app = typer.Typer(help="The shared channel's state.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_alerts(as_json: Json = False) -> None:
    """List alerts, the last raised first."""
    known = run(lambda application: application.store.alerts())
    if as_json:
        print_json([alert_json(alert) for alert in known])
        return
    if not known:
        out.print("No alert has been raised yet.")
        return
    table = Table("state", "raised (UTC)", "brand", "what", "key", box=None, header_style="bold")
    for one in known:
        said = map(escape, (one.alert.brand, one.alert.headline, one.alert.key))
        table.add_row(one.state, f"{one.raised_at:%Y-%m-%d %H:%M}", *said)
    out.print(table)


@app.command()
def show(
    key: Annotated[str, typer.Argument(help="The alert's key, as alerts list shows it.")], as_json: Json = False
) -> None:
    """Show an alert and the messages about it."""
    known, deliveries, zone = run(lambda application: _known(application, key))
    if as_json:
        print_json(alert_json(known) | {"deliveries": [_delivery_json(d) for d in deliveries]})
        return
    notification = Notification(key=key, event=Event.RAISED, alert=known.alert, at=known.raised_at)
    out.print(to_text(compose(notification, zone)), markup=False)
    for delivery in deliveries:
        out.print(f"{delivery.created:%Y-%m-%d %H:%M} {delivery.channel}: {_state(delivery)}", markup=False)


async def _known(application: Application, key: str) -> tuple[KnownAlert, list[Delivery], tzinfo]:
    known = await application.store.alert(key)
    if known is None:
        raise WrongUseError(f"no alert has the key {key!r}; reputation-monitor alerts list shows them")
    return known, await application.store.deliveries(key), application.settings.zone


def _delivery_json(delivery: Delivery) -> dict[str, object]:
    return {
        "channel": delivery.channel,
        "event": delivery.notification.event,
        "created": delivery.created.isoformat(),
        "attempts": delivery.attempts,
        "sent": delivery.sent_at.isoformat() if delivery.sent_at else None,
        "error": delivery.last_error,
    }


def _state(delivery: Delivery) -> str:
    event = delivery.notification.event
    if delivery.sent_at:
        return f"{event}, taken at {delivery.sent_at:%H:%M:%S} UTC after {delivery.attempts} attempts"
    if delivery.failed_at:
        return f"{event}, given up: {delivery.last_error}"
    return f"{event}, waiting; {delivery.last_error or 'not tried yet'}"


@app.command("test")
def try_channels(
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]...", help="All if none.")] = None,
) -> None:
    """Send a marked test message to channels."""
    failures = run(lambda application: _try(application, channels or []), required=True)
    if failures:
        raise typer.Exit(FAILED)


async def _try(application: Application, names: list[str]) -> int:
    known = application.channels
    if not known:
        raise WrongUseError("no channel is configured; name one under channels: in the configuration")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise WrongUseError(f"no channel is named {unknown[0]!r}; configured are: {', '.join(known)}")
    failures = 0
    for name in dict.fromkeys(names or known):
        outcome = await deliver(trial(name, application.now()), known[name])
        said = "taken" if isinstance(outcome, Delivered) else f"not taken: {outcome.error}"
        out.print(f"{name}: {said}", markup=False)
        failures += not isinstance(outcome, Delivered)
    return failures
