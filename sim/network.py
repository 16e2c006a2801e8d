"""A capacitated network whose capacities change: maximum flow from one node to some others."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

# Flows are whole numbers to scipy: throughput is counted in kilograms a day.
KG_PER_T = 1000


class Network:
    """Nodes by name and lines between them; capacities come with each question.

    Line i leads from starts[i] to ends[i], and back when is_two_way[i]; parallel lines add up.
    """

    def __init__(self, starts: list[str], ends: list[str], is_two_way: list[bool]) -> None:
        self.nodes = {name: i for i, name in enumerate(sorted({*starts, *ends}))}
        self._start, self._end = (np.array([self.nodes[name] for name in names]) for names in (starts, ends))
        self._is_two_way = np.array(is_two_way, bool)
        self._layouts: dict[int, _Layout] = {}

    def max_flow_t(self, capacity_t: np.ndarray, source: str, sinks: list[str], most_t: np.ndarray | float) -> float:
        """Return the largest flow in t a day from the source to sinks that take at most most_t each."""
        return self.max_flows_t(capacity_t, source, [(sinks, most_t)])[0]

    def max_flows_t(
        self, capacity_t: np.ndarray, source: str, questions: list[tuple[list[str], np.ndarray | float]]
    ) -> list[float]:
        """Answer several questions (sinks, most_t), each with the network to itself, in one call of scipy.

        scipy takes a tenth of a millisecond to begin: the network is copied for each question, and the copies hang
        on one common source and one common sink.
        """
        n = len(questions)
        if n not in self._layouts:
            self._layouts[n] = _Layout(len(self.nodes), n, self._start, self._end)
        layout, most_of_all = self._layouts[n], capacity_t.sum() + 1.0
        data = np.zeros(len(layout.graph.data))
        for copy, (sinks, most_t) in enumerate(questions):
            np.add.at(data, layout.forth[copy], capacity_t)
            np.add.at(data, layout.back[copy], np.where(self._is_two_way, capacity_t, 0.0))
            data[layout.to_sink[copy, [self.nodes[name] for name in sinks]]] = np.minimum(most_t, most_of_all)
            data[layout.from_source[copy, self.nodes[source]]] = most_of_all
        layout.graph.data[:] = np.floor(data * KG_PER_T + 0.5)
        flow = maximum_flow(layout.graph, layout.source, layout.sink).flow
        entries = slice(flow.indptr[layout.source], flow.indptr[layout.source + 1])
        by_node = dict(zip(flow.indices[entries].tolist(), flow.data[entries].tolist(), strict=True))
        return [by_node.get(copy * len(self.nodes) + self.nodes[source], 0) / KG_PER_T for copy in range(n)]


class _Layout:
    """n_copies copies of a network between one source and one sink, and where each arc's capacity stands."""

    def __init__(self, n_nodes: int, n_copies: int, start: np.ndarray, end: np.ndarray) -> None:
        self.source, self.sink = n_copies * n_nodes, n_copies * n_nodes + 1
        first = np.arange(n_copies)[:, None] * n_nodes
        nodes = first + np.arange(n_nodes)
        arcs = {
            "forth": (first + start, first + end),
            "back": (first + end, first + start),
            "to_sink": (nodes, np.full_like(nodes, self.sink)),
            "from_source": (np.full_like(nodes, self.source), nodes),
        }
        size = self.sink + 1
        codes = {name: a * size + b for name, (a, b) in arcs.items()}
        every = np.unique(np.concatenate([code.ravel() for code in codes.values()]))
        self.forth, self.back, self.to_sink, self.from_source = (np.searchsorted(every, c) for c in codes.values())
        empty = np.zeros(len(every), np.int32)
        self.graph = csr_array((empty, (every // size, every % size)), shape=(size, size))
