"""The command line: `lms`, also through ./run."""
