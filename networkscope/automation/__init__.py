"""It runs by itself: schedules, notices, new exports, and many books at once."""
