"""Whether a source still speaks: its rhythm, the shape of what it gives, and what its silence means. Pure.

``glimpses`` says what one answer showed, ``records`` what is remembered of a source, ``rhythm`` how it usually speaks,
``spells`` when it was not heard, ``shape`` whether it gives something else than it used to, and ``health`` all of it in
one verdict with its reason.
"""
