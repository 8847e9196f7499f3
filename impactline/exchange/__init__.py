"""Files in and out: the native document, public OKR pages, and what an import would change."""
