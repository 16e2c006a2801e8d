"""One toy job, run by this package and by comparable packages.

A contender is a module with `run(job) -> Outcome`; `worker` runs it in its own process, and `beside` alternates between
the contenders. Contenders import numpy, their own library and `benchmarks.peers.toy`, and nothing else of the package,
because some run in a separate environment (see `environment`).
"""
