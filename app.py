"""Starts the demo: `python app.py`. On a Hugging Face Space it runs as it is."""

from humanseg.serve import main

if __name__ == "__main__":
    main()
