"""Web addresses as identities: one page, one address, however somebody came to it."""

import re
from urllib.parse import urljoin

from yarl import URL

_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs(?:enc|mi)|at_(?:medium|campaign|custom\d|link_\w+)|"
    r"(?:fb|g|dc|gb|wb|ms|y|tt|tw|ig|li|sc|e)cl(?:k)?id|twclid|gclsrc|gad_source|igshid?|mc_[ce]id|mkt_tok|vero_id|"
    r"oly_(?:anon|enc)_id|wt_(?:mc|zmc)|wt\.mc_id|cmpid|ref_src|ref_url|s_cid|ns_\w+|__twitter_impression|_ga|_gl",
    re.IGNORECASE,
)
"""Query parameters that tell who sent the reader, and never which page they get."""


def normal_address(address: str) -> str:
    """The address without fragment, default port and tracking parameters; its host in lower case.

    What may name another page stays: the order of parameters, a slash at the end, ``www.`` and the scheme. What is no
    web address comes back as it was.
    """
    try:
        url = URL(address.strip()).with_fragment(None)
        kept = [(name, value) for name, value in url.query.items() if not _TRACKING.fullmatch(name)]
        url = url if len(kept) == len(url.query) else url.with_query(kept)
        if url.scheme not in {"http", "https"} or not url.host:
            return address
        url = url.with_port(None) if url.is_default_port() else url
        return str(url if url.path != "/" else url.with_path("/", keep_query=True))
    except ValueError:
        return address


def joined(base: str, address: str) -> str:
    """The address that a link on the page ``base`` leads to; empty where it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """The host without ``www.``, in lower case; empty where there is none."""
    try:
        return (URL(address).host or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def same_server(one: str, other: str) -> bool:
    """Whether both are addresses of one scheme, host and port."""
    try:
        this, that = URL(one), URL(other)
    except ValueError:
        return False
    return bool(this.host) and (this.scheme, this.host, this.port) == (that.scheme, that.host, that.port)


def is_front_page(address: str) -> bool:
    """Whether it names a host and no page of it."""
    try:
        url = URL(address)
    except ValueError:
        return False
    return url.path in {"", "/"} and not url.query_string
