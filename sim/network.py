"""A capacitated network whose capacities change: maximum flow from one node to some others."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

# Flows are whole numbers to scipy: throughput is counted in kilograms a day.
KG_PER_T = 1000


class Network:
    """Nodes by name and lines between them; the layout is laid out once, capacities come with each question.

    Line i leads from starts[i] to ends[i], and back when is_two_way[i]; parallel lines add up.
    """

    def __init__(self, starts: list[str], ends: list[str], is_two_way: list[bool]) -> None:
        self.nodes = {name: i for i, name in enumerate(sorted({*starts, *ends}))}
        n = len(self.nodes)
        a, b = (np.array([self.nodes[name] for name in names]) for names in (starts, ends))
        # Every node has an arc to one further node, the sink of the question, with capacity 0 unless asked for.
        arcs = {*zip(a, b, strict=True), *zip(b, a, strict=True), *((node, n) for node in range(n))}
        rows, columns = np.array(sorted(arcs)).T
        self._graph = csr_array((np.zeros(len(arcs), np.int32), (rows, columns)), shape=(n + 1, n + 1))
        position = {arc: i for i, arc in enumerate(sorted(arcs))}
        self._forth = np.array([position[arc] for arc in zip(a, b, strict=True)])
        self._back = np.array([position[arc] for arc in zip(b, a, strict=True)])
        self._to_sink = np.array([position[(node, n)] for node in range(n)])
        self._is_two_way = np.array(is_two_way, bool)

    def max_flow_t(self, capacity_t: np.ndarray, source: str, sinks: list[str], most_t: np.ndarray | float) -> float:
        """Return the largest flow in t a day from the source to sinks that take at most most_t each."""
        data = np.zeros(len(self._graph.data))
        np.add.at(data, self._forth, capacity_t)
        np.add.at(data, self._back, np.where(self._is_two_way, capacity_t, 0.0))
        into = self._to_sink[[self.nodes[name] for name in sinks]]
        data[into] = np.minimum(most_t, capacity_t.sum() + 1.0)
        self._graph.data[:] = np.floor(data * KG_PER_T + 0.5)
        return float(maximum_flow(self._graph, self.nodes[source], len(self.nodes)).flow_value) / KG_PER_T
