"""Scenarios compared pair by pair."""
