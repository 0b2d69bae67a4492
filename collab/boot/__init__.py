"""The road from an empty machine to a running server: `python -m collab.boot`.

Standard library only, so that it runs before anything is installed. Knows nothing of
documents. Here, and in settings, the environment is read: boot must tell whether a
database was given before it starts one.
"""
