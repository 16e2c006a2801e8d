"""The benchmarks of `make bench`; docs/performance.md reports the results."""
