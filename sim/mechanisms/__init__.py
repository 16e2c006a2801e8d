"""Mechanisms, one file each: its declared values, its kernels and its class."""
