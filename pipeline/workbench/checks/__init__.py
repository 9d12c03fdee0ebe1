"""What can be told of a rubric by reading it: pure functions from rubrics to remarks."""
