"""The kinds of calibrator: frozen records of plain numbers that turn scores into probabilities of a violation."""
