"""`vieraugen org revoke`: the root ends an admin's certificate; only its holder can, too."""

from __future__ import annotations

from pathlib import Path

from tests.test_cli import Shell
from tests.test_cli import shell as shell


def test_an_admin_whose_key_was_stolen_ends_with_the_roots_word(shell: Shell) -> None:
    shell.found()
    maria = shell.counsellor("maria")
    given = ("--certificate", shell.file("admin"), "--out", shell.file("end"))
    assert "sobald es veröffentlicht ist: 1" in shell("org", "revoke", shell.file("root"), *given)
    # Signed on a machine without a net: nothing has changed yet.
    shell.as_("verwaltung", "renew")
    assert "Veröffentlicht: 1" in shell("publish", shell.file("end"))
    assert "Ihr Zugang wurde gesperrt" in shell.as_("verwaltung", "renew", expect=1)
    # Another admin goes on, and whom the first one certified stays certified.
    shell.new_account("zweite", "--request", shell.file("second"))
    request = ("--request", shell.file("second"), "--out", shell.file("second admin"))
    shell("org", "admin", shell.file("root"), *request)
    shell("publish", shell.file("second admin"))
    assert "erneuert: 0" in shell.as_("zweite", "renew")
    assert maria in shell("fingerprint")
    # Once is enough; what is no certificate is refused, and nothing is written.
    shell("org", "revoke", shell.file("root"), *given)
    assert "nicht in sein Verzeichnis" in shell("publish", shell.file("end"), expect=1)
    policy = ("--certificate", shell.file("first"), "--out", shell.file("nothing"))
    refused = shell("org", "revoke", shell.file("root"), *policy, expect=1)
    assert "enthält anderes als Zertifikate" in refused
    assert not Path(shell.file("nothing")).exists()


def test_another_organisations_root_ends_nothing(shell: Shell) -> None:
    shell.found()
    foreign = ("--operator-key", shell.file("foreign.pub"))
    shell("org", "new", shell.file("foreign"), *foreign)
    given = ("--certificate", shell.file("admin"), "--out", shell.file("end"))
    shell("org", "revoke", shell.file("foreign"), *given)
    assert "nicht in sein Verzeichnis" in shell("publish", shell.file("end"), expect=1)
    shell.as_("verwaltung", "renew")
