"""What desk and dashboard share: who may enter, the frame of their pages, log-in and account."""
