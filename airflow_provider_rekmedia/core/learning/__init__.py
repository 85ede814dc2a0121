"""How good the policy and its reviewers are: estimates from reviewed images, each with its interval."""
