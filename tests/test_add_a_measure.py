"""The measure that docs/add_a_measure.md shows works as it is printed."""

import re
from pathlib import Path

import networkscope as ns
from networkscope.measures.registry import MEASURES

PAGE = Path(__file__).parent.parent / "docs" / "add_a_measure.md"


def test_the_measure_of_the_page_answers_on_the_sample():
    module, cell = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names = {"ns": ns, "now": ns.open_book("data/sample", as_of="2026-11-16").at()}
    exec(compile(module, "night_writers.py", "exec"), names)  # noqa: S102 - the page's own code
    try:
        found = names["night_writers"](names["now"], until_hour=9)
        assert len(found)
        assert found["night_count"].le(found["message_count"]).all()
        assert (found["night_share"] == found["night_count"] / found["message_count"]).all()
        assert found["source_ref"].notna().all()
        shown = eval(cell.strip(), names)  # noqa: S307
        assert "at night" in str(getattr(shown, "data", shown))
    finally:
        MEASURES.pop("night_writers", None)
