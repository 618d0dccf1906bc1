"""Keys that sign, made for the tests."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_curve_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def _pems(key) -> tuple[str, str]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture(scope="session")
def curve_key() -> tuple[str, str]:
    """Private and public PEM of the kind that App Store Connect gives."""
    return _pems(new_curve_key(SECP256R1()))


@pytest.fixture(scope="session")
def rsa_key() -> tuple[str, str]:
    """Private and public PEM of the kind that a service account has."""
    return _pems(new_rsa_key(65537, 2048))
