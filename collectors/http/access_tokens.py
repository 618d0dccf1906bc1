"""Short-lived access tokens (OAuth 2.0, RFC 6749), as a server of them gives for whatever grant it is shown."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from collectors.base import SourceUnavailable
from collectors.http.client import HttpClient
from collectors.http.failures import without_secrets

RENEWED_BEFORE = timedelta(minutes=1)

Grant = Callable[[datetime], Mapping[str, str]]
"""What is shown to the server at that instant, as the fields of a form."""


class Granted(BaseModel):
    """A server's answer with a token.

    Attributes:
        expires_in: seconds.
        refresh_token: to ask with the next time; most servers give none.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: SecretStr = Field(min_length=1)
    expires_in: float = Field(default=3600.0, ge=0, le=366 * 86_400)
    refresh_token: SecretStr = SecretStr("")


class AccessTokens:
    """Asks for access tokens, and keeps each until shortly before its end."""

    def __init__(self, url: str, grant: Grant, http: HttpClient) -> None:
        self._url = url
        self._grant = grant
        self._http = http
        self._known: tuple[Granted, datetime] | None = None

    async def get(self) -> Granted:
        """A token that serves now.

        Raises:
            SourceUnavailable: the server may answer later.
            SourceRefused: it does not take the grant.
        """
        now = self._http.now()
        if self._known is None or now > self._known[1] - RENEWED_BEFORE:
            granted = await self._ask(now)
            self._known = granted, now + timedelta(seconds=granted.expires_in)
        return self._known[0]

    async def _ask(self, now: datetime) -> Granted:
        answer = await self._http.post(self._url, form=self._grant(now))
        try:
            return Granted.model_validate_json(answer.body)
        except ValidationError:
            raise SourceUnavailable(
                f"{without_secrets(self._url)} answers without an access token; "
                "it is asked again later, so check the token_url if this stays"
            ) from None
