"""Other people's formats, turned into ours; checked as strictly as our own files."""
