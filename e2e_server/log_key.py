"""Changing the log's key: drawn beside the present one, put in its place once POLICY names it."""

from __future__ import annotations

from crypto.keys import SignSecret
from crypto.primitives import sign_public
from e2e_server import paths
from e2e_server.config import Settings
from e2e_server.secrets_dir import SecretName, SecretsDir


def new_log_key(settings: Settings) -> str:
    """Draw the log's next key beside the present one; return its public key in hex, for POLICY.

    From its next start on the relay holds both and takes a POLICY that names either. Again: the
    same key.
    """
    secrets = SecretsDir(settings.data_dir)
    secrets.read(SecretName.LOG_KEY)
    log_key = sign_public(SignSecret(secrets.read_or_create(SecretName.NEXT_LOG_KEY))).raw.hex()
    paths.next_log_key_path(settings).write_text(log_key + "\n", encoding="ascii")
    return log_key


def settle_log_key(settings: Settings, key: SignSecret) -> None:
    """Let the next key take the old one's place, if it is `key`, the one in force.

    Each step may be repeated; only the last, which is atomic, forgets the old key.
    """
    secrets = SecretsDir(settings.data_dir)
    if not secrets.has(SecretName.NEXT_LOG_KEY):
        return
    if SignSecret(secrets.read(SecretName.NEXT_LOG_KEY)) != key:
        return
    text = sign_public(key).raw.hex() + "\n"
    paths.log_key_path(settings).write_text(text, encoding="ascii")
    paths.next_log_key_path(settings).unlink(missing_ok=True)
    secrets.put_in_place(SecretName.NEXT_LOG_KEY, SecretName.LOG_KEY)
