"""What has the user decided about who is who? aliases.csv: `a`, `b`, and whether they are the same.

Both sides are any key of a person: an e-mail, a profile, a phone, the id of an own table, or a name that only one
person bears.
"""

from __future__ import annotations

import pandas as pd

from networkscope import schema
from networkscope.sources import sheets, tabular
from networkscope.sources.base import Parsed
from networkscope.sources.sheets import Sheet

WORDS = {"same": True, "the same": True, "not the same": False, "not same": False, "different": False}
NOT_ALLOWED = "decision must be 'same' or 'not the same'"
ONE_SIDED = "the row names only one side, or none"


def _aliases(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty("a") | sheet.empty("b"), ONE_SIDED)
    said = [tabular.normal(text) for text in sheet.strings("decision")]
    sheet.reject([text not in WORDS for text in said], NOT_ALLOWED)
    same = [WORDS[text] for text in said if text in WORDS]
    sides = {side: schema.TEXT.__from_arrow__(sheet[side]) for side in "ab"}
    frame = pd.DataFrame({**sides, "same": same, "source_ref": sheet.refs()}).astype({"same": "bool"})
    return Parsed(tables={"aliases": frame})


READERS = (
    sheets.reader(
        "own aliases",
        sheets.synonyms(a="a", b="b", decision="decision"),
        {"a", "b", "decision"}.issubset,
        _aliases,
    ),
)
