"""Probing a judge: responses changed on purpose, so that what its verdict should do is known. Pure."""
