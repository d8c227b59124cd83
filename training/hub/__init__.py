"""Commits to the Hugging Face Hub.

Modules:
    commit.py   files in one commit, or none
"""
