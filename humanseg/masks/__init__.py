"""What a mask is made of, with NumPy and OpenCV alone.

Modules:
    cleanup.py  without specks, holes and bystanders
    regions.py  connected parts as areas, boxes, polygons and COCO run lengths
    metrics.py  compared with a true mask

Imports only errors.
"""
