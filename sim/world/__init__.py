"""The world: ground, forces as arrays, clock, random draws and network; it knows nothing of what acts on it."""
