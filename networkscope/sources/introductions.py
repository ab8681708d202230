"""Which mails were introductions: a contact writes to the owner and to somebody new, who then stays in the thread?"""

from __future__ import annotations

import numpy as np
import pandas as pd

GROUP_MAX = 4  # the owner, who introduces, and at most two who are introduced

COLUMNS = ("event", "person", "at", "thread", "sent", "outbound", "group_size")


def introductions(takers: pd.DataFrame) -> pd.DataFrame:
    """Whom did contacts introduce to the owner by mail, and when did the owner first write to them?

    An introduction is a mail of a contact to the owner and at most two others. One of these others is introduced
    where the owner had never exchanged mail with them before (neither wrote to them nor heard from them; standing
    in one Cc line is no exchange), and where they take part in what follows: at least one later mail of the
    thread has them, and every later mail of the thread has them but those between the owner and the introducer
    alone. A person is introduced once, by the first such mail.

    Parameters
    ----------
    takers : one row per mail and person but the owner: `event`, `person`, `at` (seconds),
        `thread`, `sent` (the person wrote the mail), `outbound` (the owner did), `group_size`

    Returns
    -------
    One row per person introduced, by event and person: `event, referrer, referred, at, contacted_at` (the owner's
    first mail to them afterwards, NA where there is none). Empty input gives no rows.

    Notes
    -----
    What follows confirms the introduction, so a mail of yesterday may become one tomorrow, dated yesterday.

    Examples
    --------
    >>> mails = [(1, "ann", 1, "t", True, False, 3), (1, "bob", 1, "t", False, False, 3),
    ...          (2, "bob", 2, "t", False, True, 2)]
    >>> introductions(pd.DataFrame(mails, columns=COLUMNS)).values.tolist()
    [[1, 'ann', 'bob', 1.0, 2.0]]
    """
    takers = takers.astype({"at": "float64", "sent": bool, "outbound": bool})
    touched = takers[takers["sent"] | takers["outbound"]]
    met = touched.groupby("person")["at"].min()
    could = ~takers["sent"] & ~takers["outbound"] & takers["group_size"].between(3, GROUP_MAX)
    new = takers.loc[could, ["event", "person", "at", "thread"]]
    new = new[~(new["person"].map(met).astype("float64") <= new["at"])]
    senders = takers.loc[takers["sent"], ["event", "person"]].drop_duplicates("event")
    new = new.merge(senders.rename(columns={"person": "referrer"}), on="event")
    if len(new):
        new = new[_stays(new, takers)].sort_values(["at", "event", "person"], kind="stable")
        new = new.drop_duplicates("person")
    written = takers[takers["outbound"]].groupby("person")["at"].min()  # before they were introduced: never
    new["contacted_at"] = new["person"].map(written).astype("float64")
    new = new.rename(columns={"person": "referred"}).sort_values(["event", "referred"], ignore_index=True)
    return new[["event", "referrer", "referred", "at", "contacted_at"]]


def _stays(new: pd.DataFrame, takers: pd.DataFrame) -> np.ndarray:
    """Which of the new people take part in every later mail of the thread that is not about thanks for them?"""
    numbered = new[["person", "referrer", "at", "thread"]].assign(row=np.arange(len(new)))
    thread = takers.loc[takers["thread"].isin(new["thread"]), ["event", "person", "at", "thread"]]
    later = numbered.merge(thread, on="thread", suffixes=("", "_later"))
    later = later[later["at_later"] > later["at"]]
    later = later.assign(
        there=later["person_later"] == later["person"], aside=later["person_later"] == later["referrer"]
    )
    mails = later.groupby(["row", "event"]).agg(there=("there", "any"), aside=("aside", "all"))
    counted = mails[mails["there"] | ~mails["aside"]].groupby("row")["there"].all()
    return counted.reindex(range(len(new)), fill_value=False).to_numpy(dtype=bool)
