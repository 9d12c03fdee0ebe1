"""Ways to sign in. Each ends by beginning a session; a new way is a new module."""
