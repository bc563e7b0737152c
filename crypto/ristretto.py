"""ristretto255 (RFC 9496) over libsodium's edwards25519: PyNaCl does not export the group itself.

Encoding, decoding and the map run on Python integers; multiplication is libsodium's. The integer
part is not constant-time: it sees the client's own blinded point and the relay's answer, and the
hash of a passphrase on its way in. That is a limit of the Python client against someone who times
it on the same machine; the keeper's scalar only ever enters libsodium. The browser uses
libsodium's own ristretto255 and has no such limit.
"""

from __future__ import annotations

from crypto import primitives
from crypto.errors import BadKey, LocalError

POINT_BYTES = 32
SCALAR_BYTES = 32
WIDE_BYTES = 64
IDENTITY = bytes(POINT_BYTES)
ORDER = 2**252 + 27742317777372353535851937790883648493

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)
_ONE_EIGHTH = pow(8, -1, ORDER).to_bytes(SCALAR_BYTES, "little")

_Affine = tuple[int, int]


def is_element(raw: bytes) -> bool:
    """Tell whether `raw` is the canonical encoding of an element other than the identity."""
    return len(raw) == POINT_BYTES and raw != IDENTITY and _decode(raw) is not None


def multiply(scalar: bytes, element: bytes) -> bytes:
    """`scalar` * `element`; BadKey for an element that is not canonical, or the identity.

    libsodium wants a point of the prime-order group: 8P is one, and (scalar/8) * 8P is the same
    element whichever point of the coset was decoded.
    """
    _check_scalar(scalar)
    point = None if element == IDENTITY else _decode(element)
    if point is None:
        raise BadKey("not a ristretto255 element, or the identity")
    eightfold = _pack(point)
    for _ in range(3):
        eightfold = primitives.ed25519_add(eightfold, eightfold)
    eighth = primitives.scalar_multiply(scalar, _ONE_EIGHTH)
    return _encode(_unpack(primitives.ed25519_multiply(eighth, eightfold)))


def from_hash(wide: bytes) -> bytes:
    """Map 64 uniform bytes to an element (RFC 9496 section 4.3.4)."""
    if len(wide) != WIDE_BYTES:
        raise LocalError("the map takes 64 bytes")
    halves = (_pack(_elligator(wide[:32])), _pack(_elligator(wide[32:])))
    return _encode(_unpack(primitives.ed25519_add(*halves)))


def scalar_from(wide: bytes) -> bytes:
    """Reduce 64 uniform bytes to a scalar; all zero has no inverse and is refused."""
    if len(wide) != WIDE_BYTES:
        raise LocalError("a scalar is reduced from 64 bytes")
    scalar = primitives.scalar_reduce(wide)
    _check_scalar(scalar)
    return scalar


def _check_scalar(scalar: bytes) -> None:
    # Ours or the keeper's: a wrong one is a bug or a damaged key file, never a peer's doing.
    if len(scalar) != SCALAR_BYTES or not 0 < int.from_bytes(scalar, "little") < ORDER:
        raise LocalError("not a scalar in range")


def _is_negative(x: int) -> bool:
    return x % 2 == 1


def _abs(x: int) -> int:
    return _P - x if _is_negative(x) else x


def _sqrt_ratio(u: int, v: int) -> tuple[bool, int]:
    """SQRT_RATIO_M1 of RFC 9496 section 4.2: whether u/v is a square, and a root."""
    root = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    check = v * root * root % _P
    u %= _P
    correct, flipped = check == u, check == -u % _P
    flipped_i = check == -u * _SQRT_M1 % _P
    if flipped or flipped_i:
        root = root * _SQRT_M1 % _P
    return correct or flipped, _abs(root)


_INVSQRT_A_MINUS_D = _sqrt_ratio(1, (-1 - _D) % _P)[1]
# RFC 9496 section 4.1 fixes the odd root of a*d - 1.
_SQRT_AD_MINUS_ONE = _P - _sqrt_ratio((-_D - 1) % _P, 1)[1]


def _decode(raw: bytes) -> _Affine | None:
    """RFC 9496 section 4.3.1; None for a refused encoding."""
    s = int.from_bytes(raw, "little")
    if len(raw) != POINT_BYTES or s >= _P or _is_negative(s):
        return None
    square = s * s % _P
    u1, u2 = (1 - square) % _P, (1 + square) % _P
    v = (-_D * u1 * u1 - u2 * u2) % _P
    is_square, inverse = _sqrt_ratio(1, v * u2 * u2 % _P)
    den_x = inverse * u2 % _P
    den_y = inverse * den_x * v % _P
    x = _abs(2 * s * den_x % _P)
    y = u1 * den_y % _P
    if not is_square or _is_negative(x * y % _P) or y == 0:
        return None
    return x, y


def _encode(point: _Affine) -> bytes:
    """RFC 9496 section 4.3.2, with z = 1."""
    x, y = point
    t = x * y % _P
    u1, u2 = (1 + y) * (1 - y) % _P, t
    _, inverse = _sqrt_ratio(1, u1 * u2 * u2 % _P)
    den1, den2 = inverse * u1 % _P, inverse * u2 % _P
    z_inverse = den1 * den2 * t % _P
    den_inverse = den2
    if _is_negative(t * z_inverse % _P):
        x, y = y * _SQRT_M1 % _P, x * _SQRT_M1 % _P
        den_inverse = den1 * _INVSQRT_A_MINUS_D % _P
    if _is_negative(x * z_inverse % _P):
        y = -y % _P
    return _abs(den_inverse * (1 - y) % _P).to_bytes(POINT_BYTES, "little")


def _elligator(half: bytes) -> _Affine:
    """MAP of RFC 9496 section 4.3.4; the top bit is ignored."""
    t = int.from_bytes(half, "little") % 2**255 % _P
    r = _SQRT_M1 * t * t % _P
    u = (r + 1) * (1 - _D * _D) % _P
    v = (-1 - r * _D) * (r + _D) % _P
    was_square, s = _sqrt_ratio(u, v)
    c = -1
    if not was_square:
        s, c = -_abs(s * t % _P) % _P, r
    n = (c * (r - 1) * (_D - 1) * (_D - 1) - v) % _P
    w0, w1 = 2 * s * v % _P, n * _SQRT_AD_MINUS_ONE % _P
    w2, w3 = (1 - s * s) % _P, (1 + s * s) % _P
    return w0 * pow(w1, -1, _P) % _P, w2 * pow(w3, -1, _P) % _P


def _pack(point: _Affine) -> bytes:
    """RFC 8032 encoding of an affine edwards25519 point."""
    x, y = point
    return (y | (x % 2) << 255).to_bytes(POINT_BYTES, "little")


def _unpack(raw: bytes) -> _Affine:
    """Undo `_pack` for a point that libsodium returned, so it is on the curve."""
    packed = int.from_bytes(raw, "little")
    y, sign = packed % 2**255, packed >> 255
    x = _sqrt_ratio((y * y - 1) % _P, (_D * y * y + 1) % _P)[1]
    return (_P - x if x % 2 != sign else x), y
