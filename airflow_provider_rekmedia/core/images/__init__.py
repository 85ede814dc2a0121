"""Images: where they come from, which are analyzed, the manifests, and the ledger."""
