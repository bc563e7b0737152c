"""The set-up of third-party modules copies what was agreed and refuses everything else."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.conftest import WEB

NODE = shutil.which("node") or "node"
FETCH = Path(__file__).parents[1] / "js" / "helpers" / "fetch.js"
CODE = 10  # the section of a WebAssembly that holds the functions' bodies
EMPTIED = b"\x00\x00\x0b"  # no locals; unreachable; end


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """web/ with the installed packages linked in, and one of them, htm, as a copy to damage."""
    root = tmp_path / "web"
    (root / "node_modules").mkdir(parents=True)
    for path in (*WEB.glob("vendor*.mjs"), WEB / "vendor.lock.json"):
        shutil.copy(path, root / path.name)
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


def calls_of_primitives() -> set[str]:
    source = (WEB / "js" / "crypto" / "primitives.js").read_text("utf-8")
    return set(re.findall(r"\bsodium\.(crypto_\w+)", source))


def load_crypto(vendor: Path) -> str:
    """Load the library in node; return its names, or why it would not start."""
    script = (
        f"import({json.dumps((vendor / 'libsodium-wrappers.mjs').as_uri())})"
        ".then(async ({ default: sodium }) => { await sodium.ready;"
        " console.log(Object.keys(sodium).join(' ')); })"
        ".catch((error) => console.log('refused', error.cause?.message))"
    )
    command = [NODE, "--import", FETCH.as_uri(), "-e", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_vendored_crypto_has_what_is_called_and_loads_without_a_browser() -> None:
    names = set(load_crypto(WEB / "vendor").split())
    assert calls_of_primitives() <= names
    # What the library calls itself when it starts.
    assert {name for name in names - calls_of_primitives() if name.startswith("crypto_")} == {
        "crypto_secretbox_KEYBYTES",
        "crypto_secretbox_NONCEBYTES",
        "crypto_secretbox_easy",
        "crypto_secretbox_open_easy",
    }


def test_a_webassembly_with_other_bytes_is_not_run(tmp_path: Path) -> None:
    shutil.copytree(WEB / "vendor", tmp_path / "vendor")
    changed = tmp_path / "vendor" / "libsodium.wasm"
    raw = bytearray(changed.read_bytes())
    raw[-1] ^= 1
    changed.write_bytes(raw)
    assert load_crypto(tmp_path / "vendor") == "refused integrity mismatch"


def test_what_stays_of_the_webassembly_is_the_librarys_byte_for_byte() -> None:
    source = WEB / "node_modules" / "libsodium-sumo/dist/modules-sumo-esm/libsodium-sumo.mjs"
    embedded = re.search(rb'"([A-Za-z0-9+/]{100000,}=*)"', source.read_bytes())
    assert embedded is not None
    before = sections(base64.b64decode(embedded[1]))
    after = sections((WEB / "vendor" / "libsodium.wasm").read_bytes())
    assert [name for name, _ in before] == [name for name, _ in after]
    for (name, old), (_, new) in zip(before, after, strict=True):
        if name != CODE:
            assert old == new
            continue
        pairs = list(zip(bodies(old), bodies(new), strict=True))
        assert all(stays in (body, EMPTIED) for body, stays in pairs)
        assert 100 < sum(stays == EMPTIED for _, stays in pairs) < len(pairs)


def sections(wasm: bytes) -> list[tuple[int, bytes]]:
    assert wasm[:8] == b"\0asm\x01\0\0\0"
    at, found = 8, []
    while at < len(wasm):
        size, start = leb(wasm, at + 1)
        found.append((wasm[at], wasm[start : start + size]))
        at = start + size
    return found


def bodies(code: bytes) -> list[bytes]:
    count, at = leb(code, 0)
    found = []
    for _ in range(count):
        size, start = leb(code, at)
        found.append(code[start : start + size])
        at = start + size
    assert at == len(code)
    return found


def leb(raw: bytes, at: int) -> tuple[int, int]:
    """Return an unsigned LEB128 number and where the next thing begins."""
    value = shift = 0
    while True:
        value |= (raw[at] & 0x7F) << shift
        if raw[at] < 0x80:
            return value, at + 1
        at, shift = at + 1, shift + 7


def test_another_release_of_the_library_is_refused(tree: Path) -> None:
    package = tree / "node_modules" / "libsodium-sumo"
    original = package.resolve()
    package.unlink()
    shutil.copytree(original, package)
    module = package / "dist/modules-sumo-esm/libsodium-sumo.mjs"
    module.write_text(module.read_text("utf-8").replace("return E})(", "return(E)})("), "utf-8")
    refused = run(tree, "--lock")
    assert refused.returncode != 0
    assert "libsodium: 0 places look like" in refused.stderr


def test_packages_have_exact_versions_and_the_lock_names_no_address() -> None:
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    for name, entry in lock["packages"].items():
        if name:
            assert "resolved" not in entry
            assert entry["integrity"].startswith("sha512-")
