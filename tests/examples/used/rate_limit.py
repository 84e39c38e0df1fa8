from rate_limit import rate_limit

layers = [rate_limit("3/minute")]
