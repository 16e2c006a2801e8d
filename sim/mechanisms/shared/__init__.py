"""Kernels that several mechanisms share."""
