"""`vieraugen org root-change`: the standby key puts another root in force, and all goes on."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from clientlib.org import Root, new_root
from crypto.errors import BadStatement
from tests.test_cli import ORIGIN, Shell
from tests.test_cli import shell as shell


def policy(shell: Shell, root: str, *options: str, expect: int = 0) -> str:
    log = ("--log-key", str(shell.log_key), "--log-origin", ORIGIN)
    out = ("--out", shell.file(f"policy of {root}"))
    return shell("org", "policy", shell.file(root), *log, *out, *options, expect=expect)


def test_the_standby_puts_a_new_root_in_force_and_the_old_one_signs_no_more(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.found()
    maria = shell.counsellor("maria")
    words = shell("org", "words", shell.file("root"))
    given = ("--new", shell.file("new root"), "--out", shell.file("change"))
    said = shell("org", "root-change", shell.file("root"), *given)
    assert said.endswith(words)
    # Nothing is overwritten, neither the new root nor what it was to sign.
    before = Path(shell.file("new root")).read_bytes()
    assert "gibt es schon" in shell("org", "root-change", shell.file("root"), *given, expect=1)
    assert Path(shell.file("new root")).read_bytes() == before
    assert len(Path(shell.file("change")).read_text().splitlines()) == 1

    # Before the change is published the new root signs nothing that counts.
    assert "--renewed" in policy(shell, "new root", expect=1)
    policy(shell, "new root", "--renewed")
    early = shell("publish", shell.file("policy of new root"), expect=1)
    assert "nicht in sein Verzeichnis" in early
    assert "Veröffentlicht: 1" in shell("publish", shell.file("change"))
    assert "Veröffentlicht: 1" in shell("publish", shell.file("policy of new root"))
    policy(shell, "root", "--renewed")
    assert "nicht in sein Verzeichnis" in shell("publish", shell.file("policy of root"), expect=1)

    # Devices go on under the same words, and the new root certifies.
    listed = shell("fingerprint")
    assert words.split(": ")[1] in listed
    assert maria in listed
    shell.new_account("zweite", "--request", shell.file("second"))
    request = ("--request", shell.file("second"), "--out", shell.file("second admin"))
    shell("org", "admin", shell.file("new root"), *request)
    shell("publish", shell.file("second admin"))
    shell.as_("maria", "profile", "--shown", "Maria B.")

    paper = shell("org", "print", shell.file("new root"))
    typed = "\n".join(line for line in paper.splitlines() if not line.endswith(":"))
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    restored = shell("org", "restore-words", shell.file("restored"), "--changed")
    assert restored.endswith(words)
    assert Root.load(Path(shell.file("restored"))) == Root.load(Path(shell.file("new root")))


def test_a_second_change_keeps_the_first_key(tmp_path: Path) -> None:
    root = new_root("de")
    second, _ = root.changed(1)
    third, _ = second.changed(2)
    assert (second.root, third.standby) != (root.root, second.standby)
    assert root.fingerprint == second.fingerprint == third.fingerprint
    with pytest.raises(BadStatement):
        second.first_leaf(3)
    third.save(tmp_path / "root")
    assert Root.load(tmp_path / "root") == third
    found = json.loads((tmp_path / "root").read_text()) | {"first": "00" * 31}
    (tmp_path / "broken").write_text(json.dumps(found))
    with pytest.raises(BadStatement):
        Root.load(tmp_path / "broken")
