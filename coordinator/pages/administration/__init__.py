"""Administration behind the key: pages that show what can be changed, and the forms that change it.

Each form issues the commands that the API issues, through the functions that its routes use.
"""
