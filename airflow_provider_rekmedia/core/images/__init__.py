"""Images, from where they are found to the lines of a manifest, and what is remembered of them."""
