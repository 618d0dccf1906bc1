"""A service account of Google Cloud: from its JSON key to short-lived access tokens (RFC 7523)."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, without_secrets
from collectors.mobile.signing import sign

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LASTS = timedelta(minutes=30)
RENEWED_BEFORE = timedelta(minutes=1)


class AccountKey(BaseModel):
    """The parts that matter of the JSON file that Google gives for a service account."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a token


class Granted(BaseModel):
    """A server's answer with a token; ``expires_in`` in seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: str
    expires_in: float = 3600.0


class GoogleAccount:
    """Asks for access tokens, and keeps each until shortly before its end."""

    def __init__(self, key: str, scope: str, http: HttpClient, token_url: str = "") -> None:
        """Be ready to ask.

        Args:
            key: the JSON file's text.
            scope: what the tokens are for.
            http: the client to ask by.
            token_url: server of the tokens, if not the one that the key names.

        Raises:
            SourceRefused: the key is no JSON key of a service account.
        """
        try:
            self._key = AccountKey.model_validate_json(key)
        except ValidationError:
            raise SourceRefused(
                "service_account is no JSON key of a service account; make one in Google Cloud, IAM & Admin, "
                "Service Accounts, Keys, Add key, JSON"
            ) from None
        self._scope = scope
        self._http = http
        self._token_url = token_url or self._key.token_uri
        self._granted = ""
        self._expires: datetime | None = None

    async def authorization(self) -> dict[str, str]:
        """The header that lets a request in.

        Raises:
            SourceUnavailable: the server of tokens may answer later.
            SourceRefused: it does not know the account, or the key is none.
        """
        now = self._http.now()
        if self._expires is None or now > self._expires - RENEWED_BEFORE:
            granted = await self._ask(now)
            self._granted, self._expires = granted.access_token, now + timedelta(seconds=granted.expires_in)
        return {"Authorization": f"Bearer {self._granted}"}

    async def _ask(self, now: datetime) -> Granted:
        claims = {
            "iss": self._key.client_email,
            "scope": self._scope,
            "aud": self._key.token_uri,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LASTS).timestamp()),
        }
        signed = sign(claims, self._key.private_key, "RS256", self._key.private_key_id, "service_account: private_key")
        answer = await self._http.post(self._token_url, form={"grant_type": GRANT, "assertion": signed})
        try:
            return Granted.model_validate_json(answer.body)
        except ValidationError:
            raise SourceUnavailable(
                f"{without_secrets(self._token_url)} answers without an access token; "
                "it is asked again later, so check the token_url if this stays"
            ) from None
