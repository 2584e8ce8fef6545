# The moderators' desk.
