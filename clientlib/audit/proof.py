"""`python -m clientlib.audit proof FILE …`: does what the file holds contradict itself?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from clientlib import logproof
from clientlib.logproof import Finding
from clientlib.terminal import say
from crypto.errors import BadProof

_DESCRIPTION = (
    "Prüft, ob eine Datei beweist, dass ein Verzeichnis verschiedenen Leuten verschieden gezeigt "
    "wurde. Die Dateien beider Seiten zusammen beweisen mehr als eine."
)
_PROVED = (
    "✗ Bewiesen: Der Schlüssel dieses Verzeichnisses hat zwei Verzeichnisse unterschrieben, die "
    "sich in den ersten {size} Einträgen unterscheiden. Wer ihn hat, hat verschiedenen Leuten "
    "Verschiedenes gezeigt.",
    "  Nicht bewiesen: wer von beiden das richtige sah, und wer den Schlüssel hat.",
    "  Schlüssel: {key} – er muss der sein, den die POLICY der Organisation nennt.",
)
_CLAIMED = (
    "? Behauptet: Jemand will in den ersten {size} Einträgen etwas anderes gesehen haben, als "
    "hier unterschrieben ist.",
    "  Nicht bewiesen: dass es so war. Mit der Datei der anderen Seite zusammen lässt es sich "
    "beweisen.",
    "  Schlüssel: {key}",
)


def main(arguments: Sequence[str]) -> int:
    """Return 1 when a contradiction is proved, 0 when it is not, after words about either."""
    parser = argparse.ArgumentParser(
        prog="python -m clientlib.audit proof", description=_DESCRIPTION
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="DATEI")
    options = parser.parse_args(arguments)
    try:
        texts = [path.read_text(encoding="utf-8") for path in options.files]
        verdict = logproof.read(*texts)
    except (BadProof, UnicodeDecodeError) as error:
        reason = error if isinstance(error, BadProof) else "not a text"
        say(f"✓ Das beweist keinen Widerspruch ({reason}).")
        return 0
    is_proved = verdict.finding is Finding.TWO_LOGS
    for line in _PROVED if is_proved else _CLAIMED:
        say(line.format(size=verdict.size, key=verdict.log_key))
    return int(is_proved)
