"""RDF Dataset Canonicalization 1.0 (RDFC-1.0) for graphs whose nameless nodes all differ at first sight."""

from __future__ import annotations

import hashlib


class Graph:
    """Triples of terms as N-Quads write them; nameless nodes are `_:b0`, `_:b1`, … in the order of their making."""

    def __init__(self) -> None:
        self.triples: set[tuple[str, str, str]] = set()
        self.nameless: list[str] = []

    def new_node(self) -> str:
        self.nameless.append(f"_:b{len(self.nameless)}")
        return self.nameless[-1]


def canonical_quads(graph: Graph) -> str | None:
    """Canonical N-Quads by section 4.4.3, steps 1 to 4 and 6.

    None when two nameless nodes have the same hash: step 5 would be needed to tell them apart.
    """
    by_hash = {_first_degree_hash(node, graph): node for node in graph.nameless}
    if len(by_hash) < len(graph.nameless):
        return None
    labels = {by_hash[digest]: f"_:c14n{number}" for number, digest in enumerate(sorted(by_hash))}
    return "".join(_lines(graph.triples, labels))


def _first_degree_hash(node: str, graph: Graph) -> str:
    """Section 4.6.3: the node itself is called `_:a` and every other nameless one `_:z`."""
    labels = dict.fromkeys(graph.nameless, "_:z") | {node: "_:a"}
    near = {triple for triple in graph.triples if node in triple}
    return hashlib.sha256("".join(_lines(near, labels)).encode()).hexdigest()


def _lines(triples: set[tuple[str, str, str]], labels: dict[str, str]) -> list[str]:
    """Section 5: one line for each triple, in the order of code points."""
    return sorted(f"{labels.get(s, s)} {predicate} {labels.get(o, o)} .\n" for s, predicate, o in triples)
