"""How targets are called where people read: `Django ASGI`, `Flask on waitress`, `all 5`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from unireq_conformance.servers.target import Target

_ACRONYMS: Final = {"asgi": "ASGI", "wsgi": "WSGI"}


def family(target: Target) -> str:
    """Return the framework of `target`, whichever protocol it is run over: "django"."""
    return target.framework.partition("-")[0]


def make_labels(targets: Iterable[Target]) -> dict[str, str]:
    """Return a label for each target by its name: the framework, with the server if need be."""
    several = list(targets)
    count = Counter(target.framework for target in several)
    return {
        target.name: _title(target.framework)
        + (f" on {target.name.partition(':')[2]}" if count[target.framework] > 1 else "")
        for target in several
    }


class Crowd:
    """Names groups of the targets that answered, as briefly as is exact, in their order."""

    def __init__(self, targets: Sequence[Target], labels: Mapping[str, str]) -> None:
        self._targets = targets
        self._labels = labels
        self._size = Counter(family(target) for target in targets)

    def name(self, names: Iterable[str]) -> str:
        """Return "all 5", or the labels of `names`: "Starlette, Django", "Django WSGI"."""
        wanted = set(names)
        if len(wanted) == len(self._targets) > 1:
            return "both" if len(wanted) == 2 else f"all {len(wanted)}"
        return ", ".join(self.labels(wanted))

    def labels(self, names: Iterable[str]) -> list[str]:
        """Return the labels of `names`; one for a framework all of whose targets are among them."""
        wanted = set(names)
        whole = Counter(family(target) for target in self._targets if target.name in wanted)
        found = [
            _title(family(target))
            if whole[family(target)] == self._size[family(target)]
            else self._labels[target.name]
            for target in self._targets
            if target.name in wanted
        ]
        return list(dict.fromkeys(found))


def _title(framework: str) -> str:
    words = framework.split("-")
    return " ".join(_ACRONYMS.get(word, word[:1].upper() + word[1:]) for word in words)
