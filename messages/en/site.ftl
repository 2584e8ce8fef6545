# The pages under /sites/: comments without scripts, about, reports; and what every page of ours shares.

# Letters from this server: the page that every letter links to.
letters-title = Letters from { $host }
letters-wanted = This server writes to your address when somebody asks for a sign-in code with it. If it was not you, you need do nothing: without the code nobody can sign in.
letters-stopped = This server writes no letters to your address any more. With this address nobody can sign in here either: the code would have to come in a letter.
letters-stop = Never write to me again
letters-resume = Write to me again
