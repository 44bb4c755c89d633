"""The program that learns: its own process, with numbers in and numbers out.

It knows no database, no names and no Django; what it needs of memory is given back when it ends.
Nothing of the product imports it.
"""
