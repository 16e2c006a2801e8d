"""Trajectories of Morris's design take the values of each factor equally often."""

from collections import Counter

from sim.experiment.experiment_schema import Morris
from sim.experiment.factors import Factor
from sim.experiment.morris_trajectories import trajectories


def test_a_factor_of_few_values_takes_each_of_them_on_trajectories_and_every_step_changes_its_value():
    own = (
        Factor("a", "flag", values=(False, True)),
        Factor("b", "whole", values=(220, 0, 55, 165, 110)),
        Factor("c", "category", values=("w", "x", "y", "z")),
        Factor("d", "whole", 1.0, 5.0, median=2.0),
        Factor("e", "whole", 1.0, 14.0, step=4),
        Factor("f", "whole", 1.0, 10.0),
        Factor("g", "whole", 1.0, 11.0),
    )
    n = 60
    points = trajectories(Morris(kind="morris", trajectories=n), own, seed=1)
    for j, factor in enumerate(own[:-1]):
        first, last = points.reshape(n, -1, len(own))[:, [0, -1], j].T
        pairs = [(factor.value_at(a), factor.value_at(b)) for a, b in zip(first, last, strict=True)]
        assert all(a != b for a, b in pairs)
        taken = Counter(value for pair in pairs for value in pair)
        assert list(taken.values()) == [2 * n // factor.n_values] * factor.n_values
        if factor.kind == "category":
            assert len(set(map(frozenset, pairs))) == 6
    assert len(set(own[-1].values_at(points[:, -1]))) == 4
