"""Which mails came back? Whoever never got an ask is not reminded of it."""

import re
from collections.abc import Mapping

import pandas as pd

from networkscope.importers.mail_bodies import text_of

RETURNED = "it came back: it could not be delivered"
WITHIN_SECONDS = 5 * 86_400
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster)@")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ONLY_LATE = re.compile(
    r"(?i)^action: *(?:delayed|relayed|delivered|expanded)|\bdelay(?:ed)?\b", re.MULTILINE
)


def failed_addresses(sender: str, found: Mapping[bytes, bytes], body: bytes) -> list[str]:
    """To which addresses does this mail, with these headers, say that nothing could be delivered?

    >>> failed_addresses("mailer-daemon@a.example", {}, b"No such user: bo@nord.example")
    ['bo@nord.example']
    """
    if not _DAEMON.match(sender):
        return []
    text = text_of(found, body) + "\n" + found.get(b"x-failed-recipients", b"").decode("ascii", "replace")
    subject = found.get(b"subject", b"").decode("ascii", "replace")
    if _ONLY_LATE.search(subject + "\n" + text + "\n" + body.decode("latin-1")):
        return []
    return list(dict.fromkeys(address.casefold() for address in _ADDRESS.findall(text)))


def came_back(sent: pd.DataFrame, failures: list[tuple[int, str]]) -> pd.Index:
    """Which of these mails (`at`, `address`) do the failures (when, and which address) mean: the last before each?"""
    failed = pd.DataFrame(failures, columns=["at", "address"]).astype({"at": "int64", "address": object})
    mine = sent[sent["address"].isin(failed["address"])].astype({"at": "int64", "address": object})
    mine = mine.assign(row=mine.index).sort_values("at")
    if mine.empty:
        return sent.index[:0]
    found = pd.merge_asof(failed.sort_values("at"), mine, on="at", by="address", tolerance=WITHIN_SECONDS)
    return pd.Index(found["row"].dropna().unique())
