"""One module per provider's API. The SDKs take seconds of CPU to import, so each is imported only where it is built."""
