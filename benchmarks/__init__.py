"""What is timed, and beside what: `make bench`. docs/performance.md says what came out."""
