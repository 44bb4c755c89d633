"""What happens without anybody waiting for it: deliveries, timers, long jobs, upkeep."""
