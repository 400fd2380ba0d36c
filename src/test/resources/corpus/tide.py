def high_water(moon_age_days):
    """Hours until high water, from the age of the moon."""
    return (moon_age_days * 0.8) % 12.4
