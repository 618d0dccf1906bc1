"""The HTTP client that all collectors of a process share."""

from collectors.http.access_tokens import AccessTokens
from collectors.http.answers import NO_STATE, Fetched
from collectors.http.client import Clock, HttpClient, utc_now
from collectors.http.failures import retry_after_seconds, without_secrets
from collectors.http.identity import user_agent
from collectors.http.limits import DEFAULT_LIMITS, Limits
from collectors.http.policy import API_POLICY, DEFAULT_POLICY, Policy, Rate

__all__ = [
    "API_POLICY",
    "DEFAULT_LIMITS",
    "DEFAULT_POLICY",
    "NO_STATE",
    "AccessTokens",
    "Clock",
    "Fetched",
    "HttpClient",
    "Limits",
    "Policy",
    "Rate",
    "retry_after_seconds",
    "user_agent",
    "utc_now",
    "without_secrets",
]
