"""Labels: the vector file lists them, the browser's twin is compared with the same file."""

from __future__ import annotations

from crypto import labels
from tests.helpers.vectors import assert_reproduced, vectors


def test_the_vector_file_lists_every_label() -> None:
    assert_reproduced("labels")
    assert [case.given["constant"] for case in vectors("labels")] == [
        name for name, item in vars(labels).items() if isinstance(item, labels.Label)
    ]


def test_a_name_stands_for_one_use() -> None:
    names = [label.name for label in labels.ALL]
    # "commit" is a KDF of the kek (section 3) and a hash of the payload (section 5): one is keyed,
    # the other is not, so their outputs cannot meet. Nothing else may repeat.
    assert {name for name in names if names.count(name) > 1} == {"commit"}


def test_a_label_is_a_length_byte_and_a_prefixed_ascii_name() -> None:
    assert labels.KEM.raw == b"\x07va1/kem"


def test_constants_of_signature_labels_are_the_ones_that_begin_with_sig() -> None:
    for name, item in vars(labels).items():
        if isinstance(item, labels.Label):
            assert name.startswith("SIG_") == item.name.startswith("sig/")
