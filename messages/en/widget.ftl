# What the widget says in the browser. Identifiers begin with `widget-`; plural forms are attributes (see src/messages).

widget-post = Post
widget-too-long =
    .one = { $n } character too long
    .other = { $n } characters too long
