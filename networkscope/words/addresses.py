"""Whose address does a message give: "Molly Frost at Medlattice (molly.frost@medlattice.example)"?"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from networkscope import keys

SHORTEST = 3  # letters of a name that an address must hold
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PARTICLE = "van|von|de|da|del|di|le|la|der|den|dos"
_NAME = re.compile(rf"[^\W\d_a-zß-ÿ][\w'’-]+(?:(?: (?:{_PARTICLE}))* [^\W\d_a-zß-ÿ][\w'’-]+){{1,3}}")


def named_addresses(texts: Any) -> pd.DataFrame:
    """The addresses in these texts (an Arrow array) that belong to a full name beside them: `row, name, address`.

    A name fits where the part before the @ has its first or its last word; of several the one nearest before.

    >>> import pyarrow as pa
    >>> named_addresses(pa.array(["You should talk to Bo Ek at Nord: bo.ek@nord.example", "no"])).values.tolist()
    [[0, 'Bo Ek', 'bo.ek@nord.example']]
    """
    found = []
    rows = pc.indices_nonzero(pc.fill_null(pc.match_substring(texts, "@"), False)).to_pylist()
    for row in rows:
        text = texts[row].as_py()
        for address in _ADDRESS.finditer(text):
            local = keys.unaccented(address[0].partition("@")[0].casefold())
            names = [
                (at.end(), name)
                for at in _NAME.finditer(text)
                if (name := _name_of(local, at[0])) and not _signs(text, at)
            ]
            before = [name for end, name in names if end <= address.start()]
            if names:
                found.append((row, before[-1] if before else names[0][1], address[0].rstrip(".").casefold()))
    return pd.DataFrame(found, columns=["row", "name", "address"]).drop_duplicates(["row", "name"])


def _signs(text: str, at: re.Match[str]) -> bool:
    """Does the name have a line to itself, as whoever signs writes it?"""
    before, after = text[: at.start()].rpartition("\n"), text[at.end() :].partition("\n")
    return bool(before[1]) and not before[2].strip() and not after[0].strip(" ,\r")


def _name_of(local: str, name: str) -> str:
    """The name, from the word on with which the address starts ("Call Bo Ek"); empty where it is not its address."""
    words, folded = name.split(), keys.unaccented(name.casefold()).split()
    starts = [
        at for at, word in enumerate(folded[:-1]) if words[at][0].isupper() and local.startswith(word[0])
    ]
    at = starts[0] if starts else 0
    ends = folded[at], folded[-1]
    fits = any(len(word) >= SHORTEST and word in local for word in ends) or local in (
        ".".join(ends),
        "".join(ends),
    )
    return " ".join(words[at:]) if fits else ""
