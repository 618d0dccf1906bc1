"""A service account of Google Cloud: from its JSON key to short-lived access tokens (RFC 7523)."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from collectors.base import SourceRefused
from collectors.http import AccessTokens, HttpClient
from collectors.mobile.signing import sign

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LASTS = timedelta(minutes=30)


class AccountKey(BaseModel):
    """The parts that matter of the JSON file that Google gives for a service account."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a token


class GoogleAccount:
    """Gets access tokens for what it signs."""

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
        self._tokens = AccessTokens(token_url or self._key.token_uri, self._grant, http)

    async def authorization(self) -> dict[str, str]:
        """The header that lets a request in.

        Raises:
            SourceUnavailable: the server of tokens may answer later.
            SourceRefused: it does not know the account, or the key is none.
        """
        granted = await self._tokens.get()
        return {"Authorization": f"Bearer {granted.access_token.get_secret_value()}"}

    def _grant(self, now: datetime) -> dict[str, str]:
        claims = {
            "iss": self._key.client_email,
            "scope": self._scope,
            "aud": self._key.token_uri,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LASTS).timestamp()),
        }
        signed = sign(claims, self._key.private_key, "RS256", self._key.private_key_id, "service_account: private_key")
        return {"grant_type": GRANT, "assertion": signed}
