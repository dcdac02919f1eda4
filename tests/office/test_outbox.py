"""The letter upward: what it says, and that its bytes are a message and nothing else."""

from __future__ import annotations

import hashlib
import re
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from danvan_xl import wording
from danvan_xl.office.headers import address_header, encoded_words, text_header
from danvan_xl.office.mail_settings import MailError
from danvan_xl.office.outbox import compose, covering_text, draft, subject
from tests.office.mail_helpers import REPORT, TO, USER, WHEN, WORKBOOK, header, parsed, settings_for

SETTINGS = settings_for()
ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)


def test_a_draft_opens_as_unsent_and_was_never_on_the_way() -> None:
    content = draft(SETTINGS, REPORT, WHEN)
    message = parsed(content)
    assert message["X-Unsent"] == "1"
    assert not {"Received", "Return-Path", "Sender", "Bcc"} & set(message.keys())
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "text/plain", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]  # fmt: skip


def test_every_line_of_a_draft_ends_in_crlf_and_is_short_ascii() -> None:
    content = draft(SETTINGS, REPORT, WHEN)
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n"))) <= 79  # the content type of a workbook has no place to fold


def test_the_draft_holds_subject_text_people_and_workbook() -> None:
    content = draft(SETTINGS, REPORT, WHEN)
    message = parsed(content)
    assert header(content, "Subject") == subject(REPORT) == message["Subject"]
    assert header(content, "From") == f"{SETTINGS.sender_name} <{USER}>"
    assert [item.addr_spec for item in message["From"].addresses] == [USER]
    assert [item.addr_spec for item in message["To"].addresses] == list(TO)
    assert [item.addr_spec for item in message["Cc"].addresses] == ["luu@gialoc.test"]
    assert message["Date"].datetime == WHEN
    body = message.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == covering_text(REPORT)
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == REPORT.attachment_name
    assert attachment.get_content_disposition() == "attachment"
    got = attachment.get_content()
    assert hashlib.sha256(got).digest() == hashlib.sha256(WORKBOOK).digest()


def test_the_letter_is_formal_short_and_calls_itself_a_copy() -> None:
    letter = covering_text(REPORT)
    assert letter.startswith("Kính gửi: Sở Nội vụ thành phố Hải Phòng\n")
    assert letter.endswith("Trân trọng.\n\nỦy ban nhân dân xã Gia Lộc\n")
    assert wording.text("mail", "copy") in letter
    assert "• Dòng nhiệm vụ đã giao: 90\n• Đã trả lời: 61\n• Hoàn thành: 37\n" in letter
    assert "còn 2 đơn vị chưa gửi báo cáo: Công an xã; Ban Chỉ huy Quân sự xã." in letter
    assert "Nguyễn Thị Lan, Phòng Văn hóa - Xã hội, 0220 3 000 000, lan@gialoc.test" in letter
    assert len(letter) < 1200


def test_the_letter_without_figures_gaps_and_contact_says_so_or_nothing() -> None:
    letter = covering_text(replace(REPORT, figures=(), missing_units=(), contact=None, recipients=()))
    assert letter.startswith("Kính gửi: Quý cơ quan\n")
    assert wording.text("mail", "none_missing") in letter
    assert "•" not in letter
    assert "liên hệ" not in letter


def test_the_letter_speaks_english_when_asked() -> None:
    assert covering_text(REPORT, "en").startswith("To: Sở Nội vụ")
    assert "Yours faithfully" in parsed(draft(SETTINGS, REPORT, WHEN, "en")).get_body().get_content()  # type: ignore[union-attr]


def test_same_input_gives_same_bytes() -> None:
    assert draft(SETTINGS, REPORT, WHEN) == draft(settings_for(), replace(REPORT), WHEN)
    assert compose(SETTINGS, REPORT, WHEN).as_bytes() == compose(SETTINGS, REPORT, WHEN).as_bytes()


def test_the_message_id_tells_the_letter_and_not_the_day() -> None:
    first = compose(SETTINGS, REPORT, WHEN)["Message-ID"]
    assert compose(SETTINGS, REPORT, WHEN.replace(month=7))["Message-ID"] == first
    assert parsed(draft(SETTINGS, REPORT, WHEN))["Message-ID"] == first
    assert compose(SETTINGS, replace(REPORT, attachment=b"PK other"), WHEN)["Message-ID"] != first
    assert compose(settings_for(to=("khac@soc.test",)), REPORT, WHEN)["Message-ID"] != first
    assert re.fullmatch(r"<[0-9a-f]{40}@gialoc\.test>", first)


@pytest.mark.parametrize("bad", ["\r\nBcc: la@x.test", "\n", "\r", "\0", "\x1b[2J", "\x85", "\u2028", "\ud800"])
@pytest.mark.parametrize(
    "change",
    [
        lambda bad: (SETTINGS, replace(REPORT, issuing_body="UBND" + bad)),
        lambda bad: (SETTINGS, replace(REPORT, period_label=bad)),
        lambda bad: (SETTINGS, replace(REPORT, plan_number=bad)),
        lambda bad: (SETTINGS, replace(REPORT, plan_title=bad)),
        lambda bad: (SETTINGS, replace(REPORT, recipients=("a", bad))),
        lambda bad: (SETTINGS, replace(REPORT, missing_units=(bad,))),
        lambda bad: (SETTINGS, replace(REPORT, figures=((bad, "1"),))),
        lambda bad: (SETTINGS, replace(REPORT, figures=(("a", bad),))),
        lambda bad: (SETTINGS, replace(REPORT, contact=replace(REPORT.contact, phone=bad))),  # type: ignore[type-var]
        lambda bad: (SETTINGS, replace(REPORT, attachment_name=f"a{bad}.xlsx")),
        lambda bad: (settings_for(sender_name=bad), REPORT),
        lambda bad: (settings_for(to=("a@b.test" + bad,)), REPORT),
        lambda bad: (settings_for(cc=("a@b.test" + bad,)), REPORT),
        lambda bad: (settings_for(reply_to="a@b.test" + bad), REPORT),
        lambda bad: (settings_for(sender="a@b.test" + bad), REPORT),
    ],
)
def test_a_text_of_two_lines_is_refused_wherever_it_stands(change, bad: str) -> None:  # type: ignore[no-untyped-def]
    settings, report = change(bad)
    with pytest.raises(MailError) as caught:
        draft(settings, report, WHEN)
    assert caught.value.code == "bad_value"
    assert caught.value.exit_code == 2
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["Tổng hợp.xlsx", "a.xlsm", "a b.xlsx", "../a.xlsx", ".xlsx", "a" * 70 + ".xlsx", 'a".xlsx', ""]
)
def test_an_attachment_that_clients_would_misname_is_refused(name: str) -> None:
    with pytest.raises(MailError) as caught:
        draft(SETTINGS, replace(REPORT, attachment_name=name), WHEN)
    assert caught.value.code == "attachment_name"


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(MailError) as caught:
        draft(SETTINGS, replace(REPORT, attachment=b""), WHEN)
    assert caught.value.code == "attachment_empty"


def test_confidential_documents_are_not_even_drafted() -> None:
    with pytest.raises(MailError) as caught:
        draft(settings_for(confidential=True), REPORT, WHEN)
    assert caught.value.code == "confidential"
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("Tài liệu có nội dung Mật: không gửi")


def test_markup_braces_and_formulas_stay_text() -> None:
    odd = '<b onclick="x">{0} =HYPERLINK("http://x") & 100 %'
    report = replace(REPORT, missing_units=(odd,), figures=((odd, odd),))
    body = parsed(draft(SETTINGS, report, WHEN)).get_body()
    assert body is not None
    assert body.get_content_type() == "text/plain"
    assert body.get_content().count(odd) == 3


def test_a_day_without_time_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        draft(SETTINGS, REPORT, WHEN.replace(tzinfo=None))


@given(ONE_LINE)
def test_any_subject_arrives_as_it_was(value: str) -> None:
    stripped = value.strip()
    written = text_header("Subject", stripped).fold(policy=SMTP)
    assert written.isascii()
    assert all(len(line) <= 78 for line in written.split("\r\n"))
    assert header(written.encode("ascii"), "Subject") == stripped


@given(ONE_LINE.map(str.strip).filter(bool))
def test_any_display_name_leaves_the_address_alone(shown: str) -> None:
    written = address_header("From", (USER,), shown).fold(policy=SMTP)
    message = parsed(written.encode("ascii"))
    assert [item.addr_spec for item in message["From"].addresses] == [USER]


@given(ONE_LINE, st.integers(0, 30))
def test_encoded_words_are_short_and_never_empty_between(value: str, used: int) -> None:
    words = encoded_words(value, used)
    assert all(len(word) <= 75 for word in words)
    assert len(words[0]) + used <= 76
    assert str.join("", (header(f"Subject: {word}\r\n".encode(), "Subject") for word in words)) == value
