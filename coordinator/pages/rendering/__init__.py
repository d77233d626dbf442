"""Rendering: from a template and what it shows to the HTML of a page.

`site` puts it together, with the `navigation` around it; `legible` and `filters` are how words come to stand in a template.
"""
