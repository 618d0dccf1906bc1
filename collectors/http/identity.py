"""Who asks: the User-Agent that every request carries."""

from importlib import metadata

PRODUCT = "ReputationMonitor"
"""The product token by which robots.txt may speak of us."""


def user_agent(contact: str) -> str:
    """Who asks, in which version, and where to complain: ``ReputationMonitor/0.1.0 (+contact)``.

    Raises:
        ValueError: the contact is blank or would break the header.
    """
    if not contact.strip() or not contact.isprintable():
        raise ValueError("contact: an e-mail address or a page is expected; it is sent along with every request")
    try:
        version = metadata.version("reputation-monitor")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"{PRODUCT}/{version} (+{contact.strip()})"
