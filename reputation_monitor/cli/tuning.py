"""``sentiment evaluate`` and ``sentiment tune``."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from reputation_monitor.cli.context import WrongUseError, out, print_json, run
from reputation_monitor.labelling.figures import LEAST, Report, Row
from reputation_monitor.labelling.sample import ENOUGH
from reputation_monitor.labelling.tuning import Trial
from reputation_monitor.outputs import report_json, trial_json
from sentiment.scores import LABELS
from sentiment.trial import Change

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

NOT_AT_RANDOM = (
    "These labels are no random sample: people set labels where something catches their eye, mostly where the model is "
    "wrong, so of all mentions it may be right far more often. For figures that hold for all, label at least "
    f"{ENOUGH} that are drawn at random: reputation-monitor sentiment sample {2 * ENOUGH}"
)


def evaluate(as_json: Json = False) -> None:
    """Say how right the model and the stars are by your own labels, with 95 % intervals."""
    report = run(lambda application: application.lessons.evaluate())
    if as_json:
        print_json(report_json(report))
        return
    out.print(f"{report.model} on {report.labels:,} labels", markup=False)
    out.print(_basis(report))
    table = Table(
        "of", "method", "labels", "accuracy", "macro recall", "calibration error", box=None, header_style="bold"
    )
    for row in report.rows:
        found = row.evaluation
        figures = (
            [f"too few (at least {LEAST})", "", ""]
            if found is None
            else [str(figure) for figure in (found.accuracy, found.macro_recall, found.calibration_error)]
        )
        table.add_row(escape(_group(row)), row.method, f"{row.labels:,}", *figures)
    out.print(table)
    for row in report.rows:
        if not row.brand and not row.screen:
            _show_confusion(row)


def _basis(report: Report) -> str:
    said = [
        "Drawn at random, each screen weighed by its number of texts: the figures hold for all mentions."
        if report.at_random
        else NOT_AT_RANDOM
    ]
    if report.waiting:
        said.append(f"{report.drawn:,} drawn mentions are labelled, {report.waiting:,} wait.")
    if report.changed:
        said.append(f"{report.changed:,} labels are left out, as their texts changed since.")
    return " ".join(said)


def _group(row: Row) -> str:
    if row.brand and row.screen:
        return f"{row.brand} on {row.screen}"
    return row.brand or row.screen or "all"


def _show_confusion(row: Row) -> None:
    if row.evaluation is None:
        return
    table = Table(f"{row.method}: labelled \\ found", *LABELS, box=None, header_style="bold")
    for name, counts in zip(LABELS, row.evaluation.confusion, strict=True):
        table.add_row(name, *(f"{count:,}" for count in counts))
    out.print()
    out.print(table)


def tune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do; change nothing.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Go back to the model as it is.")] = False,
    as_json: Json = False,
) -> None:
    """Tune the model to your labels, and use the result if it is better on labels that were held out."""
    if discard:
        if dry_run:
            raise WrongUseError("--dry-run and --discard exclude each other; give one of them")
        _discard(as_json=as_json)
        return
    trial = run(lambda application: application.lessons.tune(take=not dry_run))
    taken = trial.verdict.better and not dry_run
    if as_json:
        print_json(trial_json(trial, taken=taken))
        return
    _show_trial(trial)
    out.print(_outcome(trial, dry_run=dry_run))


def _discard(*, as_json: bool) -> None:
    discarded = run(lambda application: application.lessons.discard())
    if as_json:
        print_json({"discarded": discarded})
    else:
        out.print("The model is used as it is from now on." if discarded else "No tuned model is used.")


def _show_trial(trial: Trial) -> None:
    of = "drawn at random" if trial.at_random else "not drawn at random"
    what = trial.parameters.kind if trial.parameters.ridge is None else f"adapter (ridge {trial.parameters.ridge:g})"
    out.print(f"{what}, fitted on {trial.fitted:,} labels, measured on {trial.held_out:,} held out; {of}", markup=False)
    if not trial.at_random:
        out.print(NOT_AT_RANDOM)
    table = Table("on held-out labels", "used now", "tuned", "difference, 95 % interval", box=None, header_style="bold")
    for name in ("log_loss", "macro_recall", "calibration_error"):
        change: Change = getattr(trial.verdict, name)
        apart = change.difference
        interval = f"{apart.value:+.3f} ({apart.low:+.3f} to {apart.high:+.3f})"
        table.add_row(name.replace("_", " "), f"{change.before:.3f}", f"{change.after:.3f}", interval)
    out.print(table)


def _outcome(trial: Trial, *, dry_run: bool) -> str:
    if not trial.verdict.better:
        return f"Not taken: {trial.verdict.reason}. What was used before is used on."
    if dry_run:
        return f"It would be taken: {trial.verdict.reason}. Nothing was changed."
    return (
        f"Taken: {trial.verdict.reason}. It scores what comes from now on. So that the change of scale is not taken "
        "for a shift, score what came before anew: reputation-monitor score --again. "
        "Back by: reputation-monitor sentiment tune --discard"
    )
