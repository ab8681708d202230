"""What stands on our own pages, whatever the book: it is no find."""

import ast
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import networkscope
from networkscope import keys
from networkscope.sharing.levels import LEVELS

WORD = re.compile(r"[^\W_]+")
HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
TAG = re.compile(r"<[^>]*>|\{[{%#].*?[}%#]\}", re.DOTALL)
ROOMS = ("display", "advice", "measures", "network", "reports", "roles", "people", "snapshot")
FILES = ("schema.py", "wording.py", "sharing/levels.py")
LONGEST = 3  # words of a phrase
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE_WORDS = {part for name in (*MONTHS, *DAYS) for part in (name.casefold(), name[:3].casefold())} | {"sept"}


def words_of(text: str) -> list[str]:
    """The words of a text, whatever its accents, compatibility forms and letters that nobody sees.

    >>> words_of("Jean-Luc_de Zo\\u00eb\\u200bK")
    ['Jean', 'Luc', 'de', 'ZoeK']
    """
    if not text.isascii():
        text = keys.unaccented(unicodedata.normalize("NFKC", HIDDEN.sub("", text)))
    return WORD.findall(text)


def folded(text: str) -> tuple[str, ...]:
    """`words_of` in lower case."""
    return tuple(word.casefold() for word in words_of(text))


def is_telling(words: Sequence[str], known: Collection[str] = ()) -> bool:
    """Do these words of a note or subject say more than our own pages, a date, and words that are `known`?

    >>> is_telling(folded("met in September 2026")), is_telling(folded("met a zebra"))
    (False, True)
    """
    own = own_phrases()
    rest = [word for word in words if not (word.isdigit() or word in DATE_WORDS or word in known)]
    if len(rest) <= LONGEST:
        return any(word not in own for word in rest)
    return not is_ours(" ".join(rest))


def is_ours(text: str) -> bool:
    """Do the words of this text stand on our pages one after another, whatever the book?

    >>> is_ours("silent for 90 days"), is_ours("silent for 45 days")
    (True, False)
    """
    words, own = folded(text), own_phrases()
    return all(" ".join(words[i : i + LONGEST]) in own for i in range(max(len(words) - LONGEST + 1, 1)))


@lru_cache(maxsize=1)
def own_phrases() -> frozenset[str]:
    """Up to three words in a row of our notebooks, templates and sentences, folded."""
    phrases = set()
    for text in [*_sources(), *(f"level {level}" for level in LEVELS)]:
        words = folded(text)
        for length in range(1, LONGEST + 1):
            phrases |= {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}
    return frozenset(phrases)


@lru_cache(maxsize=1)
def own_labels() -> frozenset[str]:
    """Whole texts of ours that may fill a cell, an attribute or a label: headings, kinds, states; folded."""
    return frozenset(" ".join(folded(text)) for text in _sources() if len(text) <= 200)


@lru_cache(maxsize=1)
def _sources() -> tuple[str, ...]:
    package, texts = Path(networkscope.__file__).parent, list[str]()
    for style in (package / "reports" / "template").glob("*.css"):
        texts.append(style.read_text(encoding="utf-8"))
    for template in (package / "reports" / "template").glob("*.j2"):
        content = template.read_text(encoding="utf-8")
        texts += [*TAG.split(content), *re.findall(r'="([^"{]*)"', content)]
    for notebook in _notebooks(package).glob("*.ipynb"):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            code = cell["cell_type"] == "code"
            texts += _constants(ast.parse(source)) if code else source.splitlines()
    for draft in (package / "advice" / "drafts").glob("*.toml"):
        texts += draft.read_text(encoding="utf-8").splitlines()
    modules = [package / name for name in FILES]
    for path in (*modules, *(path for room in ROOMS for path in sorted((package / room).glob("*.py")))):
        texts += _constants(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(filter(str.strip, texts))


def _notebooks(package: Path) -> Path:
    inside = package / "notebooks"  # of an installed package; in a checkout it stands beside it
    return inside if inside.is_dir() else package.parent / "notebooks"


def _constants(tree: ast.AST) -> Iterator[str]:
    """The texts of a module, without its docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value
