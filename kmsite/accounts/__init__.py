"""Accounts: how people sign in, what role they have, and how colleagues look after both in the admin."""
