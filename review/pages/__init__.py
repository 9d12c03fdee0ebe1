"""One module a page: it reads, checks, writes and redirects; its template gets one typed record."""
