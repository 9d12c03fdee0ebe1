"""The evidence pack: what a clinical safety officer needs of a run, in one file that shows any change of itself."""
