"""The [mail] table: what it may say, and that the schema and the program agree on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from danvan_xl.office.mail_settings import KEYS, SECRET_WORDS, MailError, MailSettings, mail_settings_from_mapping

SCHEMA = json.loads((Path(__file__).parents[2] / "rules" / "schemas" / "mail.schema.json").read_text(encoding="utf-8"))
FULL = {
    "from": "danvan@gialoc.example.gov.vn", "from_name": "UBND xã Gia Lộc",
    "to": ["snv@haiphong.example.gov.vn"], "cc": ["luu@gialoc.example.gov.vn"],
    "reply_to": "lan@gialoc.example.gov.vn", "host": "mail.haiphong.example.gov.vn",
    "port": 2525, "security": "tls", "user": "danvan", "timeout": 12,
    "ca_file": "chung-thu.pem", "secret_env": "MAIL_X", "keyring_service": "danvan-xl", "confidential": False,
}  # fmt: skip
LEAST = {"from": "a@b.vn", "to": ["c@d.vn"]}


def in_schema(table: Mapping[str, object]) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(table))


def test_the_schema_is_a_schema_and_knows_the_same_keys() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert SCHEMA["additionalProperties"] is False


def test_a_full_table_is_read() -> None:
    assert in_schema(FULL)
    assert mail_settings_from_mapping(FULL, Path("co-quan")) == MailSettings(
        sender="danvan@gialoc.example.gov.vn", sender_name="UBND xã Gia Lộc",
        to=("snv@haiphong.example.gov.vn",), cc=("luu@gialoc.example.gov.vn",),
        reply_to="lan@gialoc.example.gov.vn", host="mail.haiphong.example.gov.vn", port=2525, security="tls",
        user="danvan", ca_file=Path("co-quan/chung-thu.pem"), timeout=12.0, secret_env="MAIL_X",
        keyring_service="danvan-xl",
    )  # fmt: skip


@pytest.mark.parametrize(("security", "port"), [(None, 587), ("starttls", 587), ("tls", 465)])
def test_a_short_table_is_enough_for_drafts_and_the_port_follows_the_encryption(
    security: str | None, port: int
) -> None:
    table = LEAST | ({"security": security} if security else {})
    assert in_schema(table)
    read = mail_settings_from_mapping(table)
    assert (read.port, read.security) == (port, security or "starttls")
    assert read.secret_env == "DANVAN_SMTP_PASSWORD"


def test_a_confidential_workspace_needs_no_addresses() -> None:
    assert in_schema({"confidential": True})
    assert mail_settings_from_mapping({"confidential": True}).confidential


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from": None}, "settings_missing"),
        ({"to": None}, "settings_missing"),
        ({"to": []}, "settings_missing"),
        ({"from": "gia loc@b.vn"}, "settings_value"),
        ({"from": "Lan <a@b.vn>"}, "settings_value"),
        ({"from": "vănthư@b.vn"}, "settings_value"),
        ({"from": "a@b"}, "settings_value"),
        ({"from": "a..b@b.vn"}, "settings_value"),
        ({"from": "a" * 250 + "@b.vn"}, "settings_value"),
        ({"to": "c@d.vn"}, "settings_value"),
        ({"to": ["c@d.vn, e@f.vn"]}, "settings_value"),
        ({"to": [7]}, "settings_value"),
        ({"cc": ["c@d.vn\r\nBcc: x@y.vn"]}, "settings_value"),
        ({"from_name": "UBND\nBcc: x@y.vn"}, "bad_value"),
        ({"user": "a\u2028b"}, "bad_value"),
        ({"host": "http://mail.vn"}, "settings_value"),
        ({"host": "mail.vn:587"}, "settings_value"),
        ({"host": "thư.vn"}, "settings_value"),
        ({"port": 0}, "settings_value"),
        ({"port": 70000}, "settings_value"),
        ({"port": True}, "settings_value"),
        ({"port": "587"}, "settings_value"),
        ({"timeout": 0}, "settings_value"),
        ({"timeout": "30"}, "settings_value"),
        ({"security": "none"}, "settings_value"),
        ({"security": "ssl"}, "settings_value"),
        ({"secret_env": "bi mat!"}, "settings_value"),
        ({"confidential": "true"}, "settings_value"),
        ({"subject": "x"}, "settings_unknown"),
        *(({word: "x"}, "settings_secret") for word in SECRET_WORDS),
    ],
)
def test_what_the_schema_refuses_the_program_refuses_by_name(change: dict[str, object], code: str) -> None:
    table = {key: value for key, value in (LEAST | change).items() if value is not None}
    assert not in_schema(table)
    with pytest.raises(MailError) as caught:
        mail_settings_from_mapping(table)
    assert caught.value.code == code
    assert caught.value.exit_code == 2
    for lang in ("vi", "en"):
        assert caught.value.say(lang).isprintable()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "mail-1.x.gov.vn"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert in_schema(LEAST | {"host": host})
    assert mail_settings_from_mapping(LEAST | {"host": host}).host == host
