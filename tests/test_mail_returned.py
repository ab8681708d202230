"""A mail that came back was never there: no ask, no reminder."""

from test_mail import ME, OWNER, message, read

from networkscope.importers.mail_returned import RETURNED, failed_addresses

DAEMON = "Mail Delivery Subsystem <mailer-daemon@own.example>"


def failure(text: str, day: int, subject: str = "Delivery Status Notification (Failure)", **more: str) -> str:
    mail = message(DAEMON, ME, subject, day, Auto_Submitted="auto-replied", **more)
    return mail.replace("\nbody\n", f"\n{text}\n")


def test_the_last_mail_to_that_address_before_touches_nobody(tmp_path):
    sent = [message(ME, "ann@x.example", day=day) for day in (1, 8, 9)]
    both = message(ME, "ann@x.example, bob@x.example", day=20)
    parsed = read(
        tmp_path,
        *sent,
        failure("No such user: ann@x.example", 8),
        both,
        failure("550 ann@x.example unknown", 20),
    )
    assert parsed.interactions["occurred_at"].dt.day.tolist() == [1, 9, 20]
    assert parsed.rejected[RETURNED] == 1  # the other one has reached somebody


def test_a_delay_a_late_word_and_one_of_somebody_else_say_nothing(tmp_path):
    sent = message(ME, "ann@x.example", day=1)
    late = failure("Action: delayed\nann@x.example", 2), failure("ann@x.example", 2, "Delivery delayed")
    parsed = read(
        tmp_path, sent, *late, failure("ann@x.example", 9), failure("No such user: bob@x.example", 2)
    )
    assert len(parsed.interactions) == 1
    assert parsed.rejected[RETURNED] == 0


def test_headers_tell_it_as_well():
    found = {b"x-failed-recipients": b"Ann@X.example"}
    assert failed_addresses("postmaster@x.example", found, b"") == ["ann@x.example"]
    assert failed_addresses("ann@x.example", found, b"") == []
    assert OWNER.words_read
