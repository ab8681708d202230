"""How does a new report reach its owner? On the desktop, by mail, or at an address of the owner's own.

What is said are counts, unless book.toml says `[notify] share = "private"`. Where a password belongs to it, the address
comes from the environment or from the keyring, never from a file of the book: `NETWORKSCOPE_SMTP_URL`
(`smtps://user:password@mail.example.org`) for mail, `NETWORKSCOPE_NOTIFY_URL` for a webhook or a target of Apprise.
"""

import json
import os
import shutil
import smtplib
import ssl
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from networkscope.errors import NoticeError, one_line

SECONDS = 30  # so long may a server take
SMTP, NOTIFY = "NETWORKSCOPE_SMTP_URL", "NETWORKSCOPE_NOTIFY_URL"
HERE = ("localhost", "127.0.0.1", "::1")
ON_A_MAC = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"


@dataclass(frozen=True)
class Notice:
    """A title and a text in plain words."""

    title: str
    text: str


def send_all(notice: Notice, ways: Mapping[str, str | bool]) -> list[NoticeError]:
    """Send a notice in each of these ways (`[notify]` of book.toml), and to NETWORKSCOPE_NOTIFY_URL if there is one.

    What fails stops none of the others; each error says what to do.
    """
    errors = []
    senders: dict[Callable[[Any], None], Any] = {
        lambda _: show_on_desktop(notice): ways.get("desktop"),
        lambda address: send_mail(notice, address, secret(SMTP)): ways.get("mail"),
        lambda url: post(notice, url): secret(NOTIFY),
    }
    for send, wanted in senders.items():
        try:
            if wanted:
                send(wanted)
        except NoticeError as error:
            errors.append(error)
    return errors


def secret(name: str) -> str:
    """A setting from the environment, or from the keyring (service "networkscope") where that package is installed."""
    if given := os.environ.get(name):
        return given
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password("networkscope", name) or ""
    except KeyringError:
        return ""


def show_on_desktop(notice: Notice) -> None:
    """Show it where the owner is logged in."""
    if sys.platform == "darwin":
        command = ["osascript", "-e", ON_A_MAC, notice.title, notice.text]
    else:
        command = ["notify-send", "--app-name=networkscope", "--", notice.title, notice.text]
    if shutil.which(command[0]) is None:
        raise NoticeError(f"no notice on the desktop: '{command[0]}' is not installed here")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoticeError("no notice on the desktop: nobody shows it") from error
    if done.returncode:
        raise NoticeError(f"no notice on the desktop: {one_line(done.stderr, 150)}")


def send_mail(notice: Notice, address: str, url: str) -> None:
    """Send it to this address through the server of a URL like smtps://user:password@mail.example.org:465."""
    parts = _checked(url, ("smtp", "smtps"), f"{SMTP} must be like smtps://user:password@mail.example.org")
    host, user, password = str(parts.hostname), unquote(parts.username or ""), unquote(parts.password or "")
    message = EmailMessage()
    try:
        message["From"] = user if "@" in user else address
        message["To"], message["Subject"] = address, notice.title
    except (ValueError, IndexError) as error:
        raise NoticeError("no mail: 'mail' in [notify] of book.toml is not an address") from error
    message.set_content(notice.text)
    try:
        with _connected(parts) as server:
            if parts.scheme == "smtp":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                    server.ehlo()
                elif password and host not in HERE:
                    raise NoticeError("no mail: the server does not encrypt; a password is not sent to it")
            if password:
                server.login(user, password)
            server.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise NoticeError(f"no mail: {host} does not accept user and password; correct {SMTP}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise NoticeError(f"no mail: {host} refused it ({_why(error)}); correct {SMTP}") from error


def post(notice: Notice, url: str) -> None:
    """Send it to a webhook (JSON with `title` and `text`), or by Apprise where the address is another."""
    if urlsplit(url).scheme not in ("http", "https"):
        _by_apprise(notice, url)
        return
    parts = _checked(url, ("http", "https"), f"{NOTIFY} must be like https://hooks.example.org/abc")
    body = json.dumps({"title": notice.title, "text": f"{notice.title}\n{notice.text}"}).encode()
    try:
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        urllib.request.urlopen(asked, timeout=SECONDS).close()  # noqa: S310
    except (OSError, ValueError) as error:
        what = f"no notice: {parts.hostname} refused it ({_why(error)}); correct {NOTIFY}"
        raise NoticeError(what) from error


def _by_apprise(notice: Notice, url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that it brings along
        try:
            import apprise
        except ImportError as error:
            raise NoticeError(f"{NOTIFY} is no web address: for others install apprise") from error
        target = apprise.Apprise()
        if not target.add(url):
            raise NoticeError(f"{NOTIFY} is no address that Apprise knows")
        if not target.notify(title=notice.title, body=notice.text):
            raise NoticeError(f"no notice: the target of {NOTIFY} did not take it")


def _checked(url: str, schemes: tuple[str, ...], wanted: str) -> SplitResult:
    """The parts of a URL; the error does not repeat it, since a password may be in it."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise NoticeError(f"no notice: {wanted}" + ("" if url else "; it is not set"))
    return parts


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host = str(parts.hostname)
    if parts.scheme == "smtp":
        return smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
    context = ssl.create_default_context()
    return smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)


def _why(error: Exception) -> str:
    return one_line(getattr(error, "strerror", None) or error or type(error).__name__, 150)
