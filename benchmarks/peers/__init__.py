"""One toy job, played by this package and by its peers side by side.

A contender is a module with `play(job) -> Played`; `worker` runs it in a process of its own, `beside` lets them
take turns. Contenders import numpy, their own library and `benchmarks.peers.toy`, and nothing else of the package:
some run in an environment apart (see `environment`).
"""
