"""What does the rest of a message say of an act? An answer is no ask; thanks that follow a request are in advance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from networkscope.words.rules import ABOUT_ANSWERS, ACTS, ASKS

BARE_WORDS = 3  # "thank you all"
_NEWS = ("new_job", "update")
_ANSWERS = ("offer", "accept", "decline", "later")
CANCELS = {  # an act that is sure cancels these in the same message
    "bulk": tuple(act for act in ACTS if act != "bulk"),
    "offer": ("accept", "decline", "later", *_NEWS, "promise", *ASKS),
    "later": ("accept", "decline", *_NEWS, *ASKS),
    "decline": ("accept", *_NEWS, *ASKS),
    "accept": (*_NEWS, "catch_up", "job_ask", "advice_ask"),
    "introduction": ("referral_given", "promise", *_NEWS, *ASKS),
    "recommendation_ask": ("advice_ask", "referral_ask", "job_ask", "accept", "promise", "decline", *_NEWS),
    "referral_ask": ("accept", "promise", "decline", "referral_given"),
    "job_ask": ("advice_ask", "accept", "promise", "decline", "offer"),
    "advice_ask": ("accept", "promise", "decline"),
    "congratulation": ("offer", "job_ask", "decline"),
}
IN_ONE_SENTENCE = {  # and these, sure or not, where one sentence would say both
    "thank_you": ("advice_ask", "congratulation"),
    **dict.fromkeys(ASKS, ("catch_up", *_NEWS, "offer", "accept")),
    "referral_ask": ("advice_ask", "job_ask", "catch_up", *_NEWS, "accept"),
    "referral_given": ("promise", "advice_ask", *_NEWS),
    "later": ("catch_up",),
    "promise": ("accept", *_NEWS, "catch_up"),
    "social": ("catch_up",),
    "congratulation": ("catch_up", *_NEWS),
}


def in_context(
    found: pd.DataFrame, question: npt.NDArray[np.bool_], of: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """The matches (`row`, `sentence`, `act`, `sure`: False where it is) that stand beside all others of the message.

    `question` says which sentences end in a question mark, `of` of which message each sentence is. Whoever asks
    something back has not declined yet.
    """
    at_once = _cancelled(found, IN_ONE_SENTENCE, "sentence")
    left = found[~at_once]
    left = left[~_cancelled(left, CANCELS, "row")]
    asked = pd.Series(question, range(len(question)))
    asked[left.loc[left["act"].isin(("needs_answer", *ASKS)), "sentence"]] = True
    asked[left.loc[left["act"].isin((*_ANSWERS, *ABOUT_ANSWERS[1:])), "sentence"]] = False
    asked[left.loc[(left["act"] == "decline") & question[left["sentence"]], "sentence"]] = (
        True  # "would Friday suit?"
    )
    requests = asked.index[asked].to_numpy()
    first = pd.Series(requests, of[requests]).groupby(level=0).min()
    asked_at = left["row"].map(first)
    short = left["sure"] | (left["phrase"].str.count(" ") < BARE_WORDS)
    in_advance = (left["sentence"] > asked_at) | short & (left["sentence"] == asked_at)
    bare_thanks = (left["act"] == "thank_you") & in_advance
    asks_back = (left["act"] == "decline") & left["row"].isin(first.index)
    return left[~(bare_thanks | asks_back)]


def _cancelled(found: pd.DataFrame, table: dict[str, tuple[str, ...]], within: str) -> pd.Series:
    gone = pd.Series(False, found.index)
    counts = ~found["sure"] if within == "row" else pd.Series(True, found.index)
    counts &= ~found["act"].isin(ABOUT_ANSWERS)
    said = set(found["act"])
    for act, others in table.items():  # what an earlier one cancels cancels nothing
        if act not in said:
            continue
        places = found.loc[counts & (found["act"] == act) & ~gone, within]
        gone |= found["act"].isin(others) & found[within].isin(places)
    return gone
