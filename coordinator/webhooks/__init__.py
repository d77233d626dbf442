"""Delivering events to those who have subscribed to them, by signed POST requests, in a child process."""
