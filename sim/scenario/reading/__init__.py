"""Reading scenario files: from YAML text to values that remember their file, line and source."""
