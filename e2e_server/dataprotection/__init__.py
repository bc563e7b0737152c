"""The data protection documents of one service, drawn from what it really runs with.

Use `documents(facts)` for the texts and `write_documents` to put them into a folder; `gather` reads
settings, site.json and both schemas. Each figure comes from there. What the program cannot know is
a marked blank, and every document says that it is a draft: nothing here is legal advice.

May import: configuration, site.json, schemas, jinja2. Opens no database and no secret.
"""

from __future__ import annotations

from e2e_server.dataprotection.documents import DOCUMENTS, documents
from e2e_server.dataprotection.facts import Facts, gather
from e2e_server.dataprotection.writing import DocumentsError, write_documents

__all__ = ["DOCUMENTS", "DocumentsError", "Facts", "documents", "gather", "write_documents"]
