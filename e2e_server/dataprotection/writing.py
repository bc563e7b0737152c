"""Puts documents into a folder, and never over something that a person has written there."""

from __future__ import annotations

from pathlib import Path

from e2e_server import paths
from e2e_server.config import Settings
from e2e_server.dataprotection.documents import documents
from e2e_server.dataprotection.facts import gather
from e2e_server.site_file import check_promises, load_relay_site
from e2e_server.storage.schema import load_schema
from e2e_server.web import load_site

KEEPER_SCHEMA_PATH = paths.PROGRAM_ROOT / "e2e_server" / "keeper" / "schema.sql"


class DocumentsError(Exception):
    """The documents cannot be written; the text is one sentence for the operator."""


def write_documents(settings: Settings, site_path: Path, out: Path) -> list[Path]:
    """Write every document into `out` and return the files, sorted.

    StartError or SiteError when site.json is missing, bad or promises other periods than the
    settings; DocumentsError when a file there says something else: people complete the drafts by
    hand, and no word of theirs is overwritten. Nothing is written then.
    """
    check_promises(load_relay_site(site_path), settings)
    facts = gather(
        settings,
        load_site(site_path),
        load_schema(paths.SCHEMA_PATH),
        load_schema(KEEPER_SCHEMA_PATH),
    )
    texts = {out / name: text for name, text in documents(facts).items()}
    try:
        for path, text in texts.items():
            if path.exists() and path.read_bytes() != text.encode():
                raise DocumentsError(
                    f"{path} is there already and says something else: "
                    "choose another folder, and take over by hand what you have written"
                )
        out.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, "utf-8")
    except OSError as error:
        raise DocumentsError(f"{error.filename} cannot be written: {error.strerror}") from error
    return sorted(texts)
