"""networkscope.automation.notices: each way by a real server on this machine, and what is said where it fails."""

import http.server
import json
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from networkscope.automation import notices
from networkscope.automation.notices import Notice, post, secret, send_all, send_mail, show_on_desktop
from networkscope.errors import NoticeError

pytestmark = pytest.mark.usefixtures("sockets_are_gone")
NOTICE = Notice("Your network, 2026-W46", "8 touches – with 4 people.\n1. Say thank you (2 people)\n")


class Inbox:
    """What a mail server took."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        self.mails.append(
            (envelope.mail_from, envelope.rcpt_tos, envelope.content.decode(), session.ssl is not None)
        )
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def checked(server, session, envelope, mechanism, data):
    return AuthResult(
        success=data.login == b"me@example.org" and data.password == b"p@ss:word", handled=False
    )


@pytest.fixture
def certificate(tmp_path):
    """One that nobody has signed but itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", tmp_path / "key", "-out", tmp_path / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path / "cert", tmp_path / "key"


@pytest.fixture
def serve(certificate):
    """Start a mail server; its inbox and port."""
    started = []

    def start(*, encrypted=False):
        inbox, options = Inbox(), {}
        if encrypted:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            options = {"tls_context": context, "require_starttls": True}
        port = free_port()
        server = Controller(
            inbox,
            hostname="127.0.0.1",
            port=port,
            authenticator=checked,
            auth_require_tls=encrypted,
            **options,
        )
        server.start()
        started.append(server)
        return inbox, port

    yield start
    for server in started:
        server.stop()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_mail_arrives(serve):
    inbox, port = serve()
    send_mail(NOTICE, "you@example.org", f"smtp://127.0.0.1:{port}")
    ((sender, recipients, text, encrypted),) = inbox.mails
    assert (sender, recipients, encrypted) == ("you@example.org", ["you@example.org"], False)
    assert "Subject: Your network, 2026-W46" in text
    assert "1. Say thank you (2 people)" in text


def test_a_mail_with_a_password(serve):
    inbox, port = serve()
    send_mail(NOTICE, "you@example.org", f"smtp://me%40example.org:p%40ss%3Aword@127.0.0.1:{port}")
    assert inbox.mails[0][0] == "me@example.org"


def test_a_wrong_password_is_said_and_not_repeated(serve):
    inbox, port = serve()
    with pytest.raises(NoticeError, match=r"127\.0\.0\.1 does not accept user and password") as caught:
        send_mail(NOTICE, "you@example.org", f"smtp://me%40example.org:hunter2@127.0.0.1:{port}")
    assert "hunter2" not in str(caught.value)
    assert inbox.mails == []


def test_starttls_is_used_and_a_false_certificate_refused(serve, certificate, monkeypatch):
    inbox, port = serve(encrypted=True)
    url = f"smtp://me%40example.org:p%40ss%3Aword@localhost:{port}"
    with pytest.raises(NoticeError, match=r"localhost refused it .*certificate verify failed"):
        send_mail(NOTICE, "you@example.org", url)
    assert inbox.mails == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    send_mail(NOTICE, "you@example.org", url)
    assert inbox.mails[0][3] is True


def test_no_password_goes_to_a_far_server_that_does_not_encrypt(serve, monkeypatch):
    inbox, port = serve()
    connect = smtplib.SMTP
    monkeypatch.setattr(notices.smtplib, "SMTP", lambda *_, **given: connect("127.0.0.1", port, **given))
    with pytest.raises(NoticeError, match="does not encrypt; a password is not sent"):
        send_mail(NOTICE, "you@example.org", "smtp://me:secret@mail.example.org")
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("address", "url", "message"),
    [
        ("you@example.org", "", "NETWORKSCOPE_SMTP_URL must be like smtps://.*; it is not set"),
        ("you@example.org", "mail.example.org", "must be like smtps://"),
        ("you@example.org", "smtps://host:nonsense", "must be like smtps://"),
        ("you@example.org\nBcc: all@example.org", "smtp://127.0.0.1:{closed}", "is not an address"),
        ("you@example.org", "smtp://127.0.0.1:{closed}", r"127.0.0.1 refused it \(Connection refused\)"),
        ("nobody@example.org", "smtp://127.0.0.1:{open}", "refused it .*no such mailbox"),
    ],
)
def test_a_mail_that_cannot_be_sent(serve, address, url, message):
    _, port = serve()
    with pytest.raises(NoticeError, match=message) as caught:
        send_mail(NOTICE, address, url.format(closed=free_port(), open=port))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.fixture
def hook():
    """A web server; what it was sent, and its address. It refuses what is sent to /no."""
    taken = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(json.loads(body))
            self.send_response(403 if self.path.startswith("/no") else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield taken, f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_webhook_takes_json(hook):
    taken, address = hook
    post(NOTICE, f"http://{address}/yes")
    assert taken == [{"title": NOTICE.title, "text": f"{NOTICE.title}\n{NOTICE.text}"}]
    with pytest.raises(NoticeError, match=r"127\.0\.0\.1 refused it .*403") as caught:
        post(NOTICE, f"http://{address}/no?key=secret")
    assert "secret" not in str(caught.value)
    with pytest.raises(NoticeError, match="must be like https://"):
        post(NOTICE, "https://")


def test_apprise_takes_the_rest(hook):
    pytest.importorskip("apprise")
    taken, address = hook
    post(NOTICE, f"json://{address}/yes")
    assert (taken[0]["title"], taken[0]["message"]) == (NOTICE.title, NOTICE.text.rstrip("\n"))
    with pytest.raises(NoticeError, match="did not take it"):
        post(NOTICE, f"json://{address}/no")
    with pytest.raises(NoticeError, match="is no address that Apprise knows"):
        post(NOTICE, "nonsense://x")


def test_the_desktop_gets_title_and_text_and_nothing_is_an_option(tmp_path, monkeypatch):
    tool = tmp_path / "notify-send"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.said"\n')
    tool.chmod(0o755)
    monkeypatch.setattr(notices.sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    show_on_desktop(Notice("--help", "text"))
    assert (tmp_path / "notify-send.said").read_text().split() == [
        "--app-name=networkscope",
        "--",
        "--help",
        "text",
    ]
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoticeError, match="'notify-send' is not installed here"):
        show_on_desktop(NOTICE)


def test_a_desktop_that_is_not_there(monkeypatch):
    if shutil.which("notify-send") is None:
        pytest.skip("notify-send is not installed")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(NoticeError, match=r"no notice on the desktop: .*\w"):
        show_on_desktop(NOTICE)


def test_one_way_that_fails_stops_no_other(serve, hook, monkeypatch):
    (inbox, port), (taken, address) = serve(), hook
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("NETWORKSCOPE_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("NETWORKSCOPE_NOTIFY_URL", f"http://{address}/no")
    errors = send_all(NOTICE, {"desktop": True, "mail": "you@example.org", "share": "counts"})
    assert [str(error).split(":")[0] for error in errors] == ["no notice on the desktop", "no notice"]
    assert (len(inbox.mails), len(taken)) == (1, 1)
    monkeypatch.delenv("NETWORKSCOPE_NOTIFY_URL")
    assert send_all(NOTICE, {"desktop": False}) == []


def test_a_secret_comes_from_the_environment_or_the_keyring(monkeypatch):
    monkeypatch.delenv("NETWORKSCOPE_SMTP_URL", raising=False)
    keyring = pytest.importorskip("keyring")
    fail = pytest.importorskip("keyring.backends.fail")

    class Ring(keyring.backend.KeyringBackend):
        priority = 1

        set_password = None

        def get_password(self, service, name):
            return {("networkscope", "NETWORKSCOPE_SMTP_URL"): "smtps://kept"}.get((service, name))

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert secret("NETWORKSCOPE_SMTP_URL") == "smtps://kept"
        assert secret("NETWORKSCOPE_NOTIFY_URL") == ""
        monkeypatch.setenv("NETWORKSCOPE_SMTP_URL", "smtps://given")
        assert secret("NETWORKSCOPE_SMTP_URL") == "smtps://given"
        monkeypatch.delenv("NETWORKSCOPE_SMTP_URL")
        keyring.set_keyring(fail.Keyring())
        assert secret("NETWORKSCOPE_SMTP_URL") == ""
    finally:
        keyring.set_keyring(before)
