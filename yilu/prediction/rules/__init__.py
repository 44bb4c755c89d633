"""Pure rules: tiers and arms, how good a prediction is, how a session goes with more places."""
