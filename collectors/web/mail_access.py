"""Access to a mailbox by OAuth 2.0, where no password serves: as its owner allows it, or as the organisation does."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from yarl import URL

from collectors.base import SourceRefused
from collectors.http import AccessTokens, HttpClient
from collectors.http.addresses import is_this_machine

_HINT = (
    "token_url, client_id, client_secret and scope must be those of one app, and a refresh_token ends when it is "
    "revoked or was not used for long"
)


class AccessOptions(BaseModel):
    """How access tokens are asked for; with a ``token_url`` they take the place of a password."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token_url: str = Field(default="", description="Server of access tokens, for XOAUTH2 in place of a password.")
    client_id: str = Field(default="", description="The app that was registered there.")
    client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret, if it has one.")
    refresh_token: SecretStr = Field(
        default=SecretStr(""), description="By which the mailbox's owner lets the app in; empty: the app's own right."
    )
    scope: str = Field(default="", description="What the token is for, as the provider names it.")

    @model_validator(mode="after")
    def _can_ask(self) -> Self:
        if not self.token_url:
            if self.client_id or self.client_secret or self.refresh_token or self.scope:
                raise ValueError("token_url is missing; it is the address of the provider's server of tokens")
            return self
        url = URL(self.token_url)
        if url.scheme != "https" and not is_this_machine(url.host or ""):
            raise ValueError("token_url would send secrets in the clear; it begins with https://")
        if not self.client_id:
            raise ValueError("client_id is missing; register an app with the provider")
        if not self.client_secret and not self.refresh_token:
            raise ValueError("client_secret or refresh_token is missing; one of them lets the app in")
        return self


class MailAccess:
    """Asks for access tokens with a refresh token (RFC 6749, 6), or else by the app's own credentials (4.4).

    A provider may give another refresh token each time, and let the first one end. The newest is kept between runs, and
    sealed by the one that is configured: whoever reads the state learns nothing, and a new one from the configuration
    counts at once.
    """

    def __init__(self, options: AccessOptions, http: HttpClient) -> None:
        self._options = options
        self._tokens = AccessTokens(options.token_url, self._grant, http)
        self._refresh = options.refresh_token.get_secret_value()
        self._seal = Fernet(base64.urlsafe_b64encode(hashlib.sha256(self._refresh.encode()).digest()))

    async def token(self, sealed: str) -> tuple[str, str]:
        """An access token, and what to keep for the next run.

        Args:
            sealed: what was kept of the run before.

        Raises:
            SourceUnavailable: the server of tokens may answer later.
            SourceRefused: it does not let the app in.
        """
        self._refresh = self._opened(sealed) or self._refresh
        try:
            granted = await self._tokens.get()
        except SourceRefused as refused:
            raise SourceRefused(f"{refused}; {_HINT}") from refused
        given = granted.refresh_token.get_secret_value()
        if self._refresh and given and given != self._refresh:
            self._refresh, sealed = given, self._seal.encrypt(given.encode()).decode()
        return granted.access_token.get_secret_value(), sealed

    def _opened(self, sealed: str) -> str:
        """The refresh token; empty if it is none, or belongs to another one than is configured now."""
        try:
            return self._seal.decrypt(sealed).decode()
        except InvalidToken:
            return ""

    def _grant(self, _: datetime) -> Mapping[str, str]:
        options = self._options
        told = {
            "grant_type": "refresh_token" if self._refresh else "client_credentials",
            "client_id": options.client_id,
            "client_secret": options.client_secret.get_secret_value(),
            "refresh_token": self._refresh,
            "scope": options.scope,
        }
        return {name: value for name, value in told.items() if value}
