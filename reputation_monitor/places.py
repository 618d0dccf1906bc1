"""The addresses of pages, by what they show."""

from urllib.parse import quote, urlencode


def brand_path(brand: str, **query: str) -> str:
    """The page of a brand."""
    return f"/brands/{_part(brand)}{_query(query)}"


def alert_path(key: str) -> str:
    """The page of an alert."""
    return f"/alerts/{_part(key)}"


def review_path(incident: str, brand: str = "") -> str:
    """The review of an incident, for a brand if one is named."""
    return f"/reviews/{_part(incident)}{_query({'brand': brand})}"


def week_path(week: str) -> str:
    """The report of a week."""
    return f"/reports/weekly/{_part(week)}"


def label_path(number: int, **query: str) -> str:
    """Where the label of a mention is set; ``query`` says which page comes after it."""
    return f"/mentions/{number}/label{_query(query)}"


def _part(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _query(values: dict[str, str]) -> str:
    told = {name: value for name, value in values.items() if value}
    return f"?{urlencode(told, errors='replace')}" if told else ""
