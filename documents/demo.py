"""The demo of the embedded mode: who may log in, and what they find."""

LOGINS = "log in"
