"""The command `python -m humanseg`: photos and folders in, masks and pictures out.

Modules:
    options.py  what it can be told
    cli.py      what it does with folders and names
    jobs.py     what it does with each photo
"""
