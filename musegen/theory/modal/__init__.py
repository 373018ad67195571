"""Music before about 1650, read by mode: finals, clausulae, interval modules, points of imitation."""
