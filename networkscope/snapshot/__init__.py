"""What was known at one instant? Tables validated once, cut off once, and frames prepared once."""

import sys
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    """`ns.snapshot` is this room once it was imported, and the function of the same name too."""

    def __call__(self, *tables: Any, **options: Any) -> Any:
        from networkscope.snapshot.snapshot import snapshot

        return snapshot(*tables, **options)


sys.modules[__name__].__class__ = _Room
