"""Parts of the services that plan, record and finish reviews."""
