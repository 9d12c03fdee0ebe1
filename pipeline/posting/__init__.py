"""Handing messages over to the world: a mail server, a webhook."""
