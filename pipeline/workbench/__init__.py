"""For those who write rubrics: what is wrong with one, whether its examples are judged as they should be, and what an
edit does to verdicts that stand."""
