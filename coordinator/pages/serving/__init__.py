"""Serving pages over HTTP: what their addresses ask for, and a page as HTML, as data, as an image or as what changes in it."""
