"""Maximum flow through a network whose capacities change: from one node to some others."""

from __future__ import annotations

import math

import numpy as np

from sim.world.compiled_code import allocating_kernel

# Flows are whole numbers: throughput is counted in kilograms per day.
KG_PER_T = 1000


class Network:
    """Nodes by name and lines between them; the capacities are given with each query.

    Line i leads from starts[i] to ends[i], and back when is_two_way[i]; the capacities of parallel lines are added.
    """

    def __init__(self, starts: list[str], ends: list[str], is_two_way: list[bool]) -> None:
        self.nodes: dict[str, int] = {name: i for i, name in enumerate(sorted({*starts, *ends}))}
        self._start, self._end = (np.array([self.nodes[name] for name in names]) for names in (starts, ends))
        self._is_two_way = np.array(is_two_way, bool)
        self._room = np.zeros((2, len(self.nodes) + 1, len(self.nodes) + 1), np.int64)

    def max_flow_t(self, capacity_t: np.ndarray, source: str, sinks: list[str], most_t: np.ndarray | float) -> float:
        """Return the largest flow in t per day from the source to sinks that take at most most_t each."""
        most = np.zeros((1, len(self.nodes)))
        most[0, [self.nodes[name] for name in sinks]] = most_t
        return float(self.max_flows_t(capacity_t, source, most)[0])

    def max_flows_t(self, capacity_t: np.ndarray, source: str, most_t: np.ndarray) -> np.ndarray:
        """Return the largest flow in t per day of each query, as if it were the only one.

        most_t[query, node] (float64) is what a node takes at most, in t per day: 0 for those that are no sinks.
        """
        flows_t = np.zeros(len(most_t))
        find_max_flows(
            capacity_t, self._start, self._end, self._is_two_way, self.nodes[source], most_t, self._room, flows_t
        )  # fmt: skip
        return flows_t


@allocating_kernel
def find_max_flows(capacity_t, start, end, is_two_way, source, most_t, room, flows_t):
    """Write the largest flow of each query into flows_t, in t per day; see `Network.max_flows_t`.

    By line: capacity_t to is_two_way, see `write_lines`. source: a node. room: 2 x (nodes + 1) x (nodes + 1) int64.
    """
    lines_kg, arcs_kg = room[0], room[1]
    write_lines(capacity_t, start, end, is_two_way, lines_kg)
    most_of_all, sink = capacity_t.sum() + 1.0, most_t.shape[1]
    for query in range(len(most_t)):
        arcs_kg[:] = lines_kg
        for node in range(sink):
            arcs_kg[node, sink] = math.floor(min(most_t[query, node], most_of_all) * KG_PER_T + 0.5)
        flows_t[query] = max_flow(arcs_kg, source, sink) / KG_PER_T


@allocating_kernel
def write_lines(capacity_t, start, end, is_two_way, lines_kg):
    """Write what may go from node to node (n + 1 x n + 1 int64), in kg per day; parallel lines are added.

    By line: capacity_t (float64, t per day), start, end (int64, nodes), is_two_way (bool).
    """
    lines_t = np.zeros(lines_kg.shape)
    for line in range(len(capacity_t)):
        lines_t[start[line], end[line]] += capacity_t[line]
    for line in range(len(capacity_t)):
        if is_two_way[line]:
            lines_t[end[line], start[line]] += capacity_t[line]
    lines_kg[:] = np.floor(lines_t * KG_PER_T + 0.5)


@allocating_kernel
def max_flow(capacity, source, sink):
    """Return the largest flow between two nodes; capacity[a, b] (int64) is reduced to what remains.

    Ford and Fulkerson's method with the shortest path first (Edmonds and Karp 1972). scipy's takes a millisecond to
    sort a network of a dozen nodes before it begins.
    """
    n, flow = len(capacity), 0
    reached_from, queue = np.empty(n, np.int64), np.empty(n, np.int64)
    while True:
        reached_from[:] = -1
        reached_from[source], queue[0] = source, source
        head, tail = 0, 1
        while head < tail:
            node = queue[head]
            head += 1
            for other in range(n):
                if capacity[node, other] > 0 and reached_from[other] < 0:
                    reached_from[other], queue[tail] = node, other
                    tail += 1
        if reached_from[sink] < 0:
            return flow
        node, narrowest = sink, capacity[reached_from[sink], sink]
        while node != source:
            narrowest = min(narrowest, capacity[reached_from[node], node])
            node = reached_from[node]
        node = sink
        while node != source:
            capacity[reached_from[node], node] -= narrowest
            capacity[node, reached_from[node]] += narrowest
            node = reached_from[node]
        flow += narrowest
