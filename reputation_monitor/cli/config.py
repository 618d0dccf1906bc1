"""``config check`` and ``config schema``."""

import typer
import yaml

from reputation_monitor.cli.context import out, print_json, read_settings
from reputation_monitor.settings import schema as settings_schema

app = typer.Typer(help="The configuration file.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Validate the configuration and show it without its secrets."""
    settings = read_settings(required=True)
    out.print("The configuration is valid.", style="green")
    out.print(yaml.safe_dump(settings.redacted(), sort_keys=False, allow_unicode=True), markup=False, soft_wrap=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file."""
    print_json(settings_schema())
