"""JSON Schema of the configuration file, for editors."""

from typing import Any

from collectors.registry import known_kinds, options_model
from reputation_monitor.settings.schema import Settings

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """JSON Schema of the file, each key with its description; a source's keys depend on its collector."""
    document = Settings.model_json_schema(mode="validation")
    document["$defs"]["Source"] = _source(document["$defs"])
    return {"$schema": _DIALECT} | document | {"title": "Configuration of Reputation Monitor"}


def _source(definitions: dict[str, Any]) -> dict[str, Any]:
    source: dict[str, Any] = dict(definitions["Source"])
    source["properties"] = {name: what for name, what in source["properties"].items() if name != "options"}
    source["properties"]["collector"] = source["properties"]["collector"] | {"examples": known_kinds()}
    source.pop("additionalProperties")
    source["allOf"] = [_options(kind, definitions) for kind in known_kinds()]
    source["unevaluatedProperties"] = False
    return source


def _options(kind: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """What a source has to say when its collector is of this kind."""
    options = options_model(kind).model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(options.pop("$defs", {}))
    then = {key: options[key] for key in ("properties", "required") if key in options}
    return {"if": {"properties": {"collector": {"const": kind}}, "required": ["collector"]}, "then": then}
