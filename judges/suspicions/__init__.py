"""Text in a response that is meant for whoever checks it, not for the person it answers."""
