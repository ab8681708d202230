"""What has the user decided about who is who? aliases.csv: `a`, `b`, and whether they are the same.

Both sides are any key of a person: an e-mail, a profile, a phone, the id of an own table, or a name that only one
person bears.
"""

from __future__ import annotations

import pandas as pd
import pyarrow.compute as pc

from networkscope import schema
from networkscope.settings import Settings
from networkscope.sources import sheets, tabular
from networkscope.sources.base import Parsed, SourceFile, source_refs
from networkscope.sources.tabular import Sheet

WORDS = {"same": True, "the same": True, "not the same": False, "not same": False, "different": False}
NOT_ALLOWED = "decision must be 'same' or 'not the same'"
ONE_SIDED = "the row names only one side, or none"


def _aliases(sheet: Sheet, file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
    sheet.reject(sheet.empty("a") | sheet.empty("b"), ONE_SIDED)
    said = [tabular.normal(text) for text in sheet.strings("decision")]
    sheet.reject([text not in WORDS for text in said], NOT_ALLOWED)
    frame = pd.DataFrame(
        {
            **{side: schema.TEXT.__from_arrow__(pc.utf8_trim_whitespace(sheet[side])) for side in "ab"},
            "same": [WORDS[text] for text in said if text in WORDS],
            "source_ref": source_refs(file.label, sheet.lines),
        }
    ).astype({"same": "bool"})
    return Parsed(tables={"aliases": frame})


READERS = (
    sheets.reader(
        "own aliases",
        sheets.synonyms(a="a", b="b", decision="decision"),
        {"a", "b", "decision"}.issubset,
        _aliases,
    ),
)
