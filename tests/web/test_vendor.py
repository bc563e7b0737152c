"""The set-up of third-party modules copies what was agreed and refuses everything else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.conftest import WEB

NODE = shutil.which("node") or "node"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """web/ with the installed packages linked in, and one of them, htm, as a copy to damage."""
    root = tmp_path / "web"
    (root / "node_modules").mkdir(parents=True)
    for name in ("vendor.mjs", "vendor.lock.json"):
        shutil.copy(WEB / name, root / name)
    for package in (WEB / "node_modules").iterdir():
        if package.name == "htm":
            shutil.copytree(package, root / "node_modules" / "htm")
        elif not package.name.startswith("."):
            (root / "node_modules" / package.name).symlink_to(package)
    return root


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, str(tree / "vendor.mjs"), *arguments], capture_output=True, text=True, check=False
    )


def test_what_is_agreed_is_copied(tree: Path) -> None:
    assert run(tree).returncode == 0
    names = {
        path.relative_to(tree / "vendor").as_posix()
        for path in (tree / "vendor").rglob("*")
        if path.is_file() and not path.name.endswith(".d.mts")
    }
    assert names == set(json.loads((tree / "vendor.lock.json").read_text("utf-8")))


def test_a_package_with_other_bytes_is_refused(tree: Path) -> None:
    with (tree / "node_modules" / "htm" / "dist" / "htm.mjs").open("a") as module:
        module.write("\nexport const extra = 1;\n")
    refused = run(tree)
    assert refused.returncode == 1
    assert "htm.mjs: source differs" in refused.stderr
    assert not (tree / "vendor").exists()


def test_a_result_that_was_not_agreed_is_refused(tree: Path) -> None:
    lock = json.loads((tree / "vendor.lock.json").read_text("utf-8"))
    lock["htm.mjs"]["result"] = "sha384-" + "A" * 64
    (tree / "vendor.lock.json").write_text(json.dumps(lock), "utf-8")
    refused = run(tree)
    assert refused.returncode == 1
    assert "htm.mjs: result differs" in refused.stderr


@pytest.mark.parametrize(("change", "words"), [("add", "missing"), ("drop", "not in vendor.lock")])
def test_a_file_too_many_or_too_few_is_refused(tree: Path, change: str, words: str) -> None:
    lock = json.loads((tree / "vendor.lock.json").read_text("utf-8"))
    if change == "add":
        lock["more.mjs"] = lock["htm.mjs"]
    else:
        del lock["htm.mjs"]
    (tree / "vendor.lock.json").write_text(json.dumps(lock), "utf-8")
    refused = run(tree)
    assert refused.returncode == 1
    assert words in refused.stderr


def test_an_import_of_a_stranger_is_refused_even_when_locking_anew(tree: Path) -> None:
    with (tree / "node_modules" / "htm" / "dist" / "htm.mjs").open("a") as module:
        module.write("\nimport 'left-pad';\n")
    refused = run(tree, "--lock")
    assert refused.returncode != 0
    assert "imports left-pad, which is not listed" in refused.stderr


def test_no_vendored_module_has_a_bare_specifier_or_a_source_map(tree: Path) -> None:
    assert run(tree).returncode == 0
    for module in (tree / "vendor").rglob("*.mjs"):
        if module.name.endswith(".d.mts"):
            continue
        text = module.read_text("utf-8")
        for specifier in re.findall(r"""\bfrom\s*["']([^"']+)["']""", text):
            assert specifier.startswith(("./", "../")), (module.name, specifier)
        assert "sourceMappingURL" not in text


def test_the_vendored_crypto_loads_without_a_browser() -> None:
    script = (
        f"import({json.dumps((WEB / 'vendor' / 'libsodium-wrappers.mjs').as_uri())})"
        ".then(async ({ default: sodium }) => { await sodium.ready;"
        " console.log(['crypto_pwhash', 'crypto_kem_xwing_keypair',"
        " 'crypto_scalarmult_ristretto255'].map((name) => typeof sodium[name]).join()); })"
    )
    ran = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "function,function,function"


def test_packages_have_exact_versions_and_the_lock_names_no_address() -> None:
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    for name, entry in lock["packages"].items():
        if name:
            assert "resolved" not in entry
            assert entry["integrity"].startswith("sha512-")
