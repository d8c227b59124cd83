"""The command `humanseg`, or `python -m humanseg`: photos in, masks and pictures out.

Modules:
    options.py  what it can be told
    values.py   what the texts mean that it is given
    cli.py      what it does with folders and names
    jobs.py     what it does with each photo
    single.py   one photo in, one file out
"""
