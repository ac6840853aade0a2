"""Keys: tokens behind a child process, signatures in CMS, trust in certificates, the CA."""
