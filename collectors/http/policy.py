"""What a source may do that others may not, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most ``requests`` in any ``seconds`` to one host, as its documentation asks for."""

    requests: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules that one source's exchanges go by.

    Attributes:
        allow_private: whether addresses of this machine and of private networks may be asked.
        obey_robots: whether robots.txt is asked first; a documented API for programs is no place for robots.
        rate: for each host it asks; the strictest rate that any source has for a host holds for all of them.
        patience: how many times as long as others its servers may take to answer; a kind with more says why.
    """

    allow_private: bool = False
    obey_robots: bool = True
    rate: Rate | None = None
    patience: float = 1.0


DEFAULT_POLICY = Policy()
API_POLICY = Policy(obey_robots=False)
"""For documented interfaces that are made for programs."""
