"""Files protected by a password that nobody chose: the one that Excel itself sets.

Where a workbook's structure is protected, or it is to be read only, Excel encrypts it with a password that every Excel
knows and never asks for. Such a file has no password that anybody could take away, so it is opened with it.

Sources: [MS-XLS] 2.4.117 (FilePass), [MS-OFFCRYPTO] 2.3.6 (RC4), 2.3.5 (RC4 CryptoAPI), 2.3.7 (XOR).
"""

from __future__ import annotations

import hashlib
import io
import re
import struct

from danvan_xl.intake.source import LARGEST_FILE

DEFAULT = "VelvetSweatshop"
_XOR, _RC4 = 0, 1


_SPIN = re.compile(rb'spinCount="(\d+)"')
MOST_SPINS = 1_000_000
"""Rounds of hashing that a file may ask for, of which Excel makes 100,000; more would hold up the run."""


def decrypted(data: bytes, password: str = DEFAULT) -> bytes | None:
    """The workbook inside an encrypted OLE container that the ``password`` opens; None where it does not.

    ``.xlsx`` of every kind of encryption that Excel writes, and ``.xls`` with RC4 and XOR ([MS-OFFCRYPTO]).
    """
    if any(int(count[:9]) > MOST_SPINS for count in _SPIN.findall(data)):
        return None
    import msoffcrypto

    inside = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=password, verify_password=True)
        file.decrypt(inside)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library raises for a wrong password or a damaged container
        return None
    found = inside.getvalue()
    return found if found and len(found) <= LARGEST_FILE else None


def opened_by(record: bytes, password: str = DEFAULT) -> bool:
    """Whether the ``password`` opens the workbook whose FilePass record has this content; False for what is unknown."""
    try:
        (kind,) = struct.unpack_from("<H", record)
        if kind == _XOR:
            (verifier,) = struct.unpack_from("<H", record, 4)
            return bool(verifier == _xor_verifier(password))
        major, _ = struct.unpack_from("<2H", record, 2) if kind == _RC4 else (0, 0)
        if major == 1:
            return _opens_rc4(record[6:], password)
        return major in (2, 3, 4) and _opens_crypto_api(record[6:], password)
    except struct.error:  # it breaks off
        return False


def _xor_verifier(password: str) -> int:
    verifier = 0
    for byte in reversed(bytes([len(password)]) + password.encode("latin-1", "replace")):
        verifier = ((verifier >> 14 & 1) | (verifier << 1 & 0x7FFF)) ^ byte
    return verifier ^ 0xCE4B


def _opens_rc4(record: bytes, password: str) -> bool:
    salt, verifier = record[:16], record[16:48]
    first = hashlib.md5(password.encode("utf-16-le"), usedforsecurity=False).digest()[:5]
    second = hashlib.md5((first + salt) * 16, usedforsecurity=False).digest()[:5]
    key = hashlib.md5(second + bytes(4), usedforsecurity=False).digest()
    plain = _rc4(key, verifier)
    return len(plain) == 32 and hashlib.md5(plain[:16], usedforsecurity=False).digest() == plain[16:]


def _opens_crypto_api(record: bytes, password: str) -> bool:
    (size,) = struct.unpack_from("<L", record, 4)
    (bits,) = struct.unpack_from("<L", record, 8 + 16)
    salt, verifier = record[12 + size : 28 + size], record[28 + size : 44 + size]
    digest = record[48 + size : 68 + size]
    first = hashlib.sha1(salt + password.encode("utf-16-le"), usedforsecurity=False).digest()
    key = hashlib.sha1(first + bytes(4), usedforsecurity=False).digest()[: (bits or 40) // 8]
    plain = _rc4(key.ljust(16, b"\0") if len(key) == 5 else key, verifier + digest) if key else b""
    return len(plain) == 36 and hashlib.sha1(plain[:16], usedforsecurity=False).digest() == plain[16:]


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    found = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        found.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(found)
