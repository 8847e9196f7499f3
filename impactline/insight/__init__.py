"""What the data say that nobody has said yet: findings of wording, and later of the chain, forecasts and roadblocks."""
